import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packageRoot } from '#core/base/package-root.ts'

/**
 * A folder of the shared test material ("reviews", "weights", …): $REGIE_TEST_DATA, or shared/data beside
 * the repository. null where it is absent; then say so with notRun().
 */
export function sharedData(name: string): string | null {
  const folder = join(process.env.REGIE_TEST_DATA ?? resolve(packageRoot, '..', 'shared', 'data'), name)
  return existsSync(folder) ? folder : null
}
