import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '..')

/** Builds one TypeScript entry the way the program itself is built; returns the folder's `entry.js`. */
export async function bundle(entry, folder) {
  const { config } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '#core': join(root, 'core'), '#test': join(root, 'test') } },
    ssr: { noExternal: config.bundled },
    build: { ssr: true, target: 'node20', outDir: folder, emptyOutDir: true, rollupOptions: { input: entry, output: { entryFileNames: 'entry.js', chunkFileNames: 'chunks/[name]-[hash].js' } } },
  })
  return join(folder, 'entry.js')
}
