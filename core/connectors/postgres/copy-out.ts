import { Readable } from 'node:stream'
import { Cancelled } from '#core/base/errors.ts'
import { cancelBackend, type BackendClient, type PostgresConnection } from './connection.ts'
import { CopyReader } from './copy-reader.ts'
import { postgresError } from './errors.ts'
import { utf8Check } from './utf8-check.ts'

export interface CopyOutOptions {
  readonly connection: PostgresConnection
  readonly server: string
  readonly signal?: AbortSignal
  /** Runs after the last byte, on the same connection; the stream ends only when it succeeds. */
  finish(): Promise<void>
  /** `broken`: the connection is in an unknown state and must be closed, not reused. */
  release(broken: boolean): void
}

/**
 * COPY (sql) TO STDOUT as CSV on a client whose transaction is open. The stream ends only after the server
 * has confirmed the whole statement; an abort, a server error, a cut connection or a consumer that goes away
 * cancels the statement on the server and destroys the stream.
 */
export function copyOutOn(client: BackendClient, sql: string, options: CopyOutOptions): Readable {
  const { connection, server, signal } = options
  const copy = client.query(new CopyReader(`COPY (${sql}) TO STDOUT (FORMAT csv, HEADER false, NULL '')`))
  const isUtf8 = utf8Check()

  let begun = false
  async function* chunks(): AsyncGenerator<Buffer> {
    begun = true
    let complete = false
    try {
      for (let chunk = await copy.next(); chunk !== null; chunk = await copy.next()) {
        if (signal?.aborted) throw new Cancelled()
        isUtf8(chunk, server)
        yield chunk
      }
      isUtf8(null, server)
      await options.finish()
      complete = true
    } catch (error) {
      throw postgresError(error, server, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
      if (!complete) {
        copy.abandon()
        await cancelBackend(connection, client)
      }
      options.release(!complete)
    }
  }

  // chunks are passed on as they are: a stream of bytes would put two that wait together
  const stream = Readable.from(chunks(), { objectMode: true, highWaterMark: 1 })
  const abort = (): void => {
    stream.destroy(new Cancelled(`Reading from PostgreSQL (${server}) was cancelled.`))
    // A generator waiting for the server's next byte can't be ended from outside: cancel wakes it.
    void cancelBackend(connection, client)
  }
  // Destroyed before its first read, the generator never runs, nor does its `finally`.
  stream.once('close', () => {
    if (begun) return
    signal?.removeEventListener('abort', abort)
    void cancelBackend(connection, client).then(() => options.release(true))
  })
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return stream
}
