import { queryOptions } from '@tanstack/react-query'
import type { Client } from '#renderer/api/types.ts'

export const tablesQuery = (client: Client, environment: string) =>
  queryOptions({ queryKey: ['data', environment, 'tables'], queryFn: ({ signal }) => client.data.tables({ environment }, { signal }) })
