import type { SystemDescription } from '#core/connectors/types.ts'
import { SystemDown } from '#core/pipelines/errors.ts'
import { stepKind, type Work } from '#core/pipelines/step-kind.ts'
import { clearOldSpills } from '#core/pipelines/spill.ts'

type Seen = { readonly systems: readonly { readonly system: string; readonly engine: string; readonly state: string }[] }

/** Asks every system that the pipeline needs, before anything is read or written. */
export const checkConnections = stepKind<'check-connections', Seen>({
  where: 'all systems',
  again: 'safe',
  effect: (step) => ({ effect: `Asks ${step.systems.length} systems whether they answer. Changes nothing.`, estimateMs: 50 }),

  async act(work) {
    await clearOldSpills(work)
    const systems = await look(work)
    for (const { system, engine, state } of systems) {
      if (state !== 'up') throw new SystemDown(system, state)
      work.log('info', `${engine} answers`)
    }
    return { systems: systems.map(({ system, engine, state }) => ({ system, engine, state })) }
  },

  async confirm(work, output) {
    const now = await look(work)
    return output.systems.map(({ system, engine }) => {
      const found = now.find((one) => one.system === system)
      return { what: `The ${system} answers`, state: found?.state === 'up' ? 'proven' : 'disproven', readFrom: engine, expected: 'up', found: found?.state ?? 'absent' }
    })
  },
})

async function look(work: Work<'check-connections'>): Promise<SystemDescription[]> {
  const { deps, signal } = work.context
  const { source } = await work.source()
  const ports = { postgresql: source, 'object-store': deps.objects, warehouse: deps.warehouse, 'document-store': deps.documents }
  return await Promise.all(work.step.systems.map((system) => ports[system].describe(signal)))
}
