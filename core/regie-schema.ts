import { auditOrderSchema, auditSchema } from './audit/schema.ts'
import { elevationsSchema, identitySchema } from './identity/schema.ts'
import { historySchema, operationsSchema } from './operations/schema.ts'
import { schedulesSchema } from './schedules/schema.ts'
import { settingsSchema } from './settings/schema.ts'
import type { Migration } from './store/migration.ts'

/**
 * The schema of state.sqlite, in the order in which it grew. Only ever add a line: a released migration
 * is frozen, and its number is the store's version.
 */
export const migrations: readonly Migration[] = [
  { version: 1, ...auditSchema },
  { version: 2, ...operationsSchema },
  { version: 3, ...identitySchema },
  { version: 4, ...auditOrderSchema },
  { version: 5, ...historySchema },
  { version: 6, ...schedulesSchema },
  { version: 7, ...elevationsSchema },
  { version: 8, ...settingsSchema },
]
