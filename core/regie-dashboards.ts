import { z } from 'zod'
import type { DashboardReader, DashboardView, EnvironmentView, Filters } from './api/regie.ts'
import { RegieError } from './base/errors.ts'
import type { Json } from './base/json.ts'
import { readYaml } from './base/yaml-file.ts'
import type { BlueprintFiles } from './pipelines/catalogue.ts'

const Name = z.string().regex(/^[a-z][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _')
const Column = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _')

const DashboardFile = z.strictObject({
  id: Name,
  title: z.string().min(1),
  /** The published table whose columns the filters name. */
  table: Column,
  filters: z.array(z.strictObject({ column: Column, title: z.string().min(1) })).default([]),
  charts: z.array(
    z.strictObject({
      id: Name,
      title: z.string().min(1),
      subtitle: z.string().optional(),
      kind: z.enum(['figures', 'bars', 'share', 'table', 'histogram']),
      label: Column.optional(),
      value: Column.optional(),
      unit: z.string().optional(),
      /** Column that a click on a mark filters by: one of `filters`. */
      filters: Column.optional(),
      note: z.string().optional(),
      /** A SELECT over `filtered`, the rows of `table` that the filters leave. */
      sql: z.string().min(1),
    }),
  ).min(1),
})
type DashboardFile = z.infer<typeof DashboardFile>

/** No blueprint of the workspace has that dashboard. */
class DashboardUnknown extends RegieError {
  constructor(id: string, known: readonly string[]) {
    super({ code: 'DASHBOARD_UNKNOWN', what: `There is no dashboard "${id}".`, next: known.length > 0 ? `There is: ${known.join(', ')}.` : 'Add dashboards/<name>.yaml to a blueprint.', data: { id, known } })
  }
}

export interface DashboardParts {
  readonly files: BlueprintFiles
  readonly environment: (name: string) => Promise<Pick<EnvironmentView, 'warehouse'>>
}

const literal = (value: string | number | boolean): string => (typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value))

/** Dashboards are the files `dashboards/*.yaml` of each blueprint: charts in YAML over SQL, drawn from their kind alone. */
export function dashboardReader({ files, environment }: DashboardParts): DashboardReader {
  const all = (): DashboardFile[] =>
    files.blueprints.flatMap((blueprint) =>
      files
        .list(`${blueprint}/dashboards`)
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => readYaml(files.read(`${blueprint}/dashboards/${name}`) ?? '', DashboardFile, `${blueprint}/dashboards/${name}`)),
    )
  const one = (id: string): DashboardFile => {
    const known = all()
    const found = known.find((dashboard) => dashboard.id === id)
    if (!found) throw new DashboardUnknown(id, known.map((dashboard) => dashboard.id))
    return found
  }

  return {
    list: () => all().map(({ id, title }) => ({ id, title })),

    async get(name, id): Promise<DashboardView> {
      const { table, filters, charts, title } = one(id)
      const { warehouse } = await environment(name)
      const current = (await warehouse.tables()).find((published) => published.name === table)?.current ?? null
      const drawn = charts.map(({ sql: _, ...chart }) => chart)
      if (!current) return { id, title, publishedAt: null, runId: null, charts: drawn, filters: filters.map((filter) => ({ ...filter, values: [] })) }
      const session = await warehouse.open()
      try {
        const values = await Promise.all(
          filters.map(async ({ column }) => (await session.rows<{ value: Json }>(`SELECT DISTINCT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL ORDER BY 1 LIMIT 200`)).map((row) => row.value)),
        )
        return { id, title, publishedAt: current.at, runId: current.runId, charts: drawn, filters: filters.map((filter, index) => ({ ...filter, values: values[index] ?? [] })) }
      } finally {
        await session.close()
      }
    },

    async query(name, id, wanted: Filters, signal) {
      const { table, filters, charts } = one(id)
      const { warehouse } = await environment(name)
      if (!(await warehouse.tables()).some((published) => published.name === table)) return {}
      const terms = filters.flatMap(({ column }) => {
        const values = wanted[column]
        return values === undefined || values.length === 0 ? [] : [`${column} IN (${values.map(literal).join(', ')})`]
      })
      const session = await warehouse.open({ signal })
      try {
        // One session, so that all charts speak of the same published version.
        await session.run(`CREATE TEMP VIEW filtered AS SELECT * FROM ${table}${terms.length > 0 ? ` WHERE ${terms.join(' AND ')}` : ''}`)
        const rows: Record<string, Record<string, Json>[]> = {}
        for (const { id: chart, sql } of charts) rows[chart] = await session.rows(sql, undefined, signal)
        return rows
      } finally {
        await session.close()
      }
    },
  }
}
