import { connect, createServer, type Socket } from 'node:net'

/** What befalls the next connections; bytes are counted from the server to the client. */
export type Fault =
  | { readonly kind: 'none' }
  /** Both sides are reset after so many bytes of the answer. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Connected, and then silence. */
  | { readonly kind: 'silent' }
  /** Bytes of the answer are changed from there on. */
  | { readonly kind: 'corrupt'; readonly afterBytes: number }

export interface FaultProxy {
  readonly port: number
  set(fault: Fault): void
  close(): Promise<void>
}

/** A TCP proxy on loopback that cuts, silences or corrupts what passes it. */
export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  let fault: Fault = { kind: 'none' }
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      socket.on('error', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    client.once('close', () => upstream.destroy())
    client.pipe(upstream)
    let passed = 0
    upstream.on('data', (chunk: Buffer) => {
      const now = fault
      if (now.kind === 'silent') return
      if (now.kind === 'cut' && passed + chunk.length > now.afterBytes) {
        client.write(chunk.subarray(0, Math.max(0, now.afterBytes - passed)), () => client.resetAndDestroy())
        upstream.destroy()
        return
      }
      const at = now.kind === 'corrupt' ? Math.max(0, now.afterBytes - passed) : chunk.length
      passed += chunk.length
      if (at < chunk.length) {
        const changed = Buffer.from(chunk)
        for (let i = at; i < changed.length; i++) changed[i] = changed[i]! ^ 0x55
        client.write(changed)
      } else client.write(chunk)
    })
    upstream.once('end', () => client.end())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set: (next) => void (fault = next),
    close: () =>
      new Promise((done) => {
        for (const socket of open) socket.destroy()
        server.close(() => done())
      }),
  }
}
