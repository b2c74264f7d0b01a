import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isContractProcedure, type AnyContractProcedure } from '@orpc/contract'
import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { contract } from '#core/api/contract/index.ts'
import { CAPABILITIES } from '#core/api/contract/base.ts'
import { REPEATABLE, RESUMING } from '#core/api/client/repeatable.ts'
import { EXIT, exitOf, FAILURES, presentable, statusOf } from '#core/api/errors.ts'
import { inProcess } from '#core/api/index.ts'
import { router } from '#core/api/router/index.ts'
import { Cancelled, RegieError } from '#core/base/errors.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { fakeRegie, PLAN_HASH, RUN_ID } from '#test/core/api/fake-regie.ts'

function procedures(node: object, path: string[] = []): { name: string; procedure: AnyContractProcedure }[] {
  if (isContractProcedure(node)) return [{ name: path.join('.'), procedure: node }]
  return Object.entries(node).flatMap(([key, child]) => procedures(child as object, [...path, key]))
}

const ofContract = procedures(contract)
const capabilityOf = (procedure: AnyContractProcedure): unknown => (procedure['~orpc'].meta as { capability?: unknown }).capability

describe('every procedure', () => {
  it('is implemented, and no other', () => {
    const names = (node: object, path: string[] = []): string[] =>
      '~orpc' in node ? [path.join('.')] : Object.entries(node).flatMap(([key, child]) => names(child as object, [...path, key]))
    expect(names(router).toSorted()).toEqual(ofContract.map(({ name }) => name).toSorted())
    expect(ofContract.length).toBeGreaterThan(30)
  })

  it.each(ofContract)('$name names its capability', ({ procedure }) => {
    expect(CAPABILITIES).toContain(capabilityOf(procedure))
  })

  it.each(ofContract)('$name checks its input and declares FAILURE', ({ procedure }) => {
    expect(procedure['~orpc'].inputSchema).toBeDefined()
    expect(procedure['~orpc'].outputSchema).toBeDefined()
    expect(procedure['~orpc'].errorMap).toHaveProperty('FAILURE')
  })

  it('that only reads may be repeated by the client, and no other', () => {
    const reads = ofContract.filter(({ procedure }) => /\.read$|^scoring\.run$|^audit\.verify$/.test(String(capabilityOf(procedure)))).map(({ name }) => name)
    expect([...REPEATABLE].toSorted()).toEqual(reads.toSorted())
    for (const name of RESUMING) expect(REPEATABLE).toContain(name)
  })
})

describe('failures', () => {
  it('declared in any room stand in the one table', () => {
    const declared = readdirSync(join(packageRoot, 'core'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('api/') && !file.startsWith('cli/'))
      .flatMap((file) => [...readFileSync(join(packageRoot, 'core', file), 'utf8').matchAll(/\bcode: '([A-Z][A-Z0-9_]+)'/g)].map((match) => `${match[1]} (${file})`))
    expect(declared.length).toBeGreaterThan(20)
    expect(declared.filter((one) => !Object.hasOwn(FAILURES, one.split(' ')[0]!))).toEqual([])
  })

  it('have the exit codes that scripts rely on', () => {
    expect([EXIT.done, EXIT.failed, EXIT.usage, EXIT.refused, EXIT.stopped, EXIT.cancelled]).toEqual([0, 1, 2, 3, 4, 130])
    expect(['POSTCONDITION_FAILED', 'INVALID_INPUT', 'PLAN_STALE', 'GATE_STOPPED', 'CANCELLED', 'NEVER_HEARD_OF', 'toString'].map(exitOf)).toEqual([1, 2, 3, 4, 130, 1, 1])
    expect([statusOf('RUN_UNKNOWN'), statusOf('NEVER_HEARD_OF')]).toEqual([404, 500])
  })

  it('that nobody declared lose their text and get an id', () => {
    const reported: unknown[] = []
    const report = (error: unknown): string => {
      reported.push(error)
      return 'id-1'
    }
    for (const thrown of [new Error('password=hunter2'), 'password=hunter2', new RegieError({ code: 'NOT_IN_TABLE', what: 'password=hunter2' })]) {
      const failure = presentable(thrown, report)
      expect(failure).toMatchObject({ code: 'INTERNAL', data: { incident: 'id-1' } })
      expect(JSON.stringify(failure)).not.toContain('hunter2')
    }
    expect(reported).toHaveLength(3)
    expect(presentable(new Cancelled(), report).code).toBe('CANCELLED')
  })
})

/** A program whose engine throws, at once and in the middle of a stream. */
function failing(error: unknown) {
  const regie = fakeRegie()
  return {
    regie,
    api: inProcess({
      ...regie,
      engine: {
        ...regie.engine,
        get: () => {
          throw error
        },
        async *watch() {
          yield { id: 1, at: '', runId: RUN_ID, kind: 'log', stepId: null, level: 'info', message: '' } as const
          throw error
        },
      },
    }),
  }
}

describe('the router in this process', () => {
  it('hands a typed failure on as declared error, with its data', async () => {
    const { api } = failing(new RegieError({ code: 'RUN_UNKNOWN', what: 'There is no run.', next: 'Look.', data: { runId: 'x' } }))
    const error = await api.runs.get({ runId: RUN_ID }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ORPCError)
    expect(error).toMatchObject({ code: 'FAILURE', defined: true, data: { code: 'RUN_UNKNOWN', what: 'There is no run.', next: 'Look.', data: { runId: 'x' } } })
  })

  it.each([
    ['an error', new Error('select secret from people')],
    ['an error of oRPC that the contract does not declare', new ORPCError('TEAPOT', { data: { secret: 'select secret from people' } })],
  ])('hides %s, at once and in the middle of a stream', async (_, thrown) => {
    const { api, regie } = failing(thrown)
    const once = await api.runs.get({ runId: RUN_ID }).catch((error: unknown) => error)
    const events = await api.runs.watch({})
    await events.next()
    const midway = await events.next().catch((error: unknown) => error)
    for (const error of [once, midway]) {
      expect(error).toMatchObject({ code: 'FAILURE', data: { code: 'INTERNAL' } })
      expect(JSON.stringify(error) + (error as Error).message).not.toContain('secret')
    }
    expect(regie.incidents.map(({ where }) => where)).toEqual(['runs.get', 'runs.watch'])
  })

  it('names what is wrong with an input, without repeating it', async () => {
    const error = await inProcess(fakeRegie()).runs.get({ runId: '../../etc/passwd' }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'FAILURE', defined: true, data: { code: 'INVALID_INPUT' } })
    expect(JSON.stringify(error)).toContain('runId')
    expect(JSON.stringify(error)).not.toContain('passwd')
  })

  it('starts a plan only for what the plan is of', async () => {
    const regie = fakeRegie()
    const api = inProcess(regie)
    const other = await api.pipelines.run({ environment: 'sandbox', pipeline: 'payments', planHash: PLAN_HASH }).catch((thrown: unknown) => thrown)
    const provision = await api.environments.provision({ environment: 'sandbox', planHash: PLAN_HASH }).catch((thrown: unknown) => thrown)
    for (const error of [other, provision]) expect(error).toMatchObject({ data: { code: 'PLAN_OF_OTHER' } })
    expect(regie.commands).toEqual([])
    await api.pipelines.run({ environment: 'sandbox', pipeline: 'reviews', planHash: PLAN_HASH })
    expect(regie.commands).toEqual([`start ${PLAN_HASH} tester`])
  })

  it('passes the sequence that the caller saw', async () => {
    const regie = fakeRegie()
    const api = inProcess(regie, 'someone')
    await api.runs.cancel({ runId: RUN_ID, sequence: 3 })
    await api.runs.resume({ runId: RUN_ID, sequence: 4 })
    expect(regie.commands).toEqual([`cancel ${RUN_ID} 3`, `resume ${RUN_ID} 4`])
  })

  it('verifies the audit log with progress, the verdict last', async () => {
    const kinds: string[] = []
    for await (const event of await inProcess(fakeRegie()).audit.verify({})) kinds.push(event.kind)
    expect(kinds.at(-1)).toBe('verdict')
    expect(kinds.filter((kind) => kind === 'verdict')).toHaveLength(1)
    expect(kinds).toContain('progress')
  })

  it('ends a watch when its signal aborts', async () => {
    const regie = fakeRegie()
    const stop = new AbortController()
    const events = await inProcess(regie).runs.watch({}, { signal: stop.signal })
    const first = events.next()
    await new Promise((resolve) => setTimeout(resolve, 10))
    regie.emit(1)
    await first
    const pending = events.next()
    stop.abort()
    await pending.catch(() => undefined)
    expect(regie.watched.ended).toBe(1)
  })
})
