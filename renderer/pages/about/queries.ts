import { queryOptions } from '@tanstack/react-query'

export interface Shipped {
  readonly name: string
  readonly version: string
  readonly licence: string | null
  readonly text: number | null
}

/** Written by the build from what was installed then; loaded when somebody asks. */
export const licencesQuery = queryOptions({ queryKey: ['licences'], queryFn: async () => (await import('virtual:licences')).default, staleTime: Infinity })
