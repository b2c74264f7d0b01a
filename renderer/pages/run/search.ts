import { flag, oneOf, text } from '#renderer/api/search.ts'

export interface RunSearch {
  readonly step?: string
  /** Log of the picked step only. */
  readonly only?: true
  readonly level?: 'debug' | 'warn'
  readonly q?: string
  /** First rows of the picked step's output. */
  readonly preview?: true
}

export const runSearch = (raw: Record<string, unknown>): RunSearch => ({
  step: text(raw, 'step'),
  only: flag(raw, 'only'),
  level: oneOf(raw, 'level', ['debug', 'warn']),
  q: text(raw, 'q'),
  preview: flag(raw, 'preview'),
})
