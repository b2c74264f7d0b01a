import type { DoctorCheck, Finding } from '#core/api/regie.ts'
import { iso, type Clock } from '#core/base/clock.ts'

/** One look, dated and timed: what is slow shows. */
export async function dated(area: DoctorCheck['area'], clock: Clock, look: () => Finding | Promise<Finding>): Promise<DoctorCheck> {
  const begun = clock.monotonic()
  const finding = await look()
  return { ...finding, area, checkedAt: iso(clock.now()), tookMs: Math.round(clock.monotonic() - begun) }
}
