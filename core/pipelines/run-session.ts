import type { Warehouse, WarehouseSession } from '#core/connectors/types.ts'
import type { AnyWork } from './step-kind.ts'

/** A session outlives its last user by this long, so that the next step finds it open, ms. */
const IDLE_MS = 400

interface Shared {
  readonly session: Promise<WarehouseSession>
  /** View → what it was made from; a promise, so that two steps don't make the same one. */
  readonly views: Map<string, { readonly from: string; readonly made: Promise<void> }>
  users: number
  idle: NodeJS.Timeout | null
}

const open = new WeakMap<Warehouse, Map<string, Shared>>()

/**
 * One engine session per run, shared by its steps and closed when none has used it for a moment: opening an engine
 * costs more than most statements. It sees the tables that were published when it was opened.
 */
export async function useRunSession<T>({ context }: Pick<AnyWork, 'context'>, use: (session: WarehouseSession, views: Shared['views']) => Promise<T>): Promise<T> {
  const { warehouse } = context.deps
  const runs = open.get(warehouse) ?? new Map<string, Shared>()
  open.set(warehouse, runs)
  const found = runs.get(context.runId)
  const shared = found ?? { session: warehouse.open(), views: new Map(), users: 0, idle: null }
  if (!found) runs.set(context.runId, shared)
  if (shared.idle) clearTimeout(shared.idle)
  shared.idle = null
  shared.users++
  const forget = (): void => {
    if (runs.get(context.runId) === shared) runs.delete(context.runId)
  }
  try {
    return await use(await shared.session, shared.views)
  } catch (thrown) {
    // a session that failed may be in any state: who comes next gets a new one
    forget()
    throw thrown
  } finally {
    shared.users--
    const close = (): void => {
      forget()
      shared.session.then((session) => session.close()).catch(() => {})
    }
    if (shared.users === 0) {
      if (runs.get(context.runId) === shared) shared.idle = setTimeout(close, IDLE_MS).unref()
      else close()
    }
  }
}
