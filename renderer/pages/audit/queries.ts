import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import type { AuditEntry, AuditVerdict, Client } from '#renderer/api/types.ts'
import type { AuditSearch } from './search.ts'

export const PAGE = 200

interface Ask {
  readonly kind?: string
  readonly actor?: string
  readonly runId?: string
  readonly search?: string
  /** Newest entry of the list plus one: newer ones don't push rows away under the reader. */
  readonly before?: number
}

export const askOf = ({ kind, actor, run, q }: AuditSearch, before: number | undefined): Ask => ({ kind, actor, runId: run, search: q, before })

export const auditPage = (client: Client, ask: Ask, page: number) =>
  queryOptions({
    queryKey: ['audit', 'list', ask, page],
    queryFn: ({ signal }) => client.audit.list({ ...ask, offset: page * PAGE, limit: PAGE }, { signal }),
    placeholderData: page === 0 ? keepPreviousData : undefined,
    // Append-only, and pinned by `before`: what was read stays true.
    staleTime: ask.before === undefined ? 0 : Infinity,
  })

export const entryQuery = (client: Client, seq: number) =>
  queryOptions({ queryKey: ['audit', 'entry', seq], queryFn: ({ signal }) => client.audit.entry({ seq }, { signal }) })

export async function allEntries(client: Client, ask: Ask): Promise<AuditEntry[]> {
  const rows: AuditEntry[] = []
  for (;;) {
    const { entries, total } = await client.audit.list({ ...ask, offset: rows.length, limit: 1000 })
    rows.push(...entries)
    if (entries.length === 0 || rows.length >= total) return rows
  }
}

export type Verification =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly done: number; readonly total: number }
  | { readonly state: 'verdict'; readonly verdict: AuditVerdict; readonly at: number }
  | { readonly state: 'failed'; readonly error: unknown }

/** Recomputes the whole log in the core and tells how far it is. A second call while one runs does nothing. */
export function useVerification(): { verification: Verification; verify: () => void } {
  const client = useClient()
  const [verification, set] = useState<Verification>({ state: 'idle' })
  const busy = useRef(false)
  const verify = async (): Promise<void> => {
    if (busy.current) return
    busy.current = true
    set({ state: 'running', done: 0, total: 0 })
    try {
      for await (const event of await client.audit.verify({})) {
        if (event.kind === 'progress') set({ state: 'running', done: event.done, total: event.total })
        else set({ state: 'verdict', verdict: event.verdict, at: Date.now() })
      }
    } catch (error) {
      set({ state: 'failed', error })
    } finally {
      busy.current = false
    }
  }
  return { verification, verify: () => void verify() }
}
