import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { examineMachine } from '#core/api/doctor/index.ts'
import type { Clock } from '#core/base/clock.ts'

/** Monotonic time moves by `step` ms at each look. */
const clockOf = (now: number, step = 0.5): Clock => {
  let at = 0
  return { now: () => now, monotonic: () => (at += step) }
}
const NOW = Date.UTC(2026, 10, 21, 12)

describe('what doctor finds on a machine', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'regie-doctor-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))
  const look = async (check: string, clock = clockOf(NOW)) => (await examineMachine(home, clock)).find((each) => each.check === check)

  it('is dated and timed, and leaves nothing behind', async () => {
    const checks = await examineMachine(home, clockOf(NOW))
    for (const check of checks) expect(check).toMatchObject({ area: 'machine', checkedAt: '2026-11-21T12:00:00.000Z', tookMs: expect.any(Number) as number })
    expect(readdirSync(home)).toEqual([])
  })

  it('names the native parts by version', async () => {
    expect(await look('versions')).toMatchObject({ state: 'passed', found: expect.stringMatching(/^SQLite \d+\.\d+.*DuckDB .*ABI \d+$/) as string })
  })

  it('says that a disk is slow, with the way to mend it', async () => {
    expect(await look('disk-speed')).toMatchObject({ state: 'passed' })
    expect(await look('disk-speed', clockOf(NOW, 80))).toMatchObject({ state: 'warning', mend: expect.stringContaining('local disk') as string })
  })

  it('finds files that others may write', async () => {
    expect(await look('files')).toMatchObject({ state: 'not-proven' })
    writeFileSync(join(home, 'state.sqlite'), '')
    chmodSync(join(home, 'state.sqlite'), 0o600)
    expect(await look('files')).toMatchObject({ state: 'passed' })
    chmodSync(join(home, 'state.sqlite'), 0o666)
    expect(await look('files')).toMatchObject({ state: 'failed', found: 'Others may write to state.sqlite', mend: expect.stringContaining('chmod') as string })
  })

  it('finds a clock that was never set, and names its zone', async () => {
    expect(await look('clock', clockOf(0))).toMatchObject({ state: 'failed', mend: expect.any(String) as string })
    expect(await look('clock')).toMatchObject({ state: 'passed', found: expect.stringContaining('zone ') as string })
  })
})
