import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import type { ChartRow, Dashboard, Listing } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { rowsQuery } from './queries.ts'
import { selectionOf, type DashboardSearch } from './search.ts'
import { cellText, type Speaker } from './values.ts'

/** Bones below the last row read, while more are there. */
const AHEAD = 30
/** Rows of one read of an export. */
const EXPORT = 5000
const NUMBER_WIDTH = 92

/** Columns of a listing as a table shows them. */
export function listingColumns({ columns }: Pick<Listing, 'columns'>, rows: readonly (ChartRow | null)[], speak: Speaker): Column<ChartRow>[] {
  const known = rows.filter((row) => row !== null).slice(0, 60)
  return columns.map((shown) => {
    const { column } = shown
    const numeric = known.some((row) => typeof row[column] === 'number')
    const longest = Math.max(0, ...known.map((row) => speak.cell(shown, row[column]).length))
    const title = speak.say(shown.title)
    return {
      id: column,
      title,
      width: numeric ? `${Math.max(NUMBER_WIDTH, title.length * 7 + 20)}px` : longest > 40 ? 'minmax(120px, 3fr)' : longest > 22 ? 'minmax(110px, 1.4fr)' : 'minmax(84px, 0.8fr)',
      numeric,
      sortable: true,
      value: (row) => {
        const cell = row[column]
        return typeof cell === 'number' ? cell : cell === null || cell === undefined ? null : cellText(cell)
      },
      render: (row) => <span className={numeric ? 'tn' : undefined} title={numeric ? undefined : speak.cell(shown, row[column])}>{speak.cell(shown, row[column])}</span>,
    }
  })
}

interface RowsProps {
  readonly dashboard: Dashboard
  readonly listing: Listing
  readonly search: DashboardSearch
  readonly speak: Speaker
  readonly onSearch: (next: Partial<DashboardSearch>) => void
}

/** The rows behind the charts: paged in the warehouse, virtual here. */
export function Rows({ dashboard, listing, search, speak, onSearch }: RowsProps): React.ReactElement {
  const { t } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const since = useNow()
  const { data, error, refetch, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(rowsQuery(client, environment, dashboard.id, search))
  const rows = useMemo((): (ChartRow | null)[] => {
    const read: (ChartRow | null)[] = data?.pages.flatMap((page) => page.rows) ?? []
    return hasNextPage ? [...read, ...Array.from({ length: AHEAD }, () => null)] : read
  }, [data, hasNextPage])
  const first = data?.pages[0]?.rows
  const columns = useMemo(() => listingColumns(listing, first ?? [], speak), [listing, first, speak])
  const onRange = useCallback(
    (_: number, last: number) => {
      if (hasNextPage && !isFetchingNextPage && last >= rows.length - AHEAD) void fetchNextPage()
    },
    [fetchNextPage, hasNextPage, isFetchingNextPage, rows.length],
  )
  const idOf = useCallback((row: ChartRow) => cellText(row[listing.id]), [listing])
  const all = async (): Promise<ChartRow[]> => {
    const found: ChartRow[] = []
    for (;;) {
      const page = await client.dashboards.page({ environment, dashboard: dashboard.id, selection: selectionOf(search), offset: found.length, limit: EXPORT })
      found.push(...page.rows)
      if (page.rows.length === 0 || found.length >= page.total) return found
    }
  }
  const title = speak.say(listing.title)
  return (
    <DataTable
      label={title}
      columns={columns}
      rows={rows}
      rowId={idOf}
      question={JSON.stringify(selectionOf(search))}
      primary
      picked={search.row ?? null}
      onPick={(row) => onSearch({ row: row ? idOf(row) : undefined })}
      sort={{ column: search.sort ?? listing.sort.column, descending: search.sort === undefined ? listing.sort.descending : search.asc !== true }}
      onSort={({ column, descending }) => onSearch({ sort: column, asc: descending ? undefined : true })}
      onRange={onRange}
      allRows={all}
      fileName={dashboard.id}
      stale={isPlaceholderData || Boolean(error)}
      instead={
        error && !data ? <FailingPicture error={error} retry={() => void refetch()} /> : !data ? <LoadingPicture what={title} since={since} /> : rows.length === 0 ? <EmptyPicture title={t('dashboard.noMatch')} text={t('dashboard.noMatchText')} /> : undefined
      }
    />
  )
}
