import type { Gate, RunStep } from '#renderer/api/types.ts'
import { stepShare } from '#renderer/api/fold-run.ts'
import { layRail } from '#renderer/ui/step-graph/lanes.ts'

export interface TrackStep {
  readonly id: string
  readonly title: string
  readonly where: string
  /** Of the step catalogue; `gates` makes a station of its own. */
  readonly kind: string
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
const placeOf = (step: TrackStep): string => parts(step.where).at(-1) ?? step.where

interface Draft {
  readonly name: string
  readonly kind: Station['kind']
  readonly steps: readonly TrackStep[]
}

/**
 * The systems of a pipeline as stations of a line: the main chain of its graph gives the line, from the first step
 * that moves data on; side chains that end in a system of their own give branches. Neighbouring steps in one system
 * are one station.
 */
export function layTrack(steps: readonly TrackStep[], most = 7): Track {
  const { lanes } = layRail(steps)
  const onMain = steps.filter((_, i) => lanes[i] === 0)
  const begins = onMain.findIndex(({ where }) => parts(where).length > 1)
  const line = begins < 0 ? onMain : onMain.slice(begins)
  const origin = parts(line[0]?.where ?? '')
  let stations: Draft[] = origin.length > 1 && origin[0] ? [{ name: origin[0], kind: 'system', steps: [] }] : []
  for (const step of line) {
    const name = placeOf(step)
    const last = stations.at(-1)
    if (step.kind === 'gates') stations.push({ name: step.title, kind: 'gates', steps: [step] })
    else if (last?.kind === 'system' && last.name === name) stations[stations.length - 1] = { ...last, steps: [...last.steps, step] }
    else stations.push({ name, kind: 'system', steps: [step] })
  }
  const aside = new Map<string, TrackStep[]>()
  steps.forEach((step, i) => {
    if (lanes[i] !== 0 && step.kind !== 'gates') aside.set(placeOf(step), [...(aside.get(placeOf(step)) ?? []), step])
  })
  // What only records the run where a branch already ends belongs to that branch.
  const end = stations.at(-1)
  if (end && stations.length > 2 && aside.has(end.name)) {
    aside.set(end.name, [...(aside.get(end.name) ?? []), ...end.steps])
    stations = stations.slice(0, -1)
  }
  while (stations.length > most) stations = joinNearest(stations)

  const main = stations.map((station, i) => reachedOf(station, i === 0, steps))
  const known = new Set(stations.map(({ name }) => name))
  const branches = [...aside].flatMap(([name, own]) => {
    if (known.has(name)) return []
    const needs = own[0]?.needs ?? []
    const after = Math.max(0, ...needs.map((need) => stations.findIndex((station) => station.steps.some(({ id }) => id === need))))
    const begun = own.filter(({ run }) => run && run.state !== 'waiting')
    return [{ after, station: reachedOf({ name, kind: 'system', steps: begun.length > 0 ? begun : own }, false, steps) }]
  })
  const at = main.findIndex(({ steps: own }) => own.some(({ run }) => run?.state === 'running'))
  const station = main[at]
  const moving = station?.steps.find(({ run }) => run?.state === 'running')?.run
  const train = station && moving ? { after: Math.max(0, at - 1), share: at === 0 ? 0 : shareOf(station.steps), step: moving } : null
  return { main, branches, train }
}

/** One inner station less: the last one whose name stands elsewhere too, else the one with the fewest steps, goes into the one before it. */
function joinNearest(stations: readonly Draft[]): Draft[] {
  const inner = stations.map((_, i) => i).slice(1, -1).filter((i) => stations[i]?.kind === 'system')
  const twice = inner.findLast((i) => stations.some((other, j) => j !== i && other.name === stations[i]?.name) && i > 1)
  const fewest = [...inner].sort((a, b) => (stations[a]?.steps.length ?? 0) - (stations[b]?.steps.length ?? 0))[0]
  const at = twice ?? fewest ?? stations.length - 2
  const before = stations[at - 1]
  const here = stations[at]
  if (!before || !here) return stations.slice(0, -1)
  return [...stations.slice(0, at - 1), { ...before, steps: [...before.steps, ...here.steps] }, ...stations.slice(at + 1)]
}

function reachedOf(station: Draft, first: boolean, all: readonly TrackStep[]): Station {
  const states = station.steps.map(({ run }) => run?.state)
  const gates = station.kind === 'gates' ? all.filter(({ kind }) => kind === 'gates').flatMap(({ run }) => run?.gates ?? []) : []
  const fresh = states.length === 0 ? all.some(({ run }) => run?.state === 'succeeded') : states.every((state) => state === 'succeeded' || state === 'warning')
  const reached = states.some((state) => state === 'running') ? (first ? 'fresh' : 'moving') : fresh ? 'fresh' : 'pale'
  return { ...station, reached, gates }
}

function shareOf(steps: readonly TrackStep[]): number {
  const sum = steps.reduce((total, { run }) => total + (run ? stepShare(run) : 0), 0)
  return steps.length === 0 ? 0 : sum / steps.length
}
