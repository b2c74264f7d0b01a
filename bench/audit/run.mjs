/**
 * Audit log against Python: group commit against one entry per commit, verification against hashlib over the
 * same entries. Runs alternate (A B A B …), each in its own process; the medians are compared. Prints JSON lines
 * {name, ours, peer, unit, ratio, aim}. Seconds are measured inside the processes, without their start.
 */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundle } from '../bundle.mjs'

const ROUNDS = 7
const ONE_BY_ONE = 2_000
const GROUPED = 50_000
const VERIFIED = 1_000_000
const PROOFS = 1_000
const PROOF_MS = 5

const root = resolve(import.meta.dirname, '..', '..')
const measured = await bundle(join(root, 'bench', 'audit', 'entry.ts'), join(root, 'dist', 'bench-audit'))
// The worker stands where the program looks for it, as the core's build leaves it.
const workers = join(root, 'dist', 'core', 'workers')
mkdirSync(workers, { recursive: true })
copyFileSync(await bundle(join(root, 'core', 'audit', 'audit-verify.worker.ts'), join(root, 'dist', 'bench-audit-worker')), join(workers, 'audit-verify.js'))

const scratch = mkdtempSync(join(tmpdir(), 'regie-bench-audit-'))
let files = 0
const fresh = () => join(scratch, `${files++}`, 'state.sqlite')

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}
const ours = (...args) => run(process.execPath, measured, ...args.map(String))
const peer = (name, ...args) => run('python3', join(root, 'bench', 'peers', name), ...args.map(String))

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Medians of alternating runs. */
function alternate(a, b) {
  const times = [[], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    times[0].push(a())
    times[1].push(b())
  }
  return times.map(median)
}

const report = (name, unit, [own, other], aim) =>
  console.log(JSON.stringify({ name, ours: own, peer: other, unit, ratio: other / own, aim }))

try {
  if (spawnSync('python3', ['--version']).status !== 0) {
    console.log(JSON.stringify({ name: 'audit log', notRun: 'python3 is not installed' }))
  } else {
    const group = () => (ours('group', fresh(), GROUPED).seconds / GROUPED) * 1e6
    report('audit: group commit against one entry per commit (Python)', 'µs per entry', alternate(group, () => {
      return (peer('audit_append.py', join(mkdtempSync(join(scratch, 'p-')), 'peer.sqlite'), ONE_BY_ONE).seconds / ONE_BY_ONE) * 1e6
    }), 15)
    report('audit: group commit against our own one entry per commit', 'µs per entry', alternate(group, () => {
      return (ours('single', fresh(), ONE_BY_ONE).seconds / ONE_BY_ONE) * 1e6
    }), 15)

    const signed = () => (ours('signed', fresh(), GROUPED).seconds / GROUPED) * 1e6
    const [withHeads, without] = alternate(signed, group)
    console.log(JSON.stringify({ name: 'audit: appends while heads are signed ten times a second, against unsigned ones', ours: withHeads, peer: without, unit: 'µs per entry', ratio: withHeads / without, aim: 1.05, atMost: true }))

    const log = fresh()
    ours('group', log, VERIFIED)
    const { slowMs } = ours('proof', log, PROOFS)
    console.log(JSON.stringify({ name: 'audit: inclusion proof in 1 M entries, 99 of 100 against 5 ms', ours: slowMs, peer: PROOF_MS, unit: 'ms', ratio: PROOF_MS / slowMs, aim: 1 }))

    const roots = new Set()
    const seconds = (result) => {
      roots.add(result.root)
      return (result.seconds / VERIFIED) * 1e6
    }
    const verification = () => alternate(() => seconds(ours('verify', log)), () => seconds(peer('audit_verify.py', log)))
    report('audit: verification of 1 M entries against Python hashlib', 'µs per entry', verification(), 1)
    const busy = spawn(process.execPath, ['-e', 'for (;;) {}'])
    try {
      report('audit: the same while another process keeps a core busy', 'µs per entry', verification(), 1)
    } finally {
      busy.kill()
    }
    if (roots.size !== 1) throw new Error(`the two disagree on the root: ${[...roots].join(', ')}`)
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
