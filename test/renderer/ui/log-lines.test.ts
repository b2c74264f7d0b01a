import { describe, expect, it } from 'vitest'
import { hitFrom, hitsOf, linesOf, logText, wrappedHeights, type LogEntry } from '#renderer/ui/log/log-lines.ts'

const line = (id: number, message: string, level: LogEntry['level'] = 'info', stepId: string | null = null): LogEntry => ({ id, at: '2026-11-21T12:00:00.000Z', stepId, level, message })

describe('the log', () => {
  const lines = [line(0, 'Connected'), line(1, 'batch 1 written', 'debug', 'load'), line(2, 'Batch 2 retried', 'warn', 'load'), line(3, 'closed', 'error')]

  it('leaves out lower levels and other steps, and is itself when nothing is left out', () => {
    expect(linesOf(lines, 'warn', null).map(({ id }) => id)).toEqual([2, 3])
    expect(linesOf(lines, 'debug', 'load').map(({ id }) => id)).toEqual([1, 2])
    expect(linesOf(lines, 'debug', null)).toBe(lines)
  })
  it('finds text whatever its case, and goes round from the last hit to the first', () => {
    const hits = hitsOf(lines, 'BATCH')
    expect(hits).toEqual([1, 2])
    expect(hitsOf(lines, '')).toEqual([])
    expect(hitFrom(hits, 2)).toBe(1)
    expect(hitFrom(hits, 3)).toBe(0)
    expect(hitFrom([], 0)).toBe(-1)
  })
  it('gives every line the height that its text needs', () => {
    expect([...wrappedHeights([line(0, 'x'.repeat(80)), line(1, 'x'.repeat(81)), line(2, 'a\nb'), line(3, '')], 80, 20)]).toEqual([20, 40, 40, 20])
    expect([...wrappedHeights([line(0, '漢'.repeat(41))], 80, 20)]).toEqual([40])
  })
  it('lays a message of 1 MB as much as is shown of it, and copies all of it', () => {
    const long = line(0, 'e'.repeat(1_000_000))
    expect(wrappedHeights([long], 100, 20)[0]).toBe(200 * 20)
    expect(logText([long])).toHaveLength(1_000_000 + '2026-11-21T12:00:00.000Z\tinfo\t\t'.length)
  })
  it('searches 100,000 lines well within one key press', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => line(i, `batch ${i} written, 1,000 rows`))
    expect(hitsOf(many, 'batch 999')).toHaveLength(111)
  })
})
