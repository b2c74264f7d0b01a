import type { Connection, Submittable } from 'pg'

/**
 * COPY … FROM STDIN on a client of the driver. The server may end the statement at any time (a cancel, a bad row):
 * from then on nothing more is sent and `finished` rejects. (pg-copy-streams' writer crashes the process there.)
 */
export class CopyIn implements Submittable {
  /** Rejects with the server's error; resolves with the rows copied. */
  readonly finished: Promise<number>
  /** The server waits for data. Rejects when the statement failed before. */
  readonly ready: Promise<void>
  private readonly sql: string
  private connection: WritableConnection | null = null
  private rows = 0
  private failure: unknown = null
  private stopped: () => void = () => {}
  private settle!: { ready: () => void; notReady: (error: unknown) => void; done: (rows: number) => void; failed: (error: unknown) => void }

  constructor(sql: string) {
    this.sql = sql
    const settle: Partial<CopyIn['settle']> = {}
    this.ready = new Promise((resolve, reject) => Object.assign(settle, { ready: resolve, notReady: reject }))
    this.finished = new Promise((resolve, reject) => Object.assign(settle, { done: resolve, failed: reject }))
    this.settle = settle as CopyIn['settle']
    this.ready.catch(() => {})
    this.finished.catch(() => {})
  }

  /** Whether the server has already ended the statement. */
  get broken(): boolean {
    return this.failure !== null
  }

  /** Sends a chunk; resolves when the socket takes more, or when the statement has ended. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.failure !== null || !this.connection) return
    this.connection.sendCopyFromChunk(chunk)
    const { stream } = this.connection
    if (stream.writableNeedDrain) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          for (const event of ['drain', 'close', 'error']) stream.off(event, wake)
          resolve()
        }
        for (const event of ['drain', 'close', 'error']) stream.on(event, wake)
        this.stopped = wake
        if (this.failure !== null) wake()
      })
    }
  }

  /** No more data: `finished` settles with the server's answer. */
  end(): void {
    if (this.failure === null) this.connection?.endCopyFrom()
  }

  /** Gives up: the server rolls the statement back. */
  fail(reason: string): void {
    if (this.failure === null) this.connection?.sendCopyFail(reason)
  }

  /* What the driver calls. */

  submit(connection: Connection): void {
    this.connection = connection as unknown as WritableConnection
    this.connection.query(this.sql)
  }

  handleCopyInResponse(): void {
    this.settle.ready()
  }

  handleCommandComplete(message: { text: string }): void {
    this.rows = Number(/^COPY (\d+)/.exec(message.text)?.[1] ?? 0)
  }

  /** The driver forgets a statement at its first error: this is the last call then. */
  handleError(error: unknown): void {
    this.failure ??= error
    this.stopped()
    this.settle.notReady(error)
    this.settle.failed(error)
  }

  handleReadyForQuery(): void {
    if (this.failure === null) this.settle.done(this.rows)
  }
}

/** The parts of the driver's connection that its types leave out. */
interface WritableConnection {
  readonly stream: NodeJS.WritableStream & { readonly writableNeedDrain: boolean }
  query(sql: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}
