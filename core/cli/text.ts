import type { Failure } from '#core/base/errors.ts'

/* How the command line writes numbers, times and tables. English, with thin structure and no box drawing. */

export const count = (n: number): string => n.toLocaleString('en-US')

/** 0.4 s, 12 s, 3 min 05 s, 2 h 10 min */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = n
  let unit = 0
  for (; size >= 1000 && unit < units.length - 1; unit += 1) size /= 1000
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`
}

/** Control characters would let a title or a review move the cursor. */
export const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ')

/** Columns padded to their widest cell; the last one is left as it is. Numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : plain(cell))))]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const right = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  return cells
    .map((row) => row.map((cell, column) => (right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd())
    .map((line) => line + '\n')
    .join('')
}

/** What happened, what is untouched, what next: one line each. */
export const sentences = ({ what, untouched, next }: Failure): string => [what, untouched, next].filter(Boolean).map((line) => `${plain(line ?? '')}\n`).join('')
