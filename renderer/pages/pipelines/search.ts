import { flag } from '#renderer/api/search.ts'

export interface PipelineSearch {
  /** The plan is open. */
  readonly plan?: true
}

export const pipelineSearch = (raw: Record<string, unknown>): PipelineSearch => ({ plan: flag(raw, 'plan') })
