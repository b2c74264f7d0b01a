import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect, type Connection } from '#core/api/client/connect.ts'
import type { ConnectionState } from '#core/api/client/reconnecting.ts'
import { shipped } from '#core/base/package-root.ts'
import { initWorkspace } from '#core/environments/workspace.ts'

/* The built program as scripts use it, over real systems: embedded PostgreSQL, warehouse, documents. */

const root = mkdtempSync(join(tmpdir(), 'regie-real-'))
// The embedded server's own user must be able to pass through.
chmodSync(root, 0o711)
const home = join(root, 'home')
const workspace = join(root, 'workspace')
const children = new Set<ChildProcess>()

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
  readonly lines: readonly Record<string, unknown>[]
}

function begin(args: readonly string[], state = home) {
  const child = spawn(process.execPath, [shipped('dist', 'core', 'regie.js'), ...args], { cwd: root, env: { ...process.env, REGIE_HOME: state, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  const seen = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (seen.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (seen.err += text))
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => {
      children.delete(child)
      const lines = args.includes('--json') ? seen.out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) : []
      resolve({ code, ...seen, lines })
    }),
  )
  return { child, seen, ended }
}
const regie = (...args: string[]): Promise<Ended> => begin(args).ended
const last = (ended: Ended): Record<string, unknown> => ended.lines.at(-1) ?? {}
/** Whether a home has seen so many runs, read beside the program. */
function hasRun(state: string, number: number): boolean {
  const db = new Database(join(state, 'state.sqlite'), { readonly: true })
  try {
    return db.prepare('SELECT 1 FROM runs WHERE number = ?').get(number) !== undefined
  } finally {
    db.close()
  }
}
const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await new Promise((done) => setTimeout(done, 20))
}
const RUN = ['pipeline', 'run', 'reviews', '--env', 'sandbox', '--workspace', workspace, '--json']

beforeAll(async () => {
  const made = await regie('init', '--workspace', workspace, '--seed', '7', '--scale', '0.05', '--quick', '--json')
  expect([made.code, made.err]).toEqual([0, ''])
}, 120_000)
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

let first: Record<string, unknown>

describe('the program on real systems', () => {
  it('runs a pipeline; its last line says what was proven', async () => {
    const ended = await regie(...RUN)
    expect([ended.code, ended.err]).toEqual([0, ''])
    first = last(ended)
    expect(Object.keys(first)).toEqual(['runId', 'status', 'counts', 'rejectedByReason', 'contentHash', 'durationMs'])
    const counts = first.counts as { extracted: Record<string, number>; accepted: number; rejected: number; relevant: number; irrelevant: number }
    expect(first.status).toBe('succeeded')
    expect(Object.keys(counts.extracted)).toHaveLength(8)
    expect(counts.relevant + counts.irrelevant).toBe(counts.accepted)
    expect(Object.values(first.rejectedByReason as Record<string, number>).reduce((sum, n) => sum + n, 0)).toBe(counts.rejected)
    expect(first.contentHash).toMatch(/^[0-9a-f]{64}$/)
    expect(ended.lines.slice(0, -1).every((line) => typeof line.kind === 'string')).toBe(true)
  })

  it('gives the same content again', async () => {
    const again = last(await regie(...RUN))
    expect([again.status, again.contentHash]).toEqual(['succeeded', first.contentHash])
    expect(again.runId).not.toBe(first.runId)
  })

  it('resumes what kill -9 left, to the same content; commands need no --workspace any more', async () => {
    const { child, seen } = begin(RUN)
    await until(() => seen.out.split('\n').some((line) => line.includes('"kind":"step"') && line.includes('"validate"')))
    child.kill('SIGKILL')
    await new Promise((done) => child.on('close', done))
    const { runId } = JSON.parse(seen.out.split('\n')[0] ?? '') as { runId: string }
    expect(last(await regie('run', 'show', runId, '--json'))).toMatchObject({ runId, state: 'interrupted' })
    const resumed = await regie('run', 'resume', runId, '--json')
    expect([resumed.code, last(resumed)]).toMatchObject([0, { runId, status: 'succeeded', counts: first.counts, contentHash: first.contentHash }])
  })

  it('cancels at Ctrl-C with 130', async () => {
    const { child, seen, ended } = begin(RUN)
    await until(() => seen.out.includes('"kind":"step"'))
    child.kill('SIGINT')
    const { code, lines } = await ended
    expect([code, lines.at(-1)?.status]).toEqual([130, 'cancelled'])
  })

  it('lists, shows and refuses with the codes of the table', async () => {
    const runs = await regie('runs', '--json')
    expect(runs.lines.map((run) => run.state)).toContain('cancelled')
    expect((await regie('run', 'resume', String(first.runId), '--json')).code).toBe(3)
    expect((await regie('run', 'show', '20200101_000000_aaaa')).code).toBe(2)
    const unknown = await regie('pipeline', 'run', 'nothing', '--json')
    expect([unknown.code, last(unknown)]).toMatchObject([2, { failure: { code: 'PIPELINE_UNKNOWN' } }])
    expect((await regie('pipeline', 'list', '--json')).lines.map((one) => one.id)).toContain('reviews')
  })

  it('gives every reject as its document', async () => {
    const { code, lines } = await regie('rejects', '--run', String(first.runId), '--json')
    expect(code).toBe(0)
    expect(lines).toHaveLength((first.counts as { rejected: number }).rejected)
    for (const line of lines) expect(line).toMatchObject({ run_id: first.runId, rejection_reason: expect.any(String), original_data: expect.any(Object) })
  })

  it('exports a published table to Parquet and CSV', async () => {
    const { accepted } = first.counts as { accepted: number }
    for (const name of ['reviews.parquet', 'reviews.csv']) {
      const file = join(root, name)
      const ended = await regie('data', 'export', 'reviews', '--env', 'sandbox', '--out', file, '--json')
      expect([ended.code, ended.err]).toEqual([0, ''])
      expect(last(ended)).toMatchObject({ file, rows: accepted, bytes: statSync(file).size })
    }
    const unknown = await regie('data', 'export', 'nothing', '--out', join(root, 'x.csv'), '--json')
    expect([unknown.code, existsSync(join(root, 'x.csv'))]).toEqual([2, false])
    expect((await regie('data', 'export', 'reviews', '--out', join(root, 'x.docx'))).code).toBe(2)
  })

  it('scores one text', async () => {
    const { code, lines } = await regie('score', '--text', 'Great quality, arrived fast', '--rating', '5', '--has-orders', '--json')
    expect(code).toBe(0)
    expect(Object.keys(lines[0] ?? {})).toEqual(['textLength', 'textLengthScore', 'isExtremeRating', 'keywordScore', 'relevanceScore', 'theme', 'confidence', 'sentiment', 'status'])
    expect(lines[0]).toMatchObject({ textLength: 27, isExtremeRating: true })
  })

  it('finds nothing wrong with itself', async () => {
    const { code, lines } = await regie('doctor', '--json')
    expect(lines.filter((check) => check.state === 'failed')).toEqual([])
    expect(code).toBe(0)
    expect(lines.map((check) => check.check)).toEqual(expect.arrayContaining(['node', 'home', 'space', 'clock', 'database', 'state', 'audit', 'models', 'workspace']))
  })

  it('keeps all its state in REGIE_HOME', () => {
    expect(existsSync(join(home, 'state.sqlite'))).toBe(true)
    expect(existsSync(join(workspace, 'state.sqlite'))).toBe(false)
  })
})

describe('where the embedded server can not run', () => {
  it('the fallback gives the same content', async () => {
    const state = mkdtempSync(join(root, 'pglite-'))
    const { workspace: made } = initWorkspace(join(state, 'workspace'), { seed: 7, scale: 0.05, blueprints: ['reviews'] })
    const file = join(made.folder, 'environments', 'sandbox.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('  scale:', '  database: pglite\n  scale:'))
    const filled = await begin(['init', '--workspace', made.folder, '--quick', '--json'], state).ended
    expect([filled.code, last(filled).engine]).toEqual([0, expect.stringContaining('PGlite')])
    const run = await begin(['pipeline', 'run', 'reviews', '--json'], state).ended
    expect([run.code, last(run)]).toMatchObject([0, { status: 'succeeded', contentHash: first.contentHash }])
  })
})

describe('start', () => {
  it('fills the sandbox, runs the first pipeline, fills the rest behind it, and serves a link all the while', async () => {
    const state = mkdtempSync(join(root, 'start-'))
    chmodSync(state, 0o711)
    initWorkspace(join(state, 'workspace'), { seed: 7, scale: 0.05, blueprints: ['reviews'] })
    const { child, seen, ended } = begin(['start', '--port', '0'], state)
    await until(() => /No desktop window \(.+\).*\n\n {2}http:\/\/127\.0\.0\.1:\d+\/\?t=\S+\n/.test(seen.out))
    await until(() => seen.out.includes('Run 2 '))
    expect(seen.out).toMatch(/Provision sandbox[\s\S]*Run 1 .*succeeded[\s\S]*Run pipeline[\s\S]*Run 2 .*succeeded/)
    await until(() => child.exitCode !== null || seen.err !== '' || hasRun(state, 3))
    child.kill('SIGINT')
    expect([(await ended).code, seen.err]).toEqual([0, ''])
    const { lines } = await begin(['runs', '--json'], state).ended
    expect(lines.map((run) => run.operation)).toEqual(['sandbox.provision', 'pipelines.run', 'sandbox.provision'])

    // The second start has nothing to do but to serve, or to go on with what Ctrl-C interrupted.
    const again = begin(['start', '--port', '0', '--json'], state)
    await until(() => again.seen.out.includes('"url"'))
    again.child.kill('SIGTERM')
    expect((await again.ended).code).toBe(0)
  })
})

describe('serve', () => {
  it('prints the link first, survives kill -9 of the core in the middle of a run, and the page misses nothing', async () => {
    const { child, seen, ended } = begin(['serve', '--port', '0', '--json', '--workspace', workspace])
    await until(() => seen.out.includes('\n'))
    const { url } = JSON.parse(seen.out.split('\n')[0] ?? '') as { url: string }
    const { host, searchParams } = new URL(url)
    const token = searchParams.get('t')
    expect(host).toMatch(/^127\.0\.0\.1:\d+$/)
    expect((await fetch(`http://${host}/api/health`)).status).toBe(401)
    const states: ConnectionState[] = []
    const connection: Connection = connect({
      socket: () => new WebSocket(`ws://${host}/api/wire`, ['regie.1', `token.${token}`], { headers: { origin: `http://${host}` } }),
      onState: (state) => states.push(state),
    })
    try {
      const api = connection.client
      const { pid } = await api.system.info({})
      const plan = await api.pipelines.plan({ environment: 'sandbox', pipeline: 'reviews' })
      const { lastEventId } = await api.runs.list({})
      const { runId } = await api.pipelines.run({ environment: 'sandbox', pipeline: 'reviews', planHash: plan.hash })
      const ids: number[] = []
      let killed = false
      for await (const event of await api.runs.watch({ runId, after: lastEventId })) {
        // progress, and the word that a process vanished, are not of the journal: they carry the id before them
        const derived = event.kind === 'progress' || (event.kind === 'run' && event.run.state === 'interrupted')
        if (!derived) ids.push(event.id)
        if (!killed && event.kind === 'step' && event.step.id === 'validate' && event.step.state === 'running') {
          killed = true
          process.kill(pid, 'SIGKILL')
        }
        if (event.kind === 'run' && event.run.state === 'succeeded') break
      }
      expect(killed).toBe(true)
      expect(states).toEqual(['open', 'lost', 'open'])
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b))
      expect((await api.runs.get({ runId })).state).toBe('succeeded')
      expect((await api.system.info({})).pid).not.toBe(pid)
    } finally {
      connection.close()
      child.kill('SIGINT')
    }
    expect((await ended).code).toBe(0)
  })
})

describe('the audit log', () => {
  it('is whole after all this, and exported as canonical lines', async () => {
    const verified = await regie('audit', 'verify', '--json')
    expect([verified.code, last(verified).ok]).toEqual([0, true])
    const file = join(root, 'audit.ndjson')
    await regie('audit', 'export', '--out', file)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(last(verified).entries as number)
    expect((await regie('audit', 'list', '--limit', '5', '--json')).lines).toHaveLength(5)
  })

  it('names the first entry that somebody changed, and ends with 1', async () => {
    const db = new Database(join(home, 'state.sqlite'))
    const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'").pluck().all() as string[]
    for (const trigger of triggers) db.exec(`DROP TRIGGER ${trigger}`)
    const changed = db.prepare(`UPDATE audit_entries SET canonical = replace(canonical, '"actor":"', '"actor":"not-') WHERE seq = 3`).run()
    expect(changed.changes).toBe(1)
    db.close()
    const { code, lines } = await regie('audit', 'verify', '--json')
    expect([code, lines[0]]).toMatchObject([1, { ok: false, firstBad: { seq: 3 } }])
  })
})
