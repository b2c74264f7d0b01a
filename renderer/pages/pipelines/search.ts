import { flag, text } from '#renderer/api/search.ts'

export interface PipelineSearch {
  /** The plan is open. */
  readonly plan?: true
  /** First and last day of a backfill; both or none. */
  readonly from?: string
  readonly to?: string
}

const day = (raw: Record<string, unknown>, key: string): string | undefined => {
  const found = text(raw, key)
  return found !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(found) ? found : undefined
}

export const pipelineSearch = (raw: Record<string, unknown>): PipelineSearch => {
  const [from, to] = [day(raw, 'from'), day(raw, 'to')]
  return { plan: flag(raw, 'plan'), ...(from && to ? { from, to } : {}) }
}
