/** Yields the newest value that `work` reported, skipping those that a slow reader missed; returns its result. */
export async function* latest<T, R>(work: (report: (value: T) => void) => Promise<R>): AsyncGenerator<T, R, void> {
  const state: { newest: { value: T } | null; wake: (() => void) | null; over: boolean } = { newest: null, wake: null, over: false }
  const rouse = (): void => state.wake?.()
  const result = work((value) => {
    state.newest = { value }
    rouse()
  })
  const end = (): void => {
    state.over = true
    rouse()
  }
  result.then(end, end)
  for (;;) {
    if (state.newest) {
      const { value } = state.newest
      state.newest = null
      yield value
    } else if (state.over) return await result
    else await new Promise<void>((resolve) => (state.wake = resolve))
  }
}
