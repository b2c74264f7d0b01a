import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labBinary } from './binaries.mjs'

export interface Minio {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  stop(): Promise<void>
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

/** The real MinIO over a folder of its own, on loopback; null where it was not compiled (test/lab/binaries.mjs). */
export async function startMinio(): Promise<Minio | null> {
  const binary = labBinary('minio')
  if (!binary) return null
  const folder = mkdtempSync(join(tmpdir(), 'regie-minio-'))
  const port = await freePort()
  const accessKeyId = 'testkey'
  const secretAccessKey = 'testsecret'
  const server = spawn(binary, ['server', '--quiet', '--address', `127.0.0.1:${port}`, join(folder, 'data')], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      MINIO_ROOT_USER: accessKeyId,
      MINIO_ROOT_PASSWORD: secretAccessKey,
      MINIO_UPDATE: 'off',
      MINIO_BROWSER: 'off',
      MINIO_CI_CD: '1',
      MINIO_KMS_SECRET_KEY: `testkey:${Buffer.alloc(32).toString('base64')}`,
    },
  })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  const endpoint = `http://127.0.0.1:${port}`
  const until = Date.now() + 60_000
  for (;;) {
    const up = await fetch(`${endpoint}/minio/health/live`).then(({ ok }) => ok, () => false)
    if (up) break
    if (server.exitCode !== null || Date.now() > until) throw new Error(`MinIO did not start (${server.exitCode ?? 'no answer'})`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return {
    endpoint,
    accessKeyId,
    secretAccessKey,
    async stop() {
      server.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
