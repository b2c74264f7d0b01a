import type { Warehouse, WarehouseSession, TableVersion } from '#core/connectors/types.ts'
import { DashboardFile } from './definition.ts'
import { ColumnNotDeclared, DashboardUnknown, RowMissing } from './errors.ts'
import { readAll, type BlueprintFiles } from './files.ts'
import { readPage, readRow, readValues, termsOf, where, without, type PageAsk, type Row, type Selection } from './selection.ts'

export interface DashboardParts {
  readonly files: BlueprintFiles
  readonly warehouse: (environment: string) => Promise<Warehouse>
}

type ChartRows = Record<string, readonly Row[]>

export interface DashboardRows {
  readonly rows: ChartRows
  /** Rows that the filters leave. */
  readonly selected: number
  /** The same figures of the version before, under the same filters; null where there is none, or it had other columns. */
  readonly before: { readonly publishedAt: string; readonly runId: string; readonly rows: ChartRows } | null
}

/** Dashboards are the files `dashboards/*.yaml` of each blueprint: charts in YAML over SQL, drawn from their kind alone. */
export function dashboardReader({ files, warehouse }: DashboardParts) {
  const all = (): DashboardFile[] => readAll(files, 'dashboards', DashboardFile)
  const one = (id: string): DashboardFile => {
    const known = all()
    const found = known.find((dashboard) => dashboard.id === id)
    if (!found) throw new DashboardUnknown(id, known.map((dashboard) => dashboard.id))
    return found
  }
  /** What is current, and the version that it replaced. */
  const versionsOf = async (from: Warehouse, table: string): Promise<{ current: TableVersion | null; previous: TableVersion | null }> => {
    const current = (await from.tables()).find((published) => published.name === table)?.current ?? null
    const older = current ? (await from.versions(table)).filter(({ state, version }) => state === 'previous' && version < current.version) : []
    return { current, previous: older.reduce<TableVersion | null>((newest, version) => (newest === null || version.version > newest.version ? version : newest), null) }
  }
  const inSession = async <T>(environment: string, signal: AbortSignal | undefined, work: (session: WarehouseSession, from: Warehouse) => Promise<T>): Promise<T> => {
    const from = await warehouse(environment)
    const session = await from.open({ signal })
    try {
      return await work(session, from)
    } finally {
      await session.close()
    }
  }
  const termsFor = ({ filters, rows }: DashboardFile, selection: Selection): string[] => termsOf(selection, filters, rows?.search ?? [])

  return {
    list: () => all().map(({ id, title }) => ({ id, title })),

    async get(environment: string, id: string) {
      const { table, charts, ...rest } = one(id)
      const { current, previous } = await versionsOf(await warehouse(environment), table)
      return {
        ...rest,
        publishedAt: current?.at ?? null,
        runId: current?.runId ?? null,
        previous: previous && { publishedAt: previous.at, runId: previous.runId },
        charts: charts.map(({ sql: _, ...chart }) => chart),
        rows: rest.rows ?? null,
      }
    },

    /** Rows of all charts in one consistent read of one version. Throws ColumnNotDeclared, Cancelled. */
    async query(environment: string, id: string, selection: Selection, signal?: AbortSignal): Promise<DashboardRows> {
      const dashboard = one(id)
      const { table, charts } = dashboard
      const terms = where(termsFor(dashboard, selection))
      const { current, previous } = await versionsOf(await warehouse(environment), table)
      if (!current) return { rows: {}, selected: 0, before: null }
      return inSession(environment, signal, async (session) => {
        await session.run(`CREATE TEMP VIEW filtered AS SELECT * FROM ${table}${terms}`)
        const rows: ChartRows = {}
        for (const { id: chart, sql } of charts) rows[chart] = await session.rows(sql, undefined, signal)
        const [counted] = await session.rows<{ n: number }>('SELECT count(*) AS n FROM filtered', undefined, signal)
        const compared = charts.filter(({ figures }) => figures?.some(({ compare }) => compare))
        return { rows, selected: counted?.n ?? 0, before: previous && compared.length > 0 ? await figuresOf(session, previous, terms, compared, signal) : null }
      })
    },

    /** A page of the rows behind the charts. */
    async page(environment: string, id: string, selection: Selection, ask: PageAsk, signal?: AbortSignal): Promise<{ total: number; rows: readonly Row[] }> {
      const dashboard = one(id)
      const { rows: listing, table } = dashboard
      const terms = termsFor(dashboard, selection)
      if (!listing || !(await versionsOf(await warehouse(environment), table)).current) return { total: 0, rows: [] }
      return inSession(environment, signal, (session) => readPage(session, table, listing, ask, terms, signal))
    },

    /** One row in full. Throws RowMissing. */
    async row(environment: string, id: string, key: string, signal?: AbortSignal): Promise<Row> {
      const { rows: listing, table } = one(id)
      const published = listing && (await versionsOf(await warehouse(environment), table)).current
      const row = published ? await inSession(environment, signal, (session) => readRow(session, table, listing, key, signal)) : null
      if (!row) throw new RowMissing(key)
      return row
    },

    /** What a filter can be set to, counted under all other filters. Throws ColumnNotDeclared. */
    async values(environment: string, id: string, column: string, selection: Selection, text: string, signal?: AbortSignal) {
      const dashboard = one(id)
      const filter = dashboard.filters.find((each) => each.column === column)
      if (!filter) throw new ColumnNotDeclared(column, dashboard.filters.map((each) => each.column))
      if (!(await versionsOf(await warehouse(environment), dashboard.table)).current) return []
      return inSession(environment, signal, (session) => readValues(session, dashboard.table, filter, termsFor(dashboard, without(selection, column)), text, signal))
    },
  }
}

/** The charts' rows of an older version. A version with other columns, or one that is gone, can't be compared: null. */
async function figuresOf(session: WarehouseSession, version: TableVersion, terms: string, charts: DashboardFile['charts'], signal?: AbortSignal): Promise<DashboardRows['before']> {
  try {
    await session.run(`CREATE OR REPLACE TEMP VIEW filtered AS SELECT * FROM ${await session.relation(version.table, version.version)}${terms}`)
    const rows: ChartRows = {}
    for (const { id, sql } of charts) rows[id] = await session.rows(sql, undefined, signal)
    return { publishedAt: version.at, runId: version.runId, rows }
  } catch (thrown) {
    const code = (thrown as { code?: unknown }).code
    if (code === 'WAREHOUSE_QUERY_FAILED' || code === 'TABLE_VERSION_MISSING') return null
    throw thrown
  }
}
