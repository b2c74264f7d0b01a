import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labBinary } from './binaries.mjs'
import { freePort } from './minio.ts'

export interface Ferret {
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

const answers = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })

/**
 * FerretDB on SQLite, on loopback: MongoDB's wire protocol, not a mongod. It has no users, transactions, TTL or partial
 * indexes, and scans whole collections. Null where it was not compiled (test/lab/binaries.mjs).
 */
export async function startFerret(): Promise<Ferret | null> {
  const binary = labBinary('ferretdb')
  if (!binary) return null
  const folder = mkdtempSync(join(tmpdir(), 'regie-ferret-'))
  mkdirSync(join(folder, 'data'))
  const port = await freePort()
  const server = spawn(
    binary,
    ['--handler=sqlite', `--sqlite-url=file:${folder}/data/`, `--state-dir=${folder}`, `--listen-addr=127.0.0.1:${port}`, '--debug-addr=-', '--telemetry=disable', '--log-level=ERROR'],
    { stdio: 'ignore', env: { PATH: process.env.PATH, HOME: folder, DO_NOT_TRACK: '1' } },
  )
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const until = Date.now() + 30_000
  while (!(await answers(port))) {
    if (server.exitCode !== null || Date.now() > until) throw new Error(`FerretDB did not start (${server.exitCode ?? 'no answer'})`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    port,
    url: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    async stop() {
      server.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
