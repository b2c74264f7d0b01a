import Database from 'better-sqlite3'
import { compareRuns } from '#core/operations/compare-runs.ts'
import type { Regie } from '#core/api/regie.ts'
import { systemClock } from '#core/base/clock.ts'
import { RegieError } from '#core/base/errors.ts'
import { DEFAULTS } from '#core/settings/values.ts'
import type { Plan, Run, RunDetail, RunEvent } from '#core/operations/types.ts'

const PLAN: Plan = {
  operation: 'pipelines.run',
  version: 1,
  title: 'Run reviews',
  environment: 'sandbox',
  input: { environment: 'sandbox', pipeline: 'reviews' },
  observed: {},
  steps: [],
  locks: ['sandbox/warehouse/reviews'],
  wayBack: 'The previous version is kept.',
  warnings: [],
  hash: 'a'.repeat(64),
}

const RUN: Run = {
  runId: '20261121_105814_ab12',
  number: 1,
  operation: 'pipelines.run',
  version: 1,
  title: 'Run reviews',
  environment: 'sandbox',
  actor: 'tester',
  state: 'running',
  planHash: PLAN.hash,
  input: PLAN.input,
  createdAt: '2026-11-21T10:58:14.000Z',
  startedAt: '2026-11-21T10:58:14.000Z',
  endedAt: null,
  durationMs: 0,
  sequence: 3,
  parentRunId: null,
  failure: null,
  result: null,
}

export const RUN_ID = RUN.runId
export const PLAN_HASH = PLAN.hash

const detail = (): RunDetail => ({ ...RUN, plan: PLAN, steps: [], undo: null })

export interface FakeRegie extends Regie {
  /** Every command the engine was given, in order. */
  readonly commands: string[]
  readonly incidents: { error: unknown; where: string }[]
  /** Events that a watcher has pulled. */
  readonly watched: { pulled: number; ended: number }
  /** Appends events that watchers see. */
  emit(count: number): void
}

const nothing = (): never => {
  throw new Error('not part of this fake')
}

/** A program without systems: an engine that remembers commands and an event log in memory. */
export function fakeRegie(overrides: Partial<Regie> = {}): FakeRegie {
  const commands: string[] = []
  const incidents: { error: unknown; where: string }[] = []
  const watched = { pulled: 0, ended: 0 }
  const events: RunEvent[] = []
  const waiting = new Set<() => void>()
  const command = (text: string): Run => {
    commands.push(text)
    return RUN
  }

  return {
    commands,
    incidents,
    watched,
    emit: (count) => {
      for (let n = 0; n < count; n += 1) {
        const id = events.length + 1
        events.push({ id, at: '2026-11-21T10:58:14.000Z', runId: RUN_ID, kind: 'log', stepId: null, level: 'info', message: `event ${id}` })
      }
      for (const wake of waiting) wake()
    },
    actor: 'tester',
    clock: systemClock,
    settings: {
      get: () => ({ revision: 0, values: DEFAULTS }),
      set: (_operator, changes) => ({ revision: 1, values: { ...DEFAULTS, ...changes } }),
      async *watch() {
        yield { revision: 0, values: DEFAULTS }
      },
    },
    store: {
      get db() {
        return new Database(':memory:')
      },
    },
    engine: {
      plan: async (operation, input) => {
        command(`plan ${operation} ${JSON.stringify(input)}`)
        return PLAN
      },
      savedPlan: (hash) => {
        if (hash !== PLAN.hash) throw new RegieError({ code: 'PLAN_UNKNOWN', what: 'No such plan.', untouched: 'Nothing was started.' })
        return PLAN
      },
      start: async (hash, actor) => command(`start ${hash} ${actor}`),
      resume: async (runId, { sequence }) => command(`resume ${runId} ${sequence}`),
      rerun: async (runId, from) => command(`rerun ${runId} ${from}`),
      planRerun: async () => ({ plan: PLAN, takenOver: [] }),
      history: () => [{ run: RUN, steps: [] }],
      series: () => [],
      compare: () => compareRuns(detail(), detail()),
      cancel: async (runId, { sequence }) => command(`cancel ${runId} ${sequence}`),
      wait: async () => detail(),
      list: () => ({ total: 1, runs: [RUN] }),
      get: detail,
      logs: () => ({ total: 0, lines: [] }),
      async *watch({ after, signal } = {}) {
        let next = after ?? events.length
        const rouse = new Set<() => void>()
        signal?.addEventListener('abort', () => rouse.forEach((wake) => wake()))
        try {
          for (;;) {
            if (signal?.aborted) return
            const event = events[next]
            if (event) {
              next += 1
              watched.pulled += 1
              yield event
            } else {
              await new Promise<void>((resolve) => {
                waiting.add(resolve)
                rouse.add(resolve)
              })
            }
          }
        } finally {
          watched.ended += 1
        }
      },
      lastEventId: () => events.length,
      recover: async () => [],
    },
    audit: {
      head: () => ({ entries: 3, rootHash: 'ab', at: null }),
      list: () => ({ total: 0, entries: [] }),
      page: async () => ({ entries: [], next: null }),
      count: async () => 0,
      texts: async function* () {},
      values: async () => ({ kinds: [], actors: [], environments: [] }),
      entry: nothing,
      verify: async (options) => {
        for (let done = 1; done <= 3; done += 1) {
          options?.onProgress?.(done, 3)
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        return { ok: true, entries: 3, rootHash: 'ab' }
      },
      export: nothing,
    },
    evidence: { head: nothing, proof: nothing, consistency: nothing, check: () => [], keys: () => [], rotateKey: nothing, anchors: () => [], archive: nothing, bundle: nothing },
    pipelines: { list: () => [], get: nothing, source: nothing, changes: () => [], preview: nothing },
    schedules: {
      list: () => ({ served: false, pausedAll: null, schedules: [] }),
      preview: () => [],
      set: nothing,
      pause: nothing,
      resume: nothing,
      remove: () => undefined,
      pauseAll: (reason, actor) => ({ reason, actor, at: '2026-11-21T10:58:14.000Z', lasts: 'until-resumed' }),
      resumeAll: () => undefined,
      serve: () => undefined,
    },
    quality: { board: nothing, preview: nothing },
    rejects: { list: async () => ({ runId: null, total: 0, byReason: {}, rows: [] }), stream: nothing },
    environments: {
      add: async ({ name, level }) => ({ name, class: level, title: name, embedded: [], secrets: [] }),
      check: async () => ({ ok: true, checks: [] }),
      elevate: () => nothing(),
      elevation: () => null,
      endElevation: () => false,
      mayChange: () => {},
    },
    data: { list: nothing, describe: nothing, page: nothing, count: nothing, profile: nothing, exportTo: nothing, temporary: nothing },
    dashboards: { list: () => [], get: nothing, query: nothing, page: nothing, row: nothing, values: nothing },
    views: { list: () => [], get: nothing, items: nothing, item: nothing, rows: nothing, values: nothing },
    explainer: { explain: nothing },
    scorer: { describe: async () => [], score: nothing, close: async () => undefined },
    modelCards: async () => [],
    info: () => ({
      version: '0.0.0',
      node: process.version,
      pid: process.pid,
      startedAt: '2026-11-21T10:58:14.000Z',
      home: '/home/of/regie',
      workspace: { name: 'test', path: '/workspace' },
      environments: [{ name: 'sandbox', class: 'sandbox', title: 'Sandbox' }],
      actor: 'tester',
    }),
    environment: nothing,
    incident: (error, where) => {
      incidents.push({ error, where })
      return `incident-${incidents.length}`
    },
    close: async () => undefined,
    ...overrides,
  }
}
