import type { Client, Run, RunDetail, RunStep } from '#renderer/api/types.ts'

type Answer = <T>(answer: () => T) => Promise<T>

interface Behind {
  readonly runs: readonly Run[]
  readonly stepsOf: (run: Run) => RunStep[]
  readonly plan: () => RunDetail['plan']
}

/** What is read of runs beside the runs themselves: history, series, comparison, plans of ways back. */
export function fakeHistory(ask: Answer, { runs, stepsOf, plan }: Behind): Pick<Record<keyof Client['runs'], unknown>, 'history' | 'series' | 'compare' | 'planUndo' | 'planRerun'> {
  const found = (id: string): Run => {
    const run = runs.find(({ runId }) => runId === id) ?? runs[0]
    if (!run) throw new Error(`no run ${id}`)
    return run
  }
  const side = ({ state, startedAt, endedAt, rows, bytes }: RunStep) => ({ state, ms: startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : null, rows, bytes })
  return {
    history: () => ask(() => runs.map((run) => ({ run, steps: stepsOf(run).map(({ id, title, state, startedAt, endedAt }) => ({ id, title, state, startedAt, endedAt })) }))),
    series: () => ask(() => [{ stepId: 'extract', points: Array.from({ length: 12 }, (_, i) => ({ at: new Date(Date.parse('2026-11-21T10:00:00Z') + i * 500).toISOString(), rows: i * 69_000, bytes: i * 4_000_000 })) }]),
    compare: ({ a, b }: { a: string; b: string }) => ask(() => {
      const [first, second] = [found(a), found(b)]
      const after = stepsOf(second)
      const gate = { gate: 'reject-rate', title: 'Rejected', verdict: 'passed', value: 0.00123, warnAt: 0.05, stopAt: 0.1, unit: 'share', detail: '137 of 111,322 rows' }
      return {
        a: first, b: second,
        findings: [{ kind: 'count', path: ['accepted'], a: 111_100, b: 111_185 }, { kind: 'duration', a: 9000, b: 11_000, step: 'score' }, { kind: 'content', same: false }],
        steps: stepsOf(first).map((step, i) => ({ id: step.id, title: step.title, a: side(step), b: after[i] ? side(after[i]) : null })),
        counts: [{ path: ['accepted'], a: 111_100, b: 111_185 }, { path: ['rejected'], a: 137, b: 137 }],
        gates: [{ stepId: 'gates', gate: gate.gate, title: gate.title, a: gate, b: gate }],
        differences: [{ part: 'observed', path: ['source', 'review'], a: 111_237, b: 111_322 }],
      }
    }),
    planUndo: () => ask(plan),
    planRerun: () => ask(() => ({ plan: plan(), takenOver: ['check', 'extract'] })),
  }
}

const due = (days: number): string => new Date(Date.parse('2026-11-21T02:30:00Z') + days * 86_400_000).toISOString()

/** A daily schedule with a firing behind it; paused where something fails. */
export function fakeSchedules(ask: Answer, { empty, paused, runId }: { readonly empty: boolean; readonly paused: boolean; readonly runId: string }): Pick<Record<keyof Client['schedules'], unknown>, 'list' | 'preview'> {
  return {
    list: async () => ({
      served: true, pausedAll: null,
      schedules: empty ? [] : [{
        id: 'reviews-daily', environment: 'sandbox', operation: 'pipelines.run', input: { environment: 'sandbox', pipeline: 'reviews' }, cron: '30 2 * * *', zone: 'Europe/Paris', misfire: 'once', state: paused ? 'paused' : 'active',
        reason: paused ? 'the store is away' : null, origin: 'console', actor: 'nadia', changedAt: due(-3), next: [1, 2, 3, 4, 5].map(due),
        firings: [{ due: due(0), decidedAt: due(0), outcome: 'started', missed: 0, runId, failure: null }, { due: due(-1), decidedAt: due(-1), outcome: 'skipped', missed: 1, runId: null, failure: null }],
      }],
    }),
    preview: () => ask(() => [1, 2, 3, 4, 5].map(due)),
  }
}
