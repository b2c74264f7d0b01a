import type { SourceDatabase } from '#core/connectors/types.ts'

/** A source that opens when it is first used; opening again is tried after a failure. Closing an unopened one does nothing. */
export function lazySource(open: () => Promise<SourceDatabase>): SourceDatabase {
  let opened: Promise<SourceDatabase> | null = null
  const source = (): Promise<SourceDatabase> =>
    (opened ??= open().catch((error: unknown) => {
      opened = null
      throw error
    }))
  return {
    describe: async (signal) => (await source()).describe(signal),
    tables: async (signal) => (await source()).tables(signal),
    query: async <T extends Record<string, unknown>>(sql: string, parameters: readonly unknown[], signal?: AbortSignal) => (await source()).query<T>(sql, parameters, signal),
    copyOut: async (sql, signal) => (await source()).copyOut(sql, signal),
    snapshot: async (work, signal) => (await source()).snapshot(work, signal),
    async close() {
      await (await opened?.catch(() => null))?.close()
      opened = null
    },
  }
}
