import { useState } from 'react'

export interface WizardState<Draft> {
  readonly here: string
  readonly draft: Draft
  /** Keeps what was entered; going back never loses it. */
  readonly set: (part: Partial<Draft>) => void
  readonly go: (stage: string) => void
  /** Forgets the draft that was kept for a reload: the operation has ended, or was left for good. */
  readonly forget: () => void
}

/**
 * Where one stands in a wizard and what was entered so far. `keep`: a name under which both survive a reload of this tab.
 * Never put a secret into a draft.
 */
export function useWizard<Draft extends object>(first: string, initial: Draft, keep?: string): WizardState<Draft> {
  const key = keep ? `regie.wizard.${keep}` : null
  const [state, setState] = useState(() => ({ here: first, draft: initial, ...(key ? read<Draft>(key, initial) : null) }))
  const change = (next: { here: string; draft: Draft }): void => {
    setState(next)
    if (!key) return
    try {
      sessionStorage.setItem(key, JSON.stringify(next))
    } catch {
      // A full or closed storage costs the reload its memory, nothing else.
    }
  }
  return {
    here: state.here,
    draft: state.draft,
    set: (part) => change({ ...state, draft: { ...state.draft, ...part } }),
    go: (here) => change({ ...state, here }),
    forget: () => {
      if (key) sessionStorage.removeItem(key)
    },
  }
}

function read<Draft extends object>(key: string, initial: Draft): { here: string; draft: Draft } | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(key) ?? 'null') as { here?: unknown; draft?: unknown } | null
    if (held === null || typeof held.here !== 'string' || typeof held.draft !== 'object' || held.draft === null) return null
    return { here: held.here, draft: { ...initial, ...held.draft } }
  } catch {
    return null
  }
}
