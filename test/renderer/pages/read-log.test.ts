import { describe, expect, it } from 'vitest'
import { coreChooses, MOST, readLog, WHOLE, withNewLines } from '#renderer/pages/run/read-log.ts'
import type { Client, LogLine } from '#renderer/api/types.ts'

interface Ask {
  minimumLevel?: LogLine['level']
  stepId?: string
  search?: string
  after?: number
  offset?: number
  limit?: number
}

const LEVELS = ['debug', 'info', 'warn', 'error']

/** A core with so many lines; the only error is the third of them. */
function coreWith(length: number): { client: Pick<Client, 'runs'>; asked: Ask[] } {
  const asked: Ask[] = []
  const lines = Array.from({ length }, (_, i): LogLine => ({ id: i + 1, at: '2026-11-21T12:00:00.000Z', stepId: i % 2 === 0 ? 'load' : 'join', level: i === 2 ? 'error' : 'info', message: i === 2 ? 'Lost 100% of it' : `batch ${i}` }))
  const logs = async (ask: Ask): Promise<{ total: number; lines: LogLine[] }> => {
    asked.push(ask)
    const { minimumLevel = 'info', stepId, search, after, offset = 0, limit = 500 } = ask
    const all = lines.filter((line) => LEVELS.indexOf(line.level) >= LEVELS.indexOf(minimumLevel) && (stepId === undefined || line.stepId === stepId) && (search === undefined || line.message.toLowerCase().includes(search.toLowerCase())))
    const from = after === undefined ? all : all.filter(({ id }) => id > after)
    return { total: all.length, lines: from.slice(offset, offset + limit) }
  }
  return { client: { runs: { logs } } as unknown as Pick<Client, 'runs'>, asked }
}

describe('the log of a run', () => {
  it('is read whole while it fits the page, each line once', async () => {
    const { client, asked } = coreWith(25_003)
    const { total, lines } = await readLog(client, 'r', WHOLE)
    expect(total).toBe(25_003)
    expect(lines.map(({ id }) => id)).toEqual(Array.from({ length: 25_003 }, (_, i) => i + 1))
    expect(asked.every(({ limit }) => limit === 10_000)).toBe(true)
  })

  it('is read at its newest end when it is longer, and what a growing log brings meanwhile is not too much', async () => {
    const { client } = coreWith(MOST + 1234)
    const { total, lines } = await readLog(client, 'r', WHOLE)
    expect([total, lines.length, lines[0]?.id, lines.at(-1)?.id]).toEqual([MOST + 1234, MOST, 1235, MOST + 1234])
  })

  it('has the core find what the page does not hold', async () => {
    const { client } = coreWith(MOST + 1234)
    const whole = await readLog(client, 'r', WHOLE)
    expect(whole.lines.some(({ level }) => level === 'error')).toBe(false)
    for (const ask of [{ ...WHOLE, level: 'error' as const }, { ...WHOLE, search: 'lost 100%' }, { ...WHOLE, step: 'load', search: 'LOST' }]) {
      expect(coreChooses(whole, ask)).toBe(true)
      expect((await readLog(client, 'r', ask)).lines.map(({ id }) => id)).toEqual([3])
    }
  })

  it('asks the core for nothing more when the page holds it all', async () => {
    const { client } = coreWith(2000)
    const whole = await readLog(client, 'r', WHOLE)
    expect(coreChooses(whole, { level: 'error', step: 'load', search: 'lost' })).toBe(false)
    expect(coreChooses({ ...whole, total: 5000 }, WHOLE)).toBe(false)
  })

  it('stays cut when lines come to a log that was cut', () => {
    const held = { total: 5, lines: [{ id: 9, at: '', stepId: null, level: 'info' as const, message: '' }] }
    const grown = withNewLines(held, [{ id: 10, at: '', stepId: null, level: 'warn', message: '' }])
    expect([grown.total, grown.lines.length]).toEqual([6, 2])
    expect(coreChooses(grown, { ...WHOLE, level: 'warn' })).toBe(true)
  })
})
