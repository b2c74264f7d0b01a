import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RegieError } from '#core/base/errors.ts'
import { findWorkspace, homeFolder, rememberWorkspace } from '#core/cli/home.ts'
import { openIo } from '#core/cli/io.ts'
import { buildProgram } from '#core/cli/program.ts'
import { bytes, duration, plain, table } from '#core/cli/text.ts'
import type { Run, RunEvent, RunState } from '#core/operations/types.ts'
import { fakeRegie, RUN_ID } from '#test/core/api/fake-regie.ts'
import { fakeWorld } from './fake-world.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regie-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A program whose one run ends in a state, after some events. */
function running(state: RunState, result: Run['result'] = null, failure: Run['failure'] = null) {
  const regie = fakeRegie()
  const detail = { ...regie.engine.get(RUN_ID), state, result, failure, durationMs: 1234.5 }
  const event = (id: number, rest: object): RunEvent => ({ id, at: '2026-11-21T10:58:14.000Z', runId: RUN_ID, ...rest }) as RunEvent
  regie.engine.wait = async () => detail
  regie.engine.watch = async function* () {
    yield event(1, { kind: 'log', stepId: null, level: 'info', message: 'begins' })
    yield event(2, { kind: 'run', run: detail })
    throw new Error('watched beyond the end')
  }
  return regie
}

/** Commands that do something, with their whole name. */
function leaves(command: Command, path: string[] = []): { name: string; command: Command }[] {
  return command.commands.flatMap((child) => (child.commands.length > 0 ? leaves(child, [...path, child.name()]) : [{ name: [...path, child.name()].join(' '), command: child }]))
}
const commands = leaves(buildProgram(fakeWorld(fakeRegie()).world, '0.0.0')).filter(({ name }) => name !== 'core-host' && name !== 'help')

describe('help', () => {
  it('lists what the program can do', async () => {
    const { code, out } = await fakeWorld(fakeRegie()).run('--help')
    expect(code).toBe(0)
    for (const name of ['start', 'init', 'serve', 'pipeline', 'runs', 'run', 'quality', 'rejects', 'score', 'data', 'audit', 'doctor', 'completion']) expect(out).toMatch(new RegExp(`^ +${name}\\b`, 'm'))
    expect(out).not.toContain('core-host')
    expect(out).toContain('0 done, 1 failed, 2 usage, 3 refused by a guard, 4 a gate stopped it, 130 cancelled')
  })

  it.each(commands)('of $name teaches with examples and exit codes', async ({ name }) => {
    const { code, out } = await fakeWorld(fakeRegie()).run(...name.split(' '), '--help')
    expect(code).toBe(0)
    expect(out).toMatch(/Examples:\n {2}\$ /)
    expect(out).toMatch(/Exit codes:\n {2}0 +done/)
    if (name !== 'completion') expect(out).toContain('--json')
  })

  it.each(commands)('examples of $name are command lines that parse', async ({ name, command }) => {
    const { out } = await fakeWorld(fakeRegie()).run(...name.split(' '), '--help')
    const examples = [...out.matchAll(/^ {2}\$ (?:regie|npm) (.+)$/gm)].map((match) => match[1] ?? '')
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples.filter((line) => line !== 'start' || name === 'start')) {
      const args = (example.split('|')[0]?.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''))
      const program = buildProgram(fakeWorld(fakeRegie()).world, '0.0.0')
      for (const leaf of leaves(program)) leaf.command.action(() => undefined)
      await expect(program.parseAsync(args, { from: 'user' })).resolves.toBeDefined()
      expect(example.startsWith(name)).toBe(true)
    }
    expect(command.summary()).not.toBe('')
  })

  it('is offered when a word is not understood, with exit code 2', async () => {
    for (const args of [['nonsense'], ['run'], ['run', 'show'], ['runs', '--limit', 'many'], ['runs', '--state', 'happy'], ['score'], ['pipeline', 'run'], ['audit', 'verify', '--what'], ['completion', 'tcsh'], ['run', 'rerun', RUN_ID]]) {
      const { code, out, err } = await fakeWorld(fakeRegie()).run(...args)
      expect([args, code]).toEqual([args, 2])
      expect(out + err).not.toMatch(/\bat .*\.[jt]s:/)
    }
  })

  it('says its version', async () => {
    expect(await fakeWorld(fakeRegie()).run('--version')).toMatchObject({ code: 0, out: '0.0.0\n' })
  })
})

describe('a run that is followed', () => {
  const args = ['pipeline', 'run', 'reviews', '--env', 'sandbox', '--json']
  const proof = { counts: { extracted: { review: 3 }, accepted: 2, rejected: 1, relevant: 1, irrelevant: 1 }, rejectedByReason: { empty: 1 }, contentHash: 'ab' }

  it('ends with the line that scripts read', async () => {
    writeFileSync(join(folder, 'regie.yaml'), '')
    const { code, lines } = await fakeWorld(running('succeeded', proof), { cwd: folder }).run(...args)
    expect(code).toBe(0)
    expect(lines.slice(0, -1).map((line) => line.kind)).toEqual(['log', 'run'])
    expect(lines.at(-1)).toEqual({ runId: RUN_ID, status: 'succeeded', ...proof, durationMs: 1235 })
    expect(Object.keys(lines.at(-1) ?? {})).toEqual(['runId', 'status', 'counts', 'rejectedByReason', 'contentHash', 'durationMs'])
  })

  it.each([
    ['failed', 1],
    ['stopped', 4],
    ['cancelled', 130],
    ['interrupted', 1],
  ] as const)('that is %s ends with %i and says why', async (state, exit) => {
    writeFileSync(join(folder, 'regie.yaml'), '')
    const failure = { code: 'SOME', what: 'It did not work.', next: 'Try again.' }
    const inJson = await fakeWorld(running(state, null, failure), { cwd: folder }).run(...args)
    expect([inJson.code, inJson.lines.at(-1)]).toEqual([exit, { runId: RUN_ID, status: state, durationMs: 1235, failure }])
    const inPipe = await fakeWorld(running(state, null, failure), { cwd: folder }).run('pipeline', 'run', 'reviews')
    expect(inPipe.code).toBe(exit)
    expect(inPipe.out).toContain(`${state} after 1.2 s: It did not work.\nTry again.`)
  })

  it('resumes with the sequence that was seen, and ends the same way', async () => {
    const regie = running('succeeded', proof)
    const { code, lines } = await fakeWorld(regie).run('run', 'resume', RUN_ID, '--json')
    expect([code, lines.at(-1)]).toEqual([0, { runId: RUN_ID, status: 'succeeded', ...proof, durationMs: 1235 }])
    expect(regie.commands).toEqual([`resume ${RUN_ID} 3`])
  })

  it('is cancelled by Ctrl-C, once', async () => {
    writeFileSync(join(folder, 'regie.yaml'), '')
    const regie = running('cancelled')
    const fake = fakeWorld(regie, { cwd: folder })
    fake.stop.abort()
    const { code, err } = await fake.run(...args)
    expect(code).toBe(130)
    expect(regie.commands.filter((command) => command.startsWith('cancel'))).toHaveLength(1)
    expect(err).toContain('regie run resume')
  })

  it('shows the plan and stops with --plan', async () => {
    writeFileSync(join(folder, 'regie.yaml'), '')
    const regie = running('succeeded')
    const { code, lines } = await fakeWorld(regie, { cwd: folder }).run(...args, '--plan')
    expect([code, lines[0]?.operation]).toEqual([0, 'pipelines.run'])
    expect(regie.commands.some((command) => command.startsWith('start'))).toBe(false)
  })

  it('passes folder and scoring on to the plan', async () => {
    writeFileSync(join(folder, 'regie.yaml'), '')
    const regie = running('succeeded')
    await fakeWorld(regie, { cwd: folder }).run(...args, '--source', 'exports', '--no-scoring')
    expect(regie.commands[0]).toBe(`plan pipelines.run ${JSON.stringify({ environment: 'sandbox', pipeline: 'reviews', source: join(folder, 'exports'), scoring: false })}`)
  })
})

describe('a plan outside a sandbox', () => {
  const production = () => {
    const regie = running('succeeded')
    const info = regie.info()
    return { ...regie, info: () => ({ ...info, environments: [{ name: 'sandbox', class: 'production' as const, title: 'Really production' }] }) }
  }
  beforeEach(() => writeFileSync(join(folder, 'regie.yaml'), ''))

  it('is refused with 3 where nobody can say yes', async () => {
    const regie = production()
    const { code, lines } = await fakeWorld(regie, { cwd: folder }).run('pipeline', 'run', 'reviews', '--json')
    expect([code, lines.at(-1)]).toMatchObject([3, { failure: { code: 'CONFIRMATION_NEEDED' } }])
    expect(regie.commands.some((command) => command.startsWith('start'))).toBe(false)
  })

  it.each([
    ['sandbox', 0],
    ['y', 3],
    ['n', 3],
    ['', 3],
  ])('asked for and answered %j ends with %i', async (answer, exit) => {
    expect((await fakeWorld(production(), { cwd: folder, ask: async () => answer }).run('pipeline', 'run', 'reviews')).code).toBe(exit)
  })

  it('runs with --yes', async () => {
    expect((await fakeWorld(production(), { cwd: folder }).run('pipeline', 'run', 'reviews', '--yes')).code).toBe(0)
  })

  it('that refuses itself is refused with 3', async () => {
    const regie = production()
    const plan = regie.engine.savedPlan('a'.repeat(64))
    regie.engine.plan = async () => ({ ...plan, refuse: { code: 'X', what: 'The source is empty.' } })
    const { code, err } = await fakeWorld(regie, { cwd: folder }).run('pipeline', 'run', 'reviews', '--yes')
    expect([code, err]).toEqual([3, 'The source is empty.\nNothing was started.\n'])
  })
})

describe('failures', () => {
  it('are sentences on stderr, JSON on stdout, with the code of the table', async () => {
    const regie = fakeRegie()
    regie.engine.get = () => {
      throw new RegieError({ code: 'RUN_UNKNOWN', what: 'There is no run x here.', next: 'See regie runs.' })
    }
    const fake = fakeWorld(regie)
    expect(await fake.run('run', 'show', RUN_ID)).toMatchObject({ code: 2, out: '', err: 'There is no run x here.\nSee regie runs.\n' })
    expect((await fake.run('run', 'show', RUN_ID, '--json')).lines).toMatchObject([{ failure: { code: 'RUN_UNKNOWN' } }])
  })

  it('that nobody declared never show a stack, and are written down', async () => {
    const fake = fakeWorld(async () => {
      throw new TypeError('x is not a function')
    })
    const { code, err } = await fake.run('runs')
    expect(code).toBe(1)
    expect(err).not.toContain('x is not a function')
    expect(err).toContain('incident-1')
    expect(fake.reported).toHaveLength(1)
  })

  it('name the missing workspace', async () => {
    const { code, err } = await fakeWorld(fakeRegie(), { cwd: folder, home: join(folder, 'home') }).run('pipeline', 'list')
    expect([code, err]).toMatchObject([2, expect.stringContaining('regie init --workspace')])
  })
})

describe('the audit log', () => {
  it('answers exactly what it should, and 1 when it is not whole', async () => {
    const regie = fakeRegie()
    expect(await fakeWorld(regie).run('audit', 'verify', '--json')).toMatchObject({ code: 0, out: '{"ok":true,"entries":3,"rootHash":"ab"}\n' })
    regie.audit.verify = async () => ({ ok: false, entries: 3, rootHash: 'ab', firstBad: { seq: 1, problem: 'changed' } })
    expect(await fakeWorld(regie).run('audit', 'verify', '--json')).toMatchObject({ code: 1, lines: [{ ok: false, firstBad: { seq: 1, problem: 'changed' } }] })
  })

  it('is exported whole or not at all', async () => {
    const regie = fakeRegie()
    regie.audit.export = async function* () {
      yield '{"a":1}\n{"a":2}\n'
      yield '{"a":3}\n'
    }
    const file = join(folder, 'audit.ndjson')
    expect((await fakeWorld(regie).run('audit', 'export', '--out', file, '--json')).lines).toEqual([{ file, entries: 3 }])
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"a":2}\n{"a":3}\n')
    expect((await fakeWorld(regie).run('audit', 'export')).out).toBe('{"a":1}\n{"a":2}\n{"a":3}\n')
    const nowhere = await fakeWorld(regie).run('audit', 'export', '--out', join(folder, 'absent', 'x'))
    expect([nowhere.code, nowhere.err]).toMatchObject([1, expect.stringContaining('ENOENT')])
  })
})

describe('stdout', () => {
  it('holds the writer while the reader is slow', async () => {
    const stdout = Object.assign(new PassThrough({ highWaterMark: 1024 }), { isTTY: false })
    const io = openIo({ stdout, stderr: new PassThrough(), colour: false })
    let written = 0
    const writing = (async () => {
      for (; written < 1000; written += 1) await io.out('x'.repeat(100))
    })()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(written).toBeLessThan(50)
    stdout.resume()
    await writing
    expect(written).toBe(1000)
  })

  it('that closes is noticed once, and later writes go nowhere', async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('broken pipe'), { code: 'EPIPE' })) })
    const io = openIo({ stdout, stderr: new PassThrough(), colour: false })
    let told = 0
    io.onClosed(() => (told += 1))
    await io.out('a')
    await new Promise((resolve) => setImmediate(resolve))
    await io.out('b')
    await io.flush()
    expect([io.closed(), told]).toEqual([true, 1])
  })
})

describe('where state and workspace are', () => {
  const around = (over: Partial<Parameters<typeof homeFolder>[0]>) => homeFolder({ env: { HOME: '/home/ada' }, cwd: '/work', platform: 'linux', uid: 1000, ...over })

  it.each([
    [{ env: { REGIE_HOME: '/x', HOME: '/home/ada' } }, '/x'],
    [{ env: { REGIE_HOME: 'state' } }, '/work/state'],
    [{ uid: 0 }, '/var/lib/regie'],
    [{}, '/home/ada/.local/share/regie'],
    [{ env: { HOME: '/home/ada', XDG_DATA_HOME: '/data' } }, '/data/regie'],
    [{ platform: 'darwin' }, '/home/ada/Library/Application Support/Regie'],
  ] as const)('%j → %s', (over, expected) => {
    expect(around(over)).toBe(expected)
  })

  it('is the one named, the one around, the last one used, the own one, in that order', () => {
    const home = join(folder, 'home')
    const make = (name: string): string => {
      const path = join(folder, name)
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, 'regie.yaml'), '')
      return path
    }
    expect(findWorkspace(home, folder)).toBeNull()
    const own = make('home/workspace')
    expect(findWorkspace(home, folder)).toBe(own)
    const last = make('last')
    rememberWorkspace(home, last)
    expect(findWorkspace(home, folder)).toBe(last)
    const outer = make('around')
    mkdirSync(join(outer, 'deep', 'er'), { recursive: true })
    expect(findWorkspace(home, join(outer, 'deep', 'er'))).toBe(outer)
    expect(findWorkspace(home, outer, '../elsewhere')).toBe(join(folder, 'elsewhere'))
    rmSync(last, { recursive: true })
    expect(findWorkspace(home, folder)).toBe(own)
  })
})

describe('text', () => {
  it('writes durations and sizes as people read them', () => {
    expect([0, 950, 9_949, 10_000, 61_000, 3_600_000, 7_890_000].map(duration)).toEqual(['0.0 s', '0.9 s', '9.9 s', '10 s', '1 min 01 s', '1 h 00 min', '2 h 11 min'])
    expect([0, 999, 1000, 1_500_000].map(bytes)).toEqual(['0 B', '999 B', '1.0 kB', '1.5 MB'])
  })

  it('aligns columns, numbers to the right', () => {
    expect(table(['name', 'rows'], [['a', 1], ['longer', 12_345]])).toBe('name      rows\na            1\nlonger  12,345\n')
  })

  it('lets no data move the cursor', () => {
    expect(plain('a\u001B[2Jb\u0007\n')).toBe('a [2Jb  ')
  })
})

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s knows commands and options, not what is hidden', async (shell) => {
    const { code, out } = await fakeWorld(fakeRegie()).run('completion', shell)
    expect(code).toBe(0)
    for (const word of ['pipeline', 'resume', 'verify', 'no-scoring', 'workspace']) expect(out).toContain(word)
    expect(out).not.toContain('core-host')
  })
})
