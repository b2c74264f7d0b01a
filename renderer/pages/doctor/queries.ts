import { queryOptions } from '@tanstack/react-query'
import type { Client } from '#renderer/api/types.ts'

export const doctorQuery = (client: Client) => queryOptions({ queryKey: ['doctor'], queryFn: ({ signal }) => client.system.doctor({}, { signal }), staleTime: 60_000 })
