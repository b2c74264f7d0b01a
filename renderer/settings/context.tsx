import { createContext, use, useSyncExternalStore } from 'react'
import type { SettingValues } from '#renderer/api/types.ts'
import type { SettingsState, SettingsStore } from './store.ts'

export const SettingsContext = createContext<SettingsStore | null>(null)

/** What this operator chose, and how to choose otherwise. */
export function useSettings(): SettingsState & { readonly set: (changes: Partial<SettingValues>) => void; readonly retry: () => void } {
  const store = use(SettingsContext)
  if (!store) throw new Error('no settings above this component')
  const state = useSyncExternalStore(store.subscribe, store.get)
  return { ...state, set: store.set, retry: store.retry }
}
