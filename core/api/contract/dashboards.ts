import { z } from 'zod'
import { EnvironmentName, JsonSchema, procedure } from './base.ts'

/** A blueprint's dashboard: declared in YAML over SQL, drawn by the page from `kind` alone. */
export const ChartSchema = z.object({
  id: z.string(),
  title: z.string(),
  subtitle: z.string().optional(),
  kind: z.enum(['figures', 'bars', 'share', 'table', 'histogram']),
  /** For bars, share, histogram: the column that names and the one that measures. */
  label: z.string().optional(),
  value: z.string().optional(),
  unit: z.string().optional(),
  /** Column that a click on a mark filters by. */
  filters: z.string().optional(),
  note: z.string().optional(),
})

export const dashboards = {
  list: procedure('data.read').input(z.object({ environment: EnvironmentName })).output(z.array(z.object({ id: z.string(), title: z.string() }))),
  get: procedure('data.read')
    .input(z.object({ environment: EnvironmentName, dashboard: z.string() }))
    .output(
      z.object({
        id: z.string(),
        title: z.string(),
        /** Published table version behind it; null when nothing was published yet. */
        publishedAt: z.string().nullable(),
        runId: z.string().nullable(),
        charts: z.array(ChartSchema),
        filters: z.array(z.object({ column: z.string(), title: z.string(), values: z.array(JsonSchema) })),
      }),
    ),
  /** Rows of all charts under the given filters (column → allowed values), in one consistent read. */
  query: procedure('data.read')
    .input(
      z.object({
        environment: EnvironmentName,
        dashboard: z.string(),
        filters: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()]))).default({}),
      }),
    )
    .output(z.record(z.string(), z.array(z.record(z.string(), JsonSchema)))),
}
