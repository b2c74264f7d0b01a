import { createContext, use } from 'react'
import type { Environment, SystemInfo } from '#renderer/api/types.ts'

/** The place that everything on the page speaks of: named in the URL, first of the workspace otherwise. */
export const PlaceContext = createContext<{ info: SystemInfo; environment: Environment } | null>(null)

export function usePlace(): { info: SystemInfo; environment: Environment } {
  const place = use(PlaceContext)
  if (!place) throw new Error('no environment above this component')
  return place
}

export const useEnvironment = (): string => usePlace().environment.name
