import { flag, oneOf, text } from '#renderer/api/search.ts'

export interface RunSearch {
  readonly step?: string
  /** Log of the picked step only. */
  readonly only?: true
  readonly level?: 'debug' | 'warn' | 'error'
  /** What stands beside the log; default: the picked step's evidence. */
  readonly side?: 'changes' | 'plan' | 'time'
  /** A plan of something that goes out from this run. */
  readonly do?: 'rerun' | 'undo'
  /** First rows of the picked step's output. */
  readonly preview?: true
}

export const runSearch = (raw: Record<string, unknown>): RunSearch => ({
  step: text(raw, 'step'),
  only: flag(raw, 'only'),
  level: oneOf(raw, 'level', ['debug', 'warn', 'error']),
  side: oneOf(raw, 'side', ['changes', 'plan', 'time']),
  do: oneOf(raw, 'do', ['rerun', 'undo']),
  preview: flag(raw, 'preview'),
})
