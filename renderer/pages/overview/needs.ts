import { pipelineOf } from '#renderer/api/queries.ts'
import type { DoctorCheck, Failure, Run, RunDetail, Schedule, ScheduleBoard, SystemState } from '#renderer/api/types.ts'

export type Need =
  | { readonly kind: 'run'; readonly run: Run; readonly failure: Failure | null }
  | { readonly kind: 'gate'; readonly run: Run; readonly title: string; readonly detail: string }
  /** All schedules stand still. */
  | { readonly kind: 'paused'; readonly reason: string }
  /** The last due time of a schedule was refused. */
  | { readonly kind: 'schedule'; readonly schedule: Schedule; readonly what: string }
  | { readonly kind: 'system'; readonly system: SystemState }
  | { readonly kind: 'check'; readonly check: DoctorCheck }

/**
 * What needs a person, worst first: systems that are down, the latest run of each pipeline when it did not
 * end well, schedules that were refused or stand still, gates that warned in it, checks that failed. An older failure that a later run mended is silent.
 */
export function needsOf(facts: { runs: readonly Run[]; last: RunDetail | undefined; systems: readonly SystemState[]; checks: readonly DoctorCheck[]; board?: ScheduleBoard }): Need[] {
  const latest = new Map<string, Run>()
  for (const run of facts.runs) {
    // a run with scoring mends one without: it is the pipeline that ended well
    const key = `${run.operation} ${pipelineOf(run) ?? JSON.stringify(run.input)}`
    if (!latest.has(key)) latest.set(key, run)
  }
  const bad = [...latest.values()].filter(({ state }) => state === 'failed' || state === 'stopped' || state === 'interrupted')
  const { last } = facts
  const gates = last?.state === 'succeeded' ? last.steps.flatMap((step) => step.gates.filter(({ verdict }) => verdict === 'warning').map((gate) => ({ step, gate }))) : []
  return [
    ...facts.systems.filter(({ state }) => state === 'down').map((system): Need => ({ kind: 'system', system })),
    ...bad.map((run): Need => ({ kind: 'run', run, failure: run.failure })),
    ...(facts.board?.pausedAll ? [{ kind: 'paused', reason: facts.board.pausedAll.reason } as const] : []),
    ...(facts.board?.schedules ?? []).flatMap((schedule): Need[] => {
      const [newest] = schedule.firings
      return schedule.state === 'active' && newest?.outcome === 'refused' ? [{ kind: 'schedule', schedule, what: newest.failure?.what ?? '' }] : []
    }),
    ...(last ? gates.map(({ gate }): Need => ({ kind: 'gate', run: last, title: gate.title, detail: gate.detail ?? '' })) : []),
    ...facts.checks.filter(({ state }) => state === 'failed').map((check): Need => ({ kind: 'check', check })),
  ]
}
