import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** The page's only door, exchanged for one that leads to a core inside the page. Never part of `vite build --mode page`. */
const fakeDoor = {
  name: 'fake-door',
  enforce: 'pre',
  resolveId: (source) => (/(^|\/)open\.ts$/.test(source) ? at('test/renderer/fake/open.ts') : null),
}

/** The list of what ships belongs to the real build. */
const noLicences = {
  name: 'no-licences',
  resolveId: (source) => (source === 'virtual:licences' ? '\0virtual:licences' : null),
  load: (id) => (id === '\0virtual:licences' ? "export default { packages: [{ name: 'an-example', version: '1.0.0', licence: 'MIT', text: 0 }], texts: ['Text of a licence.'] }" : null),
}

/** Builds the console over the fake core into a folder. */
export async function buildFake(outDir) {
  await build({
    configFile: false,
    logLevel: 'error',
    root: at('renderer'),
    base: './',
    resolve: { alias: { '#core': at('core'), '#renderer': at('renderer'), '#test': at('test') } },
    plugins: [fakeDoor, noLicences, react()],
    build: { target: 'chrome108', outDir, emptyOutDir: true },
  })
}
