import type { Json } from '#core/base/json.ts'
import type { Run } from '#core/operations/types.ts'

/**
 * The last line of a followed run, as scripts read it: `{"runId","status",…result,"durationMs"}`. What the
 * operation proves stands in the middle; a run that proved nothing has none of it, and says why in `failure`.
 */
export function lastLine(run: Run): { readonly [key: string]: Json } {
  const failure = run.failure as Json
  return { runId: run.runId, status: run.state, ...run.result, durationMs: Math.round(run.durationMs), ...(failure === null ? {} : { failure }) }
}
