import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { shipped } from '#core/base/package-root.ts'
import { initWorkspace } from '#core/environments/workspace.ts'
import type { RunDetail, RunEvent } from '#core/operations/types.ts'
import { act, describeCommand } from '#core/cli/command.ts'
import { findWorkspace } from '#core/cli/home.ts'
import { liveView, plainView, type RunView } from '#core/cli/run-view.ts'
import type { World } from '#core/cli/world.ts'
import { shippedBlueprints } from './init.ts'
import { superviseCore, untilCancelled, withPort } from './serve.ts'

const SANDBOX = 'sandbox'

/** start: what `npm start` runs. */
export function startCommand(parent: Command, world: World): void {
  const command = describeCommand(parent.command('start'), {
    summary: 'open the console; at the first start, make a sandbox and run the first pipeline in it',
    about: 'Opens a desktop window where an Electron runtime and a display are there; otherwise it says why not and prints the link of the same console on loopback. Ctrl-C ends it.',
    examples: ['regie start', 'npm start'],
  })
  act<{ port: number }>(withPort(command), world, async ({ options, line }) => {
    const { io, home } = world
    const found = findWorkspace(home, world.cwd, options.workspace)
    const { workspace, created } = initWorkspace(found ?? join(home, 'workspace'), { name: 'workspace', blueprints: shippedBlueprints() })
    if (created && !options.json) await io.out(`First start: making a workspace with a sandbox in ${workspace.folder}\n`)

    const shown = stages(world)
    const served = await superviseCore(world, {
      port: options.port,
      workspace: workspace.folder,
      firstStart: workspace.environments.includes(SANDBOX) ? SANDBOX : null,
      say: (text) => io.err(`${text}\n`),
      ...(options.json ? {} : shown),
    })
    if (options.json) await line({ url: served.url })
    else await io.out(await openConsole(world, served.url))
    await untilCancelled(world)
    await served.close()
  })
}

/** Shows the stages of the first start one after the other; what follows the first run goes on in silence. */
function stages({ io }: World): { onRun: (run: RunDetail) => void; onEvent: (event: RunEvent) => void } {
  let view: { runId: string; view: RunView } | null = null
  let quiet = false
  return {
    onRun: (run) => {
      if (quiet) return
      if (view?.runId === run.runId) {
        void view.view.end(run)
        view = null
        // The first pipeline has run: the rest of the sandbox is filled in the background.
        quiet = run.operation !== 'sandbox.provision'
        return
      }
      void io.out(`\n${run.title}\n`)
      view = { runId: run.runId, view: io.tty ? liveView(io, run) : plainView(io) }
    },
    onEvent: (event) => void (event.runId === view?.runId && view.view.event(event)),
  }
}

/** Opens a window, or says in one line why there is none. Returns what to print. */
async function openConsole(world: World, url: string): Promise<string> {
  const electron = electronProgram()
  const shell = shipped('dist', 'electron', 'main.cjs')
  const why = electron === null ? 'no Electron runtime is installed' : !world.display ? 'there is no display' : !existsSync(shell) ? 'the desktop shell is not built' : null
  if (electron !== null && why === null && (await startsWell(electron, [shell], { ...world.env, REGIE_CONSOLE_LINK: url }))) return 'The console is open in its window. Ctrl-C ends it.\n'
  if (world.display) openInBrowser(url, world.env)
  return `No desktop window (${why ?? 'Electron does not start here'}): the console is served on this machine only.\n\n  ${url}\n\nCtrl-C ends it.\n`
}

/** The runtime that the electron package has fetched; its absence is normal. Never fetches it. */
function electronProgram(): string | null {
  const folder = shipped('node_modules', 'electron')
  try {
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(program) ? program : null
  } catch {
    return null
  }
}

const WELL_AFTER_MS = 1500

/** True when it still runs after a moment. It lives on by itself and ends with its window. */
function startsWell(program: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', env })
    const timer = setTimeout(() => resolve(true), WELL_AFTER_MS)
    const fail = (): void => {
      clearTimeout(timer)
      resolve(false)
    }
    child.on('error', fail)
    child.on('exit', fail)
  })
}

/** Best effort: the link is printed anyway. */
function openInBrowser(url: string, env: Readonly<Record<string, string | undefined>>): void {
  const opener = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open'
  spawn(opener, [url], { stdio: 'ignore', detached: true, env })
    .on('error', () => undefined)
    .unref()
}
