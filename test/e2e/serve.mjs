import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const regieFile = fileURLToPath(new URL('../../dist/core/regie.js', import.meta.url))

/** A home and a workspace of their own, the sandbox filled. */
export function prepareRegie() {
  const root = mkdtempSync(join(tmpdir(), 'regie-e2e-'))
  chmodSync(root, 0o755) // the sandbox database may run as another user
  const env = { ...process.env, REGIE_HOME: join(root, 'home'), NO_COLOR: '1' }
  const workspace = join(root, 'reviews')
  const init = spawnSync(process.execPath, [regieFile, 'init', '--workspace', workspace, '--seed', '7', '--json'], { env, encoding: 'utf8' })
  if (init.status !== 0) throw new Error(`regie init ended with ${init.status}: ${init.stderr}${init.stdout}`)
  return { env, home: env.REGIE_HOME, workspace, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) }
}

/** The same, and the real `regie serve` over it. */
export async function startRegie() {
  const { env, workspace, remove } = prepareRegie()
  const serve = spawn(process.execPath, [regieFile, 'serve', '--port', '0', '--json', '--workspace', workspace], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  serve.stderr.on('data', (chunk) => (errors += chunk))
  const url = await new Promise((resolve, reject) => {
    let text = ''
    serve.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(JSON.parse(text.split('\n')[0]).url)
    })
    serve.on('exit', (code) => reject(new Error(`regie serve ended with ${code}: ${errors}`)))
  })
  const { origin, searchParams } = new URL(url)
  return {
    url,
    origin,
    /** What the core says of itself: { pid, startedAt, … }. */
    health: async () => (await fetch(`${origin}/api/health`, { headers: { authorization: `Bearer ${searchParams.get('t')}` }, signal: AbortSignal.timeout(2000) })).json(),
    close: async () => {
      const ended = serve.exitCode !== null ? null : new Promise((resolve) => serve.once('exit', resolve))
      serve.kill('SIGTERM')
      await ended
      remove()
    },
  }
}
