import type { Gate, RunStep } from '#renderer/api/types.ts'
import { stepShare } from '#renderer/api/fold-run.ts'
import { layRail } from '#renderer/ui/step-graph/lanes.ts'

export interface TrackStep {
  readonly id: string
  readonly title: string
  readonly where: string
  readonly needs: readonly string[]
  /** Absent: the pipeline has never run. */
  readonly run?: RunStep
}

export interface Station {
  readonly name: string
  readonly kind: 'system' | 'gates'
  readonly steps: readonly TrackStep[]
  /** fresh: travelled. moving: the train is on the way to it. pale: still to be replaced. */
  readonly reached: 'fresh' | 'moving' | 'pale'
  readonly gates: readonly Gate[]
}

export interface Track {
  readonly main: readonly Station[]
  readonly branches: readonly { readonly after: number; readonly station: Station }[]
  /** Between station `after` and the next, at that share of the way. */
  readonly train: { readonly after: number; readonly share: number; readonly step: RunStep } | null
}

const parts = (where: string): string[] => where.split(/\s*(?:→|->)\s*/).filter(Boolean)
const isGate = (step: TrackStep): boolean => (step.run?.gates.length ?? 0) > 0

/**
 * The systems of a pipeline as stations of a line: the main chain of its graph gives the line, side chains
 * that end in a system of their own give branches. Neighbouring steps in one system are one station.
 */
export function layTrack(steps: readonly TrackStep[], most = 7): Track {
  const { lanes } = layRail(steps)
  const line = steps.filter((_, i) => lanes[i] === 0)
  let stations: { name: string; kind: Station['kind']; steps: TrackStep[] }[] = []
  const origin = parts(line[0]?.where ?? '')
  if (origin.length > 1 && origin[0]) stations.push({ name: origin[0], kind: 'system', steps: [] })
  for (const step of line) {
    const name = parts(step.where).at(-1) ?? step.where
    const last = stations.at(-1)
    if (isGate(step)) stations.push({ name: step.title, kind: 'gates', steps: [step] })
    else if (last && last.kind === 'system' && last.name === name) last.steps.push(step)
    else stations.push({ name, kind: 'system', steps: [step] })
  }
  while (stations.length > most) stations = joinNearest(stations)
  const main = stations.map((station, i) => reachedOf(station, i === 0))
  const known = new Set(stations.flatMap((station) => [station.name]))
  const branches = steps.flatMap((step, i) => {
    if (lanes[i] === 0) return []
    const name = parts(step.where).at(-1) ?? step.where
    if (known.has(name)) return []
    known.add(name)
    const parent = step.needs.map((need) => stations.findIndex((station) => station.steps.some(({ id }) => id === need))).find((at) => at >= 0)
    return [{ after: Math.max(0, parent ?? 0), station: reachedOf({ name, kind: 'system', steps: [step] }, false) }]
  })
  const at = main.findIndex(({ steps: own }) => own.some(({ run }) => run?.state === 'running'))
  const station = main[at]
  const moving = station?.steps.find(({ run }) => run?.state === 'running')?.run
  const train = station && moving ? { after: Math.max(0, at - 1), share: at === 0 ? 0 : shareOf(station.steps), step: moving } : null
  return { main, branches, train }
}

/** Two neighbours that are least worth a station of their own become one; gates and both ends stay. */
function joinNearest<S extends { name: string; kind: Station['kind']; steps: TrackStep[] }>(stations: readonly S[]): S[] {
  let best = -1
  for (let i = 1; i < stations.length - 1; i++) {
    const here = stations[i]
    const next = stations[i + 1]
    if (!here || !next || here.kind === 'gates' || (next.kind === 'gates' && i + 2 < stations.length)) continue
    if (best < 0 || here.steps.length < (stations[best]?.steps.length ?? Infinity)) best = i
  }
  if (best < 0) best = Math.max(1, stations.length - 3)
  const here = stations[best]
  const next = stations[best + 1]
  if (!here || !next) return stations.slice(0, -1)
  return [...stations.slice(0, best), { ...next, steps: [...here.steps, ...next.steps] }, ...stations.slice(best + 2)]
}

function reachedOf(station: { name: string; kind: Station['kind']; steps: readonly TrackStep[] }, first: boolean): Station {
  const states = station.steps.map(({ run }) => run?.state)
  const gates = station.steps.flatMap(({ run }) => run?.gates ?? [])
  const reached =
    states.length === 0 ? 'fresh' : states.some((state) => state === 'running') ? (first ? 'fresh' : 'moving') : states.every((state) => state === 'succeeded' || state === 'warning') ? 'fresh' : 'pale'
  return { ...station, reached, gates }
}

function shareOf(steps: readonly TrackStep[]): number {
  const sum = steps.reduce((total, { run }) => total + (run ? stepShare(run) : 0), 0)
  return steps.length === 0 ? 0 : sum / steps.length
}
