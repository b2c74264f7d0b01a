import { basename, join } from 'node:path'
import { build } from 'vite'
import { packageRoot } from '#core/base/package-root.ts'

/**
 * Bundles one TypeScript entry for a child process that a test is going to kill: Node 20 loads no TypeScript.
 * @returns path of the built .js, below test-results/
 */
export async function buildEntry(entry: string): Promise<string> {
  const name = basename(entry, '.ts')
  const outDir = join(packageRoot, 'test-results', 'built', name)
  await build({
    configFile: false,
    root: packageRoot,
    logLevel: 'error',
    resolve: { alias: { '#core': join(packageRoot, 'core') } },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      copyPublicDir: false,
      rollupOptions: { input: { [name]: entry }, output: { entryFileNames: '[name].js' } },
    },
  })
  return join(outDir, `${name}.js`)
}
