import type { Client, LogLine } from '#renderer/api/types.ts'
import type { LogLevel } from '#renderer/ui/log/log-lines.ts'

const PAGE = 10_000
/** Lines that the page holds at most. */
export const MOST = 100_000

/** Which lines of a log; `step` null = of all steps, `search` letter case aside. */
export interface LogAsk {
  readonly level: LogLevel
  readonly step: string | null
  readonly search: string
}

export const WHOLE: LogAsk = { level: 'debug', step: null, search: '' }

export interface LogLines {
  /** Lines of the log that match, held here or not. */
  readonly total: number
  readonly lines: readonly LogLine[]
}

/** Up to 100,000 lines: the newest count, so older ones are skipped when there are more. Read in pages of 10,000. */
export async function readLog(client: Pick<Client, 'runs'>, runId: string, { level, step, search }: LogAsk, signal?: AbortSignal): Promise<LogLines> {
  const ask = { runId, minimumLevel: level, limit: PAGE, ...(step === null ? {} : { stepId: step }), ...(search === '' ? {} : { search }) }
  const first = await client.runs.logs(ask, { signal })
  const lines: LogLine[] = first.total > MOST ? [] : [...first.lines]
  if (first.total > MOST) lines.push(...(await client.runs.logs({ ...ask, offset: first.total - MOST }, { signal })).lines)
  while (lines.length < Math.min(first.total, MOST)) {
    const next = (await client.runs.logs({ ...ask, after: lines.at(-1)?.id }, { signal })).lines
    if (next.length === 0) break
    lines.push(...next)
  }
  return { total: first.total, lines: lines.slice(-MOST) }
}

/** Whether the core has to choose the lines: the page holds a part of the log, and the reader asks for other lines than all. */
export const coreChooses = (whole: LogLines, { level, step, search }: LogAsk): boolean => whole.total > whole.lines.length && (level !== 'debug' || step !== null || search !== '')

/** Lines that came by the stream, put behind those that were read; ids grow, so a line that is in both stands once. */
export function withNewLines(held: LogLines, news: readonly LogLine[]): LogLines {
  const last = held.lines.at(-1)?.id ?? -1
  const fresh = news.filter(({ id }) => id > last)
  if (fresh.length === 0) return held
  return { total: held.total + fresh.length, lines: [...held.lines, ...fresh].slice(-MOST) }
}
