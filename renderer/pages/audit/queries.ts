import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import type { AuditEntry, AuditVerdict, Client } from '#renderer/api/types.ts'
import type { AuditSearch } from './search.ts'

export const PAGE = 200

export interface Ask {
  readonly kinds?: string[]
  readonly actors?: string[]
  readonly environments?: string[]
  readonly from?: string
  readonly to?: string
  readonly runId?: string
  readonly search?: string
  /** Newest entry of the list plus one: newer ones don't push rows away under the reader. */
  readonly before?: number
}

const list = (values: readonly string[] | undefined): string[] | undefined => (values ? [...values] : undefined)

export const askOf = ({ kind, actor, where, from, to, run, q }: AuditSearch, before: number | undefined): Ask => ({
  kinds: list(kind),
  actors: list(actor),
  environments: list(where),
  from,
  to,
  runId: run,
  search: q,
  before,
})

/** The list by keyset: append-only and pinned by `before`, so what was read stays true. */
export const entriesQuery = (client: Client, ask: Ask) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', ask],
    queryFn: ({ pageParam, signal }) => client.audit.list({ ...ask, before: pageParam, limit: PAGE }, { signal }),
    initialPageParam: ask.before,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })

/** How many match: comes after the first page, because it looks at every entry. */
export const countQuery = (client: Client, ask: Ask) =>
  queryOptions({ queryKey: ['audit', 'count', ask], queryFn: ({ signal }) => client.audit.count(ask, { signal }), staleTime: Infinity })

export const valuesQuery = (client: Client) => queryOptions({ queryKey: ['audit', 'values'], queryFn: ({ signal }) => client.audit.values({}, { signal }), staleTime: 30_000 })

export const entryQuery = (client: Client, seq: number) =>
  queryOptions({ queryKey: ['audit', 'entry', seq], queryFn: ({ signal }) => client.audit.entry({ seq }, { signal }) })

export async function allEntries(client: Client, ask: Ask): Promise<AuditEntry[]> {
  const rows: AuditEntry[] = []
  for (let before = ask.before; ; ) {
    const { entries, next } = await client.audit.list({ ...ask, before, limit: 1000 })
    rows.push(...entries)
    if (next === null) return rows
    before = next
  }
}

export type Exporting = { readonly state: 'idle' } | { readonly state: 'running'; readonly entries: number } | { readonly state: 'failed'; readonly error: unknown }

/** Streams the canonical lines of what matches into a file; null where it was cancelled. */
export function useExport(save: (lines: Blob) => void): { exporting: Exporting; start: (ask: Ask) => void; cancel: () => void } {
  const client = useClient()
  const [exporting, set] = useState<Exporting>({ state: 'idle' })
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const start = async (ask: Ask): Promise<void> => {
    if (stop.current) return
    const controller = new AbortController()
    stop.current = controller
    set({ state: 'running', entries: 0 })
    try {
      const parts: Blob[] = []
      for await (const { lines, entries } of await client.audit.export(ask, { signal: controller.signal })) {
        parts.push(new Blob([lines]))
        set({ state: 'running', entries })
      }
      if (!controller.signal.aborted) save(new Blob(parts, { type: 'application/x-ndjson' }))
      set({ state: 'idle' })
    } catch (error) {
      set(controller.signal.aborted ? { state: 'idle' } : { state: 'failed', error })
    } finally {
      stop.current = null
    }
  }
  return { exporting, start: (ask) => void start(ask), cancel: () => stop.current?.abort() }
}

export type Verification =
  | { readonly state: 'idle' }
  | { readonly state: 'running'; readonly done: number; readonly total: number }
  | { readonly state: 'verdict'; readonly verdict: AuditVerdict; readonly at: number }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: unknown }

/** Recomputes the whole log in the core and tells how far it is. A second call while one runs does nothing. */
export function useVerification(): { verification: Verification; verify: () => void; cancel: () => void } {
  const client = useClient()
  const [verification, set] = useState<Verification>({ state: 'idle' })
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const verify = async (): Promise<void> => {
    if (stop.current) return
    const controller = new AbortController()
    stop.current = controller
    set({ state: 'running', done: 0, total: 0 })
    try {
      for await (const event of await client.audit.verify({}, { signal: controller.signal })) {
        if (event.kind === 'progress') set({ state: 'running', done: event.done, total: event.total })
        else set({ state: 'verdict', verdict: event.verdict, at: Date.now() })
      }
    } catch (error) {
      set(controller.signal.aborted ? { state: 'cancelled' } : { state: 'failed', error })
    } finally {
      stop.current = null
    }
  }
  return { verification, verify: () => void verify(), cancel: () => stop.current?.abort() }
}
