import type { Run, RunDetail, RunEvent, RunStep, StepState } from '#core/operations/types.ts'
import { stripVTControlCharacters } from 'node:util'
import type { Io } from './io.ts'
import { bytes, count, duration, plain } from './text.ts'

/** Shows a run as it goes. `end` leaves the last picture standing. */
export interface RunView {
  event(event: RunEvent): Promise<void>
  end(run: Run): Promise<void>
}

const FRAME_MS = 100
const BAR = 24

const MARK: Readonly<Record<StepState, string>> = {
  waiting: '·',
  running: '▸',
  succeeded: '✓',
  warning: '!',
  failed: '✗',
  stopped: '■',
  cancelled: '○',
  skipped: '–',
}
const COLOUR: Readonly<Record<StepState, number>> = { waiting: 90, running: 36, succeeded: 32, warning: 33, failed: 31, stopped: 31, cancelled: 33, skipped: 90 }

/** One JSON object per event; the caller prints the last line. */
export function jsonView(io: Io): RunView {
  return { event: (event) => io.out(JSON.stringify(event) + '\n'), end: () => Promise.resolve() }
}

/** A line when a step begins or ends, for pipes and logs. */
export function plainView(io: Io): RunView {
  const seen = new Map<string, StepState>()
  return {
    async event(event) {
      if (event.kind === 'gate' && event.gate.verdict !== 'passed') await io.out(`${event.gate.verdict} ${plain(event.gate.title)}: ${event.gate.value ?? 'no value'}${event.gate.unit ?? ''}\n`)
      if (event.kind === 'log' && (event.level === 'warn' || event.level === 'error')) await io.out(`${event.level} ${plain(event.message)}\n`)
      if (event.kind !== 'step' || seen.get(event.step.id) === event.step.state || event.step.state === 'waiting') return
      seen.set(event.step.id, event.step.state)
      await io.out(`${event.step.state} ${plain(event.step.title)}${amounts(event.step)}\n`)
    },
    end: (run) => io.out(`${summary(run)}\n`),
  }
}

/** All steps with bars, redrawn in place at most ten times a second. */
export function liveView(io: Io, run: RunDetail): RunView {
  const steps = new Map<string, RunStep>(run.steps.map((step) => [step.id, step]))
  let drawn = 0
  let last = ''
  let timer: NodeJS.Timeout | undefined

  const paint = (): void => {
    timer = undefined
    const width = io.columns() - 1
    const lines = [...steps.values()].map((step) => fit(line(step, io.colour), width))
    const picture = lines.map((text) => `\u001B[2K${text}\n`).join('')
    if (picture === last) return
    last = picture
    void io.out((drawn > 0 ? `\u001B[${drawn}A` : '') + picture)
    drawn = lines.length
  }
  paint()
  return {
    event(event) {
      if (event.kind === 'step') steps.set(event.step.id, event.step)
      else if (event.kind === 'progress') {
        const step = steps.get(event.stepId)
        const { rows, totalRows, bytes: done, rowsPerSecond, msLeft } = event
        if (step) steps.set(step.id, { ...step, rows, totalRows, bytes: done, rowsPerSecond, msLeft })
      } else return Promise.resolve()
      timer ??= setTimeout(paint, FRAME_MS)
      return Promise.resolve()
    },
    async end(ended) {
      clearTimeout(timer)
      paint()
      await io.out(`${summary(ended)}\n`)
    },
  }
}

function line(step: RunStep, colour: boolean): string {
  const mark = colour ? `\u001B[${COLOUR[step.state]}m${MARK[step.state]}\u001B[0m` : MARK[step.state]
  return `${mark} ${plain(step.title).padEnd(34)} ${step.state === 'running' ? bar(step) : ' '.repeat(BAR + 2)}${amounts(step)}`
}

function bar({ rows, totalRows }: RunStep): string {
  const share = rows !== null && totalRows ? Math.min(1, rows / totalRows) : 0
  const full = Math.round(share * BAR)
  return `[${'█'.repeat(full)}${'░'.repeat(BAR - full)}]`
}

function amounts(step: RunStep): string {
  const parts: string[] = []
  if (step.rows !== null) parts.push(`${count(step.rows)} rows`)
  else if (step.bytes !== null) parts.push(bytes(step.bytes))
  if (step.state === 'running') {
    if (step.rowsPerSecond) parts.push(`${count(Math.round(step.rowsPerSecond))}/s`)
    if (step.msLeft !== null) parts.push(`${duration(step.msLeft)} left`)
  } else if (step.startedAt && step.endedAt) parts.push(duration(Date.parse(step.endedAt) - Date.parse(step.startedAt)))
  return parts.length > 0 ? `  ${parts.join(', ')}` : ''
}

/** Cut to the terminal's width: a wrapped line would break the redraw. Colour is dropped with the cut. */
const fit = (text: string, width: number): string => {
  const bare = stripVTControlCharacters(text)
  return bare.length <= width ? text : bare.slice(0, Math.max(0, width))
}

/** One line that says how the run ended. */
export function summary(run: Run): string {
  const head = `Run ${run.number} (${run.runId}) ${run.state} after ${duration(run.durationMs)}`
  return run.failure ? `${head}: ${plain(run.failure.what)}${run.failure.next ? `\n${plain(run.failure.next)}` : ''}` : `${head}.`
}
