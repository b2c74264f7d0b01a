import { parentPort } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { PgliteAnswer, PgliteRequest } from './pglite-protocol.ts'

/*
 * PGlite blocks the thread that it runs on for as long as a statement takes, so it has a thread of its own.
 * It can't be cancelled: whoever wants it to stop ends this thread.
 */
const INT8 = 20
const NUMERIC = 1700

let database: PGlite | null = null
const results = new Map<number, Blob>()

async function answer(request: PgliteRequest): Promise<unknown> {
  if (request.do === 'open') {
    database = await PGlite.create(request.dataDir, { parsers: { [INT8]: (text: string) => text, [NUMERIC]: (text: string) => text } })
    const { rows } = await database.query<{ version: string }>("SELECT current_setting('server_version') AS version")
    return rows[0]?.version
  }
  if (!database) throw new Error('the database is not open')
  switch (request.do) {
    case 'query':
      return (await database.query(request.sql, [...request.parameters])).rows
    case 'exec':
      await database.exec(request.sql)
      return null
    case 'copy-in': {
      const { affectedRows } = await database.query(request.sql, [], { blob: new Blob([request.bytes as Uint8Array<ArrayBuffer>]) })
      return affectedRows ?? 0
    }
    case 'copy-out': {
      // An empty result comes without a blob.
      const { blob } = await database.query(request.sql)
      const result = blob ?? new Blob([])
      results.set(request.id, result)
      return result.size
    }
    case 'piece': {
      const blob = results.get(request.of)
      if (!blob) throw new Error('that result is gone')
      return new Uint8Array(await blob.slice(request.from, request.from + request.size).arrayBuffer())
    }
    case 'drop':
      results.delete(request.of)
      return null
    case 'close':
      await database.close()
      return null
  }
}

function failure(thrown: unknown): Extract<PgliteAnswer, { ok: false }>['error'] {
  const { code, message, table, column, constraint } = thrown as { code?: string; message?: string; table?: string; column?: string; constraint?: string }
  return { code, message: message ?? String(thrown), table, column, constraint }
}

parentPort?.on('message', (request: PgliteRequest) => {
  void answer(request).then(
    (value) => {
      const moved = value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []
      parentPort?.postMessage({ id: request.id, ok: true, value } satisfies PgliteAnswer, moved)
    },
    (error: unknown) => parentPort?.postMessage({ id: request.id, ok: false, error: failure(error) } satisfies PgliteAnswer),
  )
})
