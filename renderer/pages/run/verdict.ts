import type { LiveRun } from '#renderer/api/fold-run.ts'
import type { RunStep } from '#renderer/api/types.ts'

/** Step that a person should look at first: what moves, what stopped the run, else the last one. */
export function stepOfInterest(run: LiveRun): string | null {
  const trouble = run.steps.find((step) => step.state === 'failed' || step.state === 'stopped')
  const running = run.steps.findLast((step) => step.state === 'running')
  const cancelled = run.steps.find((step) => step.state === 'cancelled')
  const done = run.steps.findLast((step) => step.state === 'succeeded' || step.state === 'warning')
  return (running ?? trouble ?? cancelled ?? done ?? run.steps[0])?.id ?? null
}

export interface Controls {
  readonly cancel: { readonly shown: boolean }
  readonly resume: { readonly shown: boolean }
  /** Null: allowed. Otherwise why not. */
  readonly rerun: { readonly shown: boolean; readonly why: 'moving' | 'never-done' | null }
}

const DONE = new Set<RunStep['state']>(['succeeded', 'warning'])

/**
 * What can be asked of a run. A re-run from a step takes over what the steps before it put out, so they must have
 * put out something.
 */
export function controlsOf(run: LiveRun, picked: RunStep | undefined): Controls {
  const live = run.state === 'running' || run.state === 'queued'
  const before = picked ? upstream(run.steps, picked.id) : []
  const missing = before.some((id) => !DONE.has(run.steps.find((step) => step.id === id)?.state ?? 'waiting'))
  return {
    cancel: { shown: live },
    resume: { shown: run.state === 'failed' || run.state === 'interrupted' || run.state === 'cancelled' || run.state === 'stopped' },
    rerun: { shown: picked !== undefined, why: live || run.state === 'interrupted' ? 'moving' : missing ? 'never-done' : null },
  }
}

function upstream(steps: readonly RunStep[], id: string): string[] {
  const found = new Set<string>()
  const walk = (each: string): void => {
    for (const need of steps.find((step) => step.id === each)?.needs ?? []) {
      if (found.has(need)) continue
      found.add(need)
      walk(need)
    }
  }
  walk(id)
  return [...found]
}
