import { createContext, use, useSyncExternalStore } from 'react'
import type { Core } from './open.ts'
import type { RunFeed } from './run-feed.ts'
import type { Client, ConnectionState } from './types.ts'

export const CoreContext = createContext<{ core: Core; feed: RunFeed } | null>(null)

function useContextOfCore(): { core: Core; feed: RunFeed } {
  const context = use(CoreContext)
  if (!context) throw new Error('no core above this component')
  return context
}

export const useClient = (): Client => useContextOfCore().core.client
export const useFeed = (): RunFeed => useContextOfCore().feed

export function useConnection(): ConnectionState {
  const { core } = useContextOfCore()
  return useSyncExternalStore(core.subscribe, core.state)
}
