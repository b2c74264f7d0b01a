import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { licences } from './tools/licences.ts'

const here = (path: string): string => resolve(import.meta.dirname, path)
const alias = { '#core': here('core'), '#renderer': here('renderer'), '#test': here('test'), '#electron': here('electron') }

/** Plain JavaScript that goes into the bundle: a start that resolves hundreds of small files takes twice as long. */
const { config } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { config: { bundled: string[] } }

/** dist/core/regie.js (command line and server) and one file per worker under dist/core/workers. */
const core = defineConfig({
  resolve: { alias },
  ssr: { noExternal: config.bundled },
  plugins: [
    {
      name: 'executable',
      closeBundle: () => {
        if (existsSync(here('dist/core/regie.js'))) chmodSync(here('dist/core/regie.js'), 0o755)
      },
    },
  ],
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/core',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    copyPublicDir: false,
    rollupOptions: {
      input: {
        regie: here('core/cli/main.ts'),
        ...Object.fromEntries(
          readdirSync(here('core'), { recursive: true, encoding: 'utf8' })
            .filter((file) => file.endsWith('.worker.ts'))
            .map((file) => [`workers/${basename(file, '.worker.ts')}`, here(`core/${file}`)]),
        ),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})

/** dist/page: the console, the same files for every door. */
const page = defineConfig({
  root: here('renderer'),
  base: './',
  resolve: { alias },
  plugins: [react(), licences(import.meta.dirname)],
  build: { target: 'chrome108', outDir: here('dist/page'), emptyOutDir: true, chunkSizeWarningLimit: 900 },
})

/** dist/electron: the desktop window and what it gives the page. CommonJS, so that an older Electron can load it in tests. */
const electron = defineConfig({
  resolve: { alias },
  build: {
    ssr: true,
    target: 'node16',
    outDir: 'dist/electron',
    emptyOutDir: true,
    copyPublicDir: false,
    rollupOptions: {
      input: { main: here('electron/main.ts'), preload: here('electron/preload.ts') },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
    },
  },
})

const test = defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/support/build-workers.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What is waited for comes when the machine has time for it.
    expect: { poll: { timeout: 10_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
})

const targets: Readonly<Record<string, typeof core>> = { core, page, electron }

export default defineConfig(({ mode }) => targets[mode] ?? test)
