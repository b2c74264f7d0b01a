import { fork, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect, type Connection } from '#core/api/client/connect.ts'
import type { ConnectionState } from '#core/api/client/reconnecting.ts'
import { systemClock } from '#core/base/clock.ts'
import { packageRoot } from '#core/base/package-root.ts'
import { restartDelay } from '#core/serve/restart-delay.ts'
import { supervise, type Supervised } from '#core/serve/supervisor.ts'

// below node_modules: what is not ours is loaded from there, not bundled
const built = mkdtempSync(join(packageRoot, 'node_modules', '.regie-host-'))
let workspace: string
let supervised: Supervised | null = null
let said: string[]
const connections: Connection[] = []

const here = (name: string): string => resolve(packageRoot, name)

beforeAll(async () => {
  for (const entry of ['fake-host', 'fake-parent'])
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { '#core': here('core'), '#test': here('test') } },
      build: { ssr: here(`test/core/serve/${entry}.ts`), outDir: built, emptyOutDir: false, target: 'node20', rollupOptions: { output: { entryFileNames: `${entry}.mjs` } } },
    })
  // packageRoot looks for it above the running file
  writeFileSync(join(built, 'package.json'), '{}')
})
afterAll(() => rmSync(built, { recursive: true, force: true }))
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'regie-workspace-'))
  said = []
})
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close()
  await supervised?.close()
  supervised = null
  rmSync(workspace, { recursive: true, force: true })
})

const start = async (port = 0, hungAfterMs?: number): Promise<Supervised> =>
  (supervised = await supervise({
    entry: join(built, 'fake-host.mjs'),
    args: [workspace],
    config: { home: '', workspace, actor: 'tester', firstStart: null },
    port,
    hungAfterMs,
    clock: systemClock,
    say: (line) => said.push(line),
  }))

function client(url: string, onState?: (state: ConnectionState) => void): Connection {
  const { host, searchParams } = new URL(url)
  const connection = connect({
    socket: () => new WebSocket(`ws://${host}/api/wire`, ['regie.1', `token.${searchParams.get('t')}`], { headers: { origin: `http://${host}` } }),
    onState,
  })
  connections.push(connection)
  return connection
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise((done) => setTimeout(done, 20))
}

describe('the supervisor', () => {
  it('keeps port and token when the core is killed, and a stream goes on without gap or double', async () => {
    const { url, corePid, port } = await start()
    const states: ConnectionState[] = []
    const { client: api } = client(url, (state) => states.push(state))
    const ids: number[] = []
    const pids = new Set<string>()
    for await (const event of await api.runs.watch({ after: 0 })) {
      ids.push(event.id)
      if (event.kind === 'log') pids.add(event.message)
      if (event.id === 200 || event.id === 700) process.kill(corePid()!, 'SIGKILL')
      if (event.id === 1000) break
    }
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1))
    expect(pids.size).toBe(3)
    expect(states).toEqual(['open', 'lost', 'open', 'lost', 'open'])
    expect(new URL(url).port).toBe(String(port))
    expect(said.filter((line) => line.includes('SIGKILL'))).toHaveLength(2)
  })

  it('holds a request that comes while the core is down, and answers it', async () => {
    const { url, corePid } = await start()
    const health = (): Promise<{ pid: number }> =>
      fetch(new URL('/api/health', url), { headers: { authorization: `Bearer ${new URL(url).searchParams.get('t')}` } }).then((answer) => answer.json() as Promise<{ pid: number }>)
    const first = (await health()).pid
    expect(first).toBe(corePid())
    process.kill(first, 'SIGKILL')
    await until(() => corePid() !== first)
    const second = await health()
    expect(second.pid).not.toBe(first)
  })

  it('never lets go of the port while the core is down', async () => {
    const { corePid, port } = await start()
    process.kill(corePid()!, 'SIGKILL')
    await until(() => corePid() === null)
    await expect(
      new Promise((done, reject) => {
        const squatter = createServer().on('error', reject)
        squatter.listen(port, '127.0.0.1', () => squatter.close(done))
      }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('answers or cuts every connection that it handed to a core killed in that moment', { timeout: 120_000 }, async () => {
    const outcomes: string[] = []
    for (let round = 0; round < 12; round += 1) {
      const running = await start()
      const { url, corePid } = running
      const token = new URL(url).searchParams.get('t')
      const ask = async (): Promise<string> => {
        try {
          const answer = await fetch(new URL('/api/health', url), { headers: { authorization: `Bearer ${token}`, connection: 'close' }, signal: AbortSignal.timeout(8_000) })
          await answer.text()
          return 'answered'
        } catch (error) {
          return error instanceof Error && error.name === 'TimeoutError' ? 'unanswered' : 'cut'
        }
      }
      const asked: Promise<string>[] = []
      for (let n = 0; n < 20; n += 1) {
        asked.push(ask())
        if (n === round) process.kill(corePid()!, 'SIGKILL')
        if (n % 3 === 0) await new Promise((done) => setImmediate(done))
      }
      outcomes.push(...(await Promise.all(asked)))
      await running.close()
    }
    expect(outcomes.filter((one) => one === 'unanswered')).toEqual([])
    // Nearly all are handed to the next core; a request that the dead one had begun to read is cut.
    expect(outcomes.filter((one) => one === 'answered').length).toBeGreaterThan(outcomes.length / 2)
  })

  it('ends a core that hangs, and starts it again behind the same link', async () => {
    const { url, corePid } = await start(0, 600)
    const first = corePid()!
    process.kill(first, 'SIGSTOP')
    await until(() => corePid() !== first && corePid() !== null)
    expect(alive(first)).toBe(false)
    expect(said.some((line) => line.includes('does not answer'))).toBe(true)
    const { client: api } = client(url)
    expect((await api.system.info({})).pid).toBe(corePid())
  })

  it('says why the core does not start, and frees the port', async () => {
    writeFileSync(join(workspace, 'refuse'), '')
    await expect(start()).rejects.toMatchObject({ code: 'STORE_NEWER', what: 'The state is of a newer release.' })
  })

  it('says when the port is taken', async () => {
    const other = createServer()
    const port = await new Promise<number>((done) => other.listen(0, '127.0.0.1', () => done((other.address() as { port: number }).port)))
    await expect(start(port)).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await new Promise((done) => other.close(done))
  })

  it('asks the core to end in order', async () => {
    const running = await start()
    const pid = running.corePid()!
    await running.close()
    expect(existsSync(join(workspace, 'closed'))).toBe(true)
    expect(alive(pid)).toBe(false)
  })

  it('backs off when the core keeps dying', () => {
    expect([0, 1, 2, 5, 6, 50].map(restartDelay)).toEqual([200, 400, 800, 6400, 10_000, 10_000])
  })
})

describe('when the supervisor is killed', () => {
  it('the core ends by itself, in order', async () => {
    const parent: ChildProcess = fork(join(built, 'fake-parent.mjs'), [join(built, 'fake-host.mjs'), workspace], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const pid = await new Promise<number>((done) => parent.on('message', (message) => done(message as number)))
    expect(alive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await until(() => !alive(pid))
    expect(existsSync(join(workspace, 'closed'))).toBe(true)
  })
})
