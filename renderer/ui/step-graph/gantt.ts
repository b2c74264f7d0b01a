import type { StepState } from '#renderer/api/types.ts'

export interface GanttStep {
  readonly id: string
  readonly needs: readonly string[]
  readonly state: StepState
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly estimateMs: number | null
  readonly msLeft: number | null
}

/** All in ms on the axis, which starts at 0 and leaves out long pauses. */
export interface GanttBar {
  readonly id: string
  readonly kind: 'done' | 'running' | 'ahead'
  readonly from: number
  readonly to: number
  /** Where a running step is expected to end. */
  readonly expected: number | null
  /** How long it took or takes, real time. */
  readonly ms: number
}

export interface Gantt {
  readonly total: number
  readonly now: number | null
  readonly bars: ReadonlyMap<string, GanttBar>
  readonly ticks: readonly number[]
  /** Where time was left out: nothing ran, e.g. the core was down. */
  readonly gaps: readonly { readonly at: number; readonly ms: number }[]
}

/** A pause is left out when it is longer than this and longer than this share of the work. */
const GAP_MS = 2000
const GAP_SHARE = 0.15

/** Bars of all steps. `now` is null when the run has ended. */
export function layGantt(steps: readonly GanttStep[], now: number | null): Gantt {
  const spans = steps.flatMap((step) => {
    if (step.startedAt === null || step.state === 'waiting') return []
    const from = Date.parse(step.startedAt)
    const to = step.endedAt !== null ? Date.parse(step.endedAt) : Math.max(from, now ?? from)
    return [{ from, to: Math.max(from, to) }]
  })
  const axis = pausesLeftOut(spans)
  const nowAt = now === null || spans.length === 0 ? null : axis.place(Math.max(now, ...spans.map(({ to }) => to)))

  const bars = new Map<string, GanttBar>()
  const ends = new Map<string, number>()
  for (const step of steps) {
    const after = Math.max(nowAt ?? 0, ...step.needs.map((id) => ends.get(id) ?? 0))
    if (step.startedAt !== null && step.state !== 'waiting') {
      const began = Date.parse(step.startedAt)
      const from = axis.place(began)
      if (step.endedAt === null && step.state === 'running' && nowAt !== null) {
        const left = step.msLeft ?? (step.estimateMs === null ? null : Math.max(0, step.estimateMs - (nowAt - from)))
        const expected = left === null ? null : nowAt + left
        bars.set(step.id, { id: step.id, kind: 'running', from, to: nowAt, expected, ms: nowAt - from })
        ends.set(step.id, expected ?? nowAt)
      } else {
        const ended = Math.max(began, step.endedAt === null ? began : Date.parse(step.endedAt))
        const to = axis.place(ended)
        bars.set(step.id, { id: step.id, kind: 'done', from, to, expected: null, ms: ended - began })
        ends.set(step.id, to)
      }
    } else if (step.state === 'waiting' && step.estimateMs !== null) {
      bars.set(step.id, { id: step.id, kind: 'ahead', from: after, to: after + step.estimateMs, expected: null, ms: step.estimateMs })
      ends.set(step.id, after + step.estimateMs)
    } else ends.set(step.id, after)
  }
  const total = Math.max(1, nowAt ?? 0, ...[...bars.values()].map((bar) => Math.max(bar.to, bar.expected ?? 0)))
  return { total, now: nowAt, bars, ticks: ticksOf(total), gaps: axis.gaps }
}

function pausesLeftOut(spans: readonly { from: number; to: number }[]): { place: (at: number) => number; gaps: { at: number; ms: number }[] } {
  const start = Math.min(...spans.map(({ from }) => from))
  if (spans.length === 0) return { place: () => 0, gaps: [] }
  const busy: { from: number; to: number }[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = busy.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else busy.push({ ...span })
  }
  const work = busy.reduce((sum, { from, to }) => sum + to - from, 0)
  const cuts: { after: number; ms: number }[] = []
  busy.forEach((span, i) => {
    const next = busy[i + 1]
    const pause = next ? next.from - span.to : 0
    if (pause > GAP_MS && pause > work * GAP_SHARE) cuts.push({ after: span.to, ms: pause })
  })
  const place = (at: number): number => at - start - cuts.filter(({ after }) => after < at).reduce((sum, { after, ms }) => sum + Math.min(ms, at - after), 0)
  return { place, gaps: cuts.map(({ after, ms }) => ({ at: place(after), ms })) }
}

const NICE = [100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000]

/** The axis of a run that moves: its length rounded up to a quarter of the space between two moments. */
export function roomFor(total: number): number {
  const quarter = (ticksOf(total)[1] ?? total) / 4
  return Math.ceil(total / quarter) * quarter
}

/** At most seven round moments from 0 on. */
export function ticksOf(total: number): number[] {
  const step = NICE.find((each) => total / each <= 6) ?? Math.ceil(total / 6 / 86_400_000) * 86_400_000
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step)
}
