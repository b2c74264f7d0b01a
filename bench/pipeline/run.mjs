/**
 * The whole pipeline without scoring, from the machine's own PostgreSQL, each as a process of its own, alternating:
 * Régie, the owners' way (pandas), and a good engineer's script (psql \copy and DuckDB), which copies one table after
 * the other, as it is usually written, or two at a time. At 111,322 reviews and, unless
 * `--quick`, at ten times that. Peers need Python 3 with the packages of bench/peers/requirements.txt (installed into a
 * temporary environment) and psql.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { bundle } from '../bundle.mjs'

const root = resolve(import.meta.dirname, '..', '..')
const quick = process.argv.includes('--quick') || process.env.REGIE_BENCH_QUICK === '1'
const print = (result) => console.log(JSON.stringify(result))
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const temporary = mkdtempSync(join(tmpdir(), 'regie-bench-'))
const built = join(root, 'dist', 'bench-pipeline')

function python() {
  const given = process.env.REGIE_BENCH_PYTHON
  if (given) return given
  const environment = join(temporary, 'python')
  if (spawnSync('python3', ['-m', 'venv', environment]).status !== 0) return null
  const pip = spawnSync(join(environment, 'bin', 'pip'), ['install', '-q', '-r', join(root, 'bench', 'peers', 'requirements.txt')], { stdio: ['ignore', 'ignore', 'inherit'] })
  return pip.status === 0 ? join(environment, 'bin', 'python') : null
}

/** Runs one program to its end; seconds of the whole process and its last line as JSON. */
function timed(program, args) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const seconds = (performance.now() - started) / 1000
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.slice(-2000)}`)
  return { seconds, ...JSON.parse(stdout.trim().split('\n').at(-1)) }
}

async function withSource(scale, use) {
  const child = spawn(process.execPath, [join(built, 'entry.js'), 'source', String(scale)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const first = await new Promise((done, failed) => {
    createInterface({ input: child.stdout }).once('line', (line) => done(JSON.parse(line)))
    child.once('exit', (code) => failed(new Error(`the source ended with ${code}`)))
  })
  try {
    if (first.notRun) return print({ name: 'pipeline without scoring', notRun: first.notRun })
    return await use(first.connection)
  } finally {
    child.removeAllListeners('exit')
    const ended = new Promise((done) => child.once('exit', done))
    child.stdin.end()
    await ended
  }
}

/** A workspace whose environment reads that server. */
function workspaceFor({ host, port, user, database }) {
  const folder = mkdtempSync(join(temporary, 'workspace-'))
  mkdirSync(join(folder, 'environments'))
  writeFileSync(
    join(folder, 'environments', 'bench.yaml'),
    `class: development\ntitle: Bench\nsource: { engine: postgres, host: ${host}, port: ${port}, user: ${user}, database: ${database} }\nobjects: { engine: directory }\nwarehouse: { engine: parquet }\ndocuments: { engine: sqlite }\n`,
  )
  writeFileSync(join(folder, 'regie.yaml'), 'version: 1\nid: bench\nname: bench\nblueprints: [reviews]\nsandbox: { seed: 1 }\n')
  return folder
}

async function compare(scale, interpreter, rounds) {
  await withSource(scale, async (connection) => {
    const workspace = workspaceFor(connection)
    const dsn = `host=${connection.host} port=${connection.port} user=${connection.user} dbname=${connection.database}`
    const fresh = () => mkdtempSync(join(temporary, 'out-'))
    const programs = {
      ours: () => timed(process.execPath, [join(built, 'entry.js'), 'run', fresh(), workspace]),
      script: () => timed('bash', [join(root, 'bench', 'peers', 'psql_duckdb.sh'), dsn, fresh(), interpreter, '1']),
      parallel: () => timed('bash', [join(root, 'bench', 'peers', 'psql_duckdb.sh'), dsn, fresh(), interpreter, '2']),
      owners: () => timed(interpreter, ['-W', 'ignore', join(root, 'bench', 'peers', 'owners_way.py'), '--dsn', dsn, '--out', fresh()]),
    }
    const found = { ours: [], script: [], parallel: [], owners: [] }
    for (let round = 0; round < rounds.ours; round += 1) {
      for (const [name, program] of Object.entries(programs)) {
        if (round >= rounds[name]) continue
        const result = program()
        const accepted = name === 'ours' ? result.counts.accepted : result.accepted
        console.log(`${name}, scale ${scale}: ${result.seconds.toFixed(2)} s, ${accepted} accepted, ${Math.round(result.peakRssMb)} MB`)
        found[name].push(result)
      }
    }
    const seconds = (name) => median(found[name].map((result) => result.seconds))
    const rows = scale === 1 ? '111 K reviews' : '1.11 M reviews'
    print({ name: `pipeline without scoring, ${rows}, against the owners' way`, ours: seconds('ours'), peer: seconds('owners'), unit: 's', ratio: seconds('owners') / seconds('ours'), aim: scale === 1 ? 10 : 13 })
    for (const [name, how] of [['script', 'one table after the other'], ['parallel', 'two tables at a time']]) {
      print({ name: `pipeline without scoring, ${rows}, against psql and DuckDB, ${how}`, ours: seconds('ours'), peer: seconds(name), unit: 's', ratio: seconds(name) / seconds('ours'), ...(scale === 1 ? { aim: 1.2 } : {}) })
    }
    compare[scale] = seconds('ours')
    if (scale === 10) {
      const peak = Math.max(...found.ours.map((result) => result.peakRssMb))
      print({ name: 'peak memory at 1.11 M reviews, GB', ours: peak / 1024, peer: Math.max(...found.owners.map((result) => result.peakRssMb)) / 1024, unit: 'GB', ratio: peak / 1024, aim: 1.5, atMost: true })
      print({ name: 'time at 1.11 M reviews in times of 111 K', ours: seconds('ours'), peer: compare[1], unit: 's', ratio: seconds('ours') / compare[1], aim: 9, atMost: true })
    }
  })
}

try {
  await bundle(join(root, 'bench', 'pipeline', 'entry.ts'), built)
  const interpreter = python()
  if (!interpreter) print({ name: 'pipeline without scoring', notRun: 'no Python 3 with the packages of bench/peers/requirements.txt' })
  else {
    await compare(1, interpreter, { ours: 5, script: 5, parallel: 5, owners: 3 })
    if (!quick) await compare(10, interpreter, { ours: 2, script: 2, parallel: 2, owners: 1 })
  }
} finally {
  rmSync(temporary, { recursive: true, force: true })
  rmSync(built, { recursive: true, force: true })
}
