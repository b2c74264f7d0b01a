import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { packageRoot, shipped } from '#core/base/package-root.ts'

export interface KillEverywhere {
  /**
   * A TypeScript file that runs an operation in the home REGIE_HOME with `killProbe(process.env)` as the engine's probe,
   * and ends with one line of JSON on stdout. REGIE_PHASE says which part: `run` from nothing, or `resume` what a dead
   * process left (or run from nothing when it died before its first commit).
   */
  readonly entry: string
  readonly env?: Readonly<Record<string, string>>
  /** What must be the same however often the process died. Default: the entry's last line. */
  readonly fingerprint?: (home: string, lastLine: string) => string | Promise<string>
  /** A folder that every home starts as a copy of. */
  readonly template?: string
  /** Which race points to die at; default all. Names: see core/operations/journal.ts. */
  readonly at?: (point: string) => boolean
  /** Dies once more while resuming, at a point that moves along. */
  readonly twice?: boolean
  readonly parallel?: number
  /** Longest time of one process, ms. */
  readonly timeoutMs?: number
}

export interface KillReport {
  /** Race points of the undisturbed run. */
  readonly points: readonly string[]
  readonly undisturbed: string
  /** Points at which the process really died, in this or a slightly other order of parallel steps. */
  readonly died: readonly string[]
  /** Points after which the resumed run ended otherwise, and how. Empty = nothing lost, nothing doubled. */
  readonly differing: readonly { readonly point: string; readonly found: string }[]
}

/** Kills a run with SIGKILL at every race point, one process per point, resumes it in a new process and compares. */
export async function killEverywhere(options: KillEverywhere): Promise<KillReport> {
  const work = mkdtempSync(join(tmpdir(), 'regie-kill-'))
  const bundle = await bundled(options.entry)
  try {
    const probes = join(work, 'probes')
    const calm = await resumeIn(homeIn(work, 'calm', options), bundle, options, { REGIE_PHASE: 'run', REGIE_PROBES: probes })
    const points = readFileSync(probes, 'utf8').trim().split('\n').filter(options.at ?? (() => true))
    const died: string[] = []
    const differing: { point: string; found: string }[] = []
    await eachOf([...points.entries()], options.parallel ?? 2, async ([index, point]) => {
      const home = homeIn(work, `at-${index}`, options)
      const first = await run(bundle, home, options, { REGIE_PHASE: 'run', REGIE_KILL: point })
      if (first.signal === 'SIGKILL') died.push(point)
      if (options.twice) await run(bundle, home, options, { REGIE_PHASE: 'resume', REGIE_KILL: `journal:${1 + (index % 7)}` })
      const found = await resumeIn(home, bundle, options, { REGIE_PHASE: 'resume' })
      if (found !== calm) differing.push({ point, found })
      rmSync(home, { recursive: true, force: true })
    })
    return { points, undisturbed: calm, died, differing }
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(bundle, { recursive: true, force: true })
  }
}

/** Builds an entry for Node 20, which loads no TypeScript; inside the repository, so that it finds its packages. */
export async function bundled(entry: string): Promise<string> {
  mkdirSync(shipped('test-results'), { recursive: true })
  const outDir = mkdtempSync(shipped('test-results', 'bundle-'))
  await build({
    configFile: false,
    logLevel: 'error',
    root: packageRoot,
    resolve: { alias: { '#core': shipped('core'), '#test': shipped('test') } },
    build: { ssr: true, target: 'node20', outDir, emptyOutDir: true, minify: false, copyPublicDir: false, rollupOptions: { input: { entry }, output: { entryFileNames: '[name].js' } } },
  })
  return outDir
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Spawned {
  readonly process: ChildProcess
  /** Settles when the process is gone and its output read. */
  readonly ended: Promise<Ended>
}

/** Starts a bundled entry in a home. */
export function spawnBundle(bundle: string, home: string, env: Readonly<Record<string, string>>, timeoutMs = 120_000): Spawned {
  const child = spawn(process.execPath, [join(bundle, 'entry.js')], {
    env: { PATH: process.env.PATH ?? '', HOME: home, ...env, REGIE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGTERM',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { process: child, ended }
}

/** Starts a bundled entry in a home and waits for its end. */
export async function runBundle(bundle: string, home: string, env: Readonly<Record<string, string>>, timeoutMs?: number): Promise<Ended> {
  return await spawnBundle(bundle, home, env, timeoutMs).ended
}

async function run(bundle: string, home: string, options: KillEverywhere, env: Readonly<Record<string, string>>): Promise<Ended> {
  return await runBundle(bundle, home, { ...options.env, ...env }, options.timeoutMs)
}

async function resumeIn(home: string, bundle: string, options: KillEverywhere, env: Readonly<Record<string, string>>): Promise<string> {
  const ended = await run(bundle, home, options, env)
  if (ended.code !== 0) return `exit ${ended.code ?? ended.signal}: ${ended.stderr.slice(-2_000)}`
  const lastLine = ended.stdout.trimEnd().split('\n').at(-1) ?? ''
  return (await options.fingerprint?.(home, lastLine)) ?? lastLine
}

function homeIn(work: string, name: string, { template }: KillEverywhere): string {
  const home = join(work, name)
  if (template && existsSync(template)) cpSync(template, home, { recursive: true })
  else mkdirSync(home, { recursive: true })
  return home
}

async function eachOf<T>(items: readonly T[], parallel: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const item of left) await work(item)
    }),
  )
}
