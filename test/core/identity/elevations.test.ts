import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { AuditLog } from '#core/audit/audit-log.ts'
import { Elevations } from '#core/identity/elevations.ts'
import { migrations } from '#core/regie-schema.ts'
import { productionGuard } from '#core/regie-environments.ts'
import type { Plan } from '#core/operations/types.ts'
import { openStore } from '#core/store/store.ts'

const ending: (() => void)[] = []
afterEach(() => ending.splice(0).forEach((end) => end()))

function program() {
  const folder = mkdtempSync(join(tmpdir(), 'regie-elevations-'))
  const time = { now: Date.parse('2026-01-01T08:00:00Z') }
  const clock = { now: () => time.now, monotonic: () => 0 }
  const store = openStore(join(folder, 'state.sqlite'), { clock, migrations })
  ending.push(() => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const audit = new AuditLog(store, clock)
  return { time, audit, elevations: new Elevations(store, audit, clock) }
}
const request = { environment: 'production', typed: 'production', actor: 'ada', reason: 'Restore after incident 42', minutes: 30 }

describe('an elevation', () => {
  it('holds for its operator, its environment and its time, and is audited', () => {
    const { time, audit, elevations } = program()
    expect(elevations.grant(request)).toMatchObject({ environment: 'production', actor: 'ada', until: '2026-01-01T08:30:00.000Z' })
    expect(elevations.refusal('production', 'ada')).toBeNull()
    expect(elevations.refusal('production', 'bob')).toMatchObject({ code: 'NOT_ELEVATED', next: expect.stringContaining('regie elevate production') })
    expect(elevations.refusal('other', 'ada')).not.toBeNull()
    time.now += 30 * 60_000
    expect(elevations.active('production', 'ada')).toBeNull()
    expect(audit.entry(0).canonical).toContain('Restore after incident 42')
  })

  it('can be given back, and a new one takes the place of the old', () => {
    const { elevations } = program()
    elevations.grant({ ...request, minutes: 480 })
    elevations.grant({ ...request, minutes: 1 })
    expect(elevations.active('production', 'ada')).toMatchObject({ until: '2026-01-01T08:01:00.000Z' })
    expect(elevations.end('production', 'ada')).toBe(true)
    expect(elevations.end('production', 'ada')).toBe(false)
    expect(elevations.active('production', 'ada')).toBeNull()
  })

  it.each([{ typed: 'Production' }, { typed: '' }, { reason: 'because' }, { minutes: 0 }, { minutes: 481 }, { minutes: 1.5 }])('is refused with %o', (wrong) => {
    const { elevations, audit } = program()
    expect(() => elevations.grant({ ...request, ...wrong })).toThrow(/No elevation in production/)
    expect(audit.head().entries).toBe(0)
  })

  it('does not come back or last longer when the clock is moved back', () => {
    const { time, audit, elevations } = program()
    elevations.grant(request)
    time.now += 40 * 60_000
    audit.append({ actor: 'engine', kind: 'run.ended', environment: null, runId: null, summary: 'Something happened since.', body: {} })
    expect(elevations.active('production', 'ada')).toBeNull()
    time.now -= 35 * 60_000
    expect(elevations.active('production', 'ada')).toBeNull()
  })
})

describe("the engine's guard", () => {
  it('asks in production only, and not for what a schedule starts', () => {
    const { elevations } = program()
    const guard = productionGuard(elevations)
    const plan = { environment: 'production' } as Plan
    expect(guard(plan, { actor: 'ada', environmentClass: 'production' })).toMatchObject({ code: 'NOT_ELEVATED' })
    expect(guard(plan, { actor: 'schedule:nightly', environmentClass: 'production' })).toBeNull()
    for (const environmentClass of ['sandbox', 'development', 'preproduction'] as const) expect(guard(plan, { actor: 'ada', environmentClass })).toBeNull()
    elevations.grant(request)
    expect(guard(plan, { actor: 'ada', environmentClass: 'production' })).toBeNull()
  })
})
