import { build } from 'vite'

/**
 * Vitest global setup: worker threads run from the build (Node 20 loads no TypeScript),
 * so the core is built once before any test.
 */
export default async function buildWorkers(): Promise<void> {
  if (process.env.REGIE_TEST_BUILT === '1') return
  await build({ mode: 'core', logLevel: 'error' })
}
