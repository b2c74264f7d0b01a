/** A line as every log in Régie has it. `id` is unique within the list. */
export interface LogEntry {
  readonly id: number
  readonly at: string
  readonly stepId: string | null
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

export type LogLevel = LogEntry['level']
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** Lines of at least this level, and of one step when asked. The list itself when nothing is left out. */
export function linesOf(lines: readonly LogEntry[], minimum: LogLevel, step: string | null): readonly LogEntry[] {
  if (minimum === 'debug' && step === null) return lines
  const least = RANK[minimum]
  return lines.filter((line) => RANK[line.level] >= least && (step === null || line.stepId === step))
}

/** Indices of lines that hold `query`, letter case aside. Empty for an empty query. */
export function hitsOf(lines: readonly LogEntry[], query: string): number[] {
  const wanted = query.toLowerCase()
  if (wanted === '') return []
  const hits: number[] = []
  lines.forEach(({ message, stepId }, i) => {
    if (message.toLowerCase().includes(wanted) || stepId?.toLowerCase().includes(wanted)) hits.push(i)
  })
  return hits
}

/** The hit at or behind `from`, round the end; -1 without one. Index into `hits`. */
export function hitFrom(hits: readonly number[], from: number): number {
  if (hits.length === 0) return -1
  let low = 0
  let high = hits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((hits[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return low % hits.length
}

/** More than this of a message is not put on the page; copying takes all of it. */
export const SHOWN_CHARS = 20_000

/** Width of a text in cells of a fixed-width font: wide letters and emoji take two. */
export function cellsOf(text: string): number {
  let wide = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x10ff) wide++
  return text.length + wide
}

/** Height of each line when messages wrap after `columns` cells, px. */
export function wrappedHeights(lines: readonly LogEntry[], columns: number, lineHeight: number): Float64Array {
  const heights = new Float64Array(lines.length)
  lines.forEach(({ message }, i) => {
    const shown = message.length > SHOWN_CHARS ? message.slice(0, SHOWN_CHARS) : message
    let rows = 0
    for (const part of shown.split('\n')) rows += Math.max(1, Math.ceil(cellsOf(part) / Math.max(1, columns)))
    heights[i] = rows * lineHeight
  })
  return heights
}

/** Lines as text, tab-separated: what the copy button gives. */
export const logText = (lines: readonly LogEntry[]): string => lines.map((line) => [line.at, line.level, line.stepId ?? '', line.message].join('\t')).join('\n')
