import '#renderer/theme/styles.ts'
import { MantineProvider } from '@mantine/core'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { foldEvents, type LiveRun } from '#renderer/api/fold-run.ts'
import type { RunEvent, RunStep } from '#renderer/api/types.ts'
import { startLanguage } from '#renderer/i18n/index.ts'
import { theme, variables } from '#renderer/theme/theme.ts'
import { StepGraph } from '#renderer/ui/step-graph/step-graph.tsx'
import { runOf, stepOf, T0 } from '#test/renderer/samples.ts'

/* A row reads where its step works once for each time that it is drawn, and nothing else in the graph does: the reads are counted. */

await startLanguage(window)

const drawn = new Map<string, number>()
const counted = (step: RunStep): RunStep =>
  Object.defineProperty({ ...step }, 'where', {
    enumerable: true,
    get: () => {
      drawn.set(step.id, (drawn.get(step.id) ?? 0) + 1)
      return 'warehouse'
    },
  })

const at = (ms: number): string => new Date(T0 + ms).toISOString()
let run: LiveRun = runOf(
  [
    stepOf('a', [], { state: 'succeeded', startedAt: at(0), endedAt: at(1000), rows: 10 }),
    stepOf('b', ['a'], { state: 'running', startedAt: at(1000), rows: 1, totalRows: 100 }),
    stepOf('c', ['a'], { state: 'running', startedAt: at(1000), rows: 1, totalRows: 100 }),
    stepOf('d', ['b', 'c']),
  ].map(counted),
)
const root = createRoot(document.getElementById('root') as HTMLElement)

/** Draws, and answers with the steps whose rows were drawn. */
function show(picked: string): string[] {
  drawn.clear()
  flushSync(() =>
    root.render(
      <MantineProvider theme={theme} cssVariablesResolver={variables}>
        <StepGraph steps={run.steps} now={T0 + 3000} picked={picked} onPick={() => undefined} />
      </MantineProvider>,
    ),
  )
  return run.steps.map(({ id }) => id).filter((id) => drawn.has(id))
}

Object.assign(globalThis, {
  renders: {
    show,
    fold: (events: RunEvent[], picked: string): string[] => {
      run = foldEvents(run, events, T0)
      // Folding copies a step that changed; its copy is counted like the others.
      run = { ...run, steps: run.steps.map((step) => (Object.getOwnPropertyDescriptor(step, 'where')?.get ? step : counted(step))) }
      return show(picked)
    },
  },
})
