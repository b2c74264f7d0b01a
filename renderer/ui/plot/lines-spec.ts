import type { Format } from '#renderer/i18n/format.ts'
import { bounds, type Line } from './decimate.ts'
import type { Limit, LinesSpec } from './draw-lines.ts'
import { ticks, timeTicks, timeWords } from './ticks.ts'

export interface LinesInput {
  readonly lines: readonly Line[]
  /** `time`: x is ms since 1970, said in UTC. */
  readonly x: 'time' | 'number'
  /** A value of y in words: with its unit. */
  readonly show: (y: number) => string
  readonly limits?: readonly Limit[]
  /** Lowest y of the axis; default 0 unless a value lies below. */
  readonly from?: number
}

/** Axes for these lines in a picture of this size; null when there is no point to draw. */
export function linesSpec(input: LinesInput, f: Format, width: number, height: number): LinesSpec | null {
  const found = bounds(input.lines)
  if (!found) return null
  const limits = input.limits ?? []
  const low = Math.min(input.from ?? 0, found.y[0])
  const high = Math.max(found.y[1], ...limits.map(({ at }) => at))
  const wantedY = Math.max(2, Math.floor(height / 44))
  const rough = ticks(low, high > low ? high : low + 1, wantedY)
  const step = (rough[1] ?? 1) - (rough[0] ?? 0) || 1
  // The axis ends on a round number above everything, so that its last name stands at its end.
  const top = Math.max(low + step, Math.ceil(high / step - 1e-9) * step)
  const yTicks = ticks(low, top, wantedY)
  const x: [number, number] = found.x[1] > found.x[0] ? found.x : [found.x[0] - 0.5, found.x[1] + 0.5]
  const wanted = Math.max(2, Math.floor(width / 96))
  const times = timeTicks(x[0], x[1], wanted)
  return {
    lines: input.lines,
    x,
    y: [low, top],
    xTicks: input.x === 'time' ? times.at.map((at) => ({ at, name: f[timeWords(times.step)](at) })) : ticks(x[0], x[1], wanted).map((at) => ({ at, name: f.n(at, 4) })),
    yTicks: yTicks.map((at) => ({ at, name: input.show(at) })),
    limits,
  }
}

/** A value of x in words. */
export const xWords = (input: Pick<LinesInput, 'x'>, f: Format, x: number): string => (input.x === 'time' ? f.absolute(x) : f.n(x, 4))
