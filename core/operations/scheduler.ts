export interface Node {
  readonly id: string
  readonly needs: readonly string[]
}

export interface GraphEnd {
  /** What the first step that didn't finish threw; null when all finished. */
  readonly failure: { readonly stepId: string; readonly thrown: unknown } | null
  /** False when steps were left because the signal was aborted. */
  readonly complete: boolean
}

/**
 * Runs a graph: each step as soon as its needs are finished, several at once. The first failure calls `abort`, which
 * must abort what the others listen to; nothing new starts, and all that runs is waited for.
 */
export async function runGraph(
  nodes: readonly Node[],
  execute: (stepId: string) => Promise<void>,
  signal: AbortSignal,
  abort: (thrown: unknown) => void,
): Promise<GraphEnd> {
  const done = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const started = new Set<string>()
  let failure: GraphEnd['failure'] = null

  const begin = (stepId: string): Promise<void> =>
    execute(stepId)
      .then(() => void done.add(stepId))
      .catch((thrown: unknown) => {
        failure ??= { stepId, thrown }
        abort(thrown)
      })
      .finally(() => running.delete(stepId))

  for (;;) {
    if (!failure && !signal.aborted) {
      for (const node of nodes) {
        if (started.has(node.id) || !node.needs.every((need) => done.has(need))) continue
        started.add(node.id)
        running.set(node.id, begin(node.id))
      }
    }
    if (running.size === 0) return { failure, complete: done.size === nodes.length }
    await Promise.race(running.values())
  }
}
