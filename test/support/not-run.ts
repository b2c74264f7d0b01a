import { appendFileSync, mkdirSync } from 'node:fs'

/**
 * Says that something can't be tried on this machine. On a laptop it becomes one line at the end of
 * `npm test`; with CI set, a missing environment is a failure.
 * Returns true, so that `it.runIf(!missing)` and `if (notRun(…)) return` read well.
 */
export function notRun(what: string, reason: string): true {
  if (process.env.CI) throw new Error(`not run in CI: ${what}: ${reason}`)
  mkdirSync('test-results', { recursive: true })
  appendFileSync('test-results/not-run.jsonl', JSON.stringify({ what, reason }) + '\n')
  return true
}
