import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '#core/base/package-root.ts'
import { RUN_ID } from '#test/core/api/fake-regie.ts'

const built = mkdtempSync(join(tmpdir(), 'regie-main-'))

beforeAll(async () => {
  const here = (name: string): string => resolve(packageRoot, name)
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '#core': here('core'), '#test': here('test') } },
    build: { ssr: here('test/core/cli/fake-main.ts'), outDir: join(packageRoot, 'node_modules', '.regie-fake-main'), emptyOutDir: true, target: 'node20', rollupOptions: { output: { entryFileNames: 'main.mjs' } } },
  })
  writeFileSync(join(built, 'regie.yaml'), '')
})
afterAll(() => {
  rmSync(built, { recursive: true, force: true })
  rmSync(join(packageRoot, 'node_modules', '.regie-fake-main'), { recursive: true, force: true })
})

function start(events: number, ...args: string[]) {
  const child = spawn(process.execPath, [join(packageRoot, 'node_modules', '.regie-fake-main', 'main.mjs'), String(events), ...args, '--workspace', built], { stdio: ['ignore', 'pipe', 'pipe'] })
  const state = { out: '', err: '' }
  child.stderr.setEncoding('utf8').on('data', (text: string) => (state.err += text))
  const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)))
  const until = async (text: string): Promise<void> => {
    while (!state.err.includes(text)) await new Promise((done) => setTimeout(done, 10))
  }
  const read = (): void => void child.stdout.setEncoding('utf8').on('data', (text: string) => (state.out += text))
  return { child, state, ended, until, read }
}
const RUN = ['run', 'resume', RUN_ID, '--json']

describe('the process', () => {
  it('cancels its run at the first Ctrl-C and ends with 130', async () => {
    const { child, ended, state, read, until } = start(1_000_000, ...RUN)
    read()
    await new Promise<void>((done) => child.stdout.once('data', () => done()))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    await until('ended cancelled')
    expect(state.err.match(/cancel 2026/g)).toHaveLength(1)
    expect(JSON.parse(state.out.trim().split('\n').at(-1) ?? '')).toMatchObject({ runId: RUN_ID, status: 'cancelled' })
  })

  it('goes on when the reader closes the pipe, says so, and ends as the run does', async () => {
    const { child, ended, until } = start(2000, ...RUN)
    await new Promise<void>((done) => child.stdout.once('data', () => done()))
    child.stdout.destroy()
    await until('The run goes on: regie run show')
    await until('ended succeeded')
    expect(await ended).toBe(0)
  })

  it('keeps its memory and its last line when the pipe is full for long', async () => {
    const { ended, state, read } = start(3000, ...RUN)
    await new Promise((done) => setTimeout(done, 700))
    // 3 MB wait to be read: held back at the source, not piled up
    expect(state.err).not.toContain('ended')
    read()
    expect(await ended).toBe(0)
    const lines = state.out.trim().split('\n')
    expect(lines).toHaveLength(3002)
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ status: 'succeeded' })
  })

  it('leaves a run interrupted, not cancelled twice, at a second Ctrl-C', async () => {
    const { child, ended, state, until } = start(1_000_000, ...RUN)
    await new Promise<void>((done) => child.stdout.once('readable', () => done()))
    child.kill('SIGINT')
    await until('Cancelling')
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(state.err.match(/cancel 2026/g)).toHaveLength(1)
  })
})
