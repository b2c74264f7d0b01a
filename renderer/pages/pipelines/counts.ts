import type { Json, Run } from '#renderer/api/types.ts'

/** A number of a run's last line, when it says one. */
export function countOf(run: { readonly result: Run['result'] }, name: string): number | null {
  const counts: Json | undefined = run.result?.counts
  if (typeof counts !== 'object' || counts === null || Array.isArray(counts)) return null
  const value = (counts as { readonly [key: string]: Json })[name]
  return typeof value === 'number' ? value : null
}
