import type { EnvironmentClass } from '#renderer/api/types.ts'

/**
 * Keys that an operation asks for: production two, pre-production one; development and sandbox one when data would be
 * lost, else none.
 */
export function keysFor(environment: EnvironmentClass, destructive: boolean): 0 | 1 | 2 {
  if (environment === 'production') return 2
  if (environment === 'preproduction') return 1
  return destructive ? 1 : 0
}

export type Typed = { readonly state: 'empty' | 'typing'; readonly left: number } | { readonly state: 'turned' } | { readonly state: 'differs'; readonly at: number }

/** How far a name was typed. `left`: characters still missing; `at`: the first that differs, from 1. */
export function typedState(typed: string, expected: string): Typed {
  if (typed === expected) return { state: 'turned' }
  if (expected.startsWith(typed)) return { state: typed === '' ? 'empty' : 'typing', left: expected.length - typed.length }
  let at = 0
  while (typed[at] === expected[at]) at++
  return { state: 'differs', at: at + 1 }
}
