import { Button, Menu } from '@mantine/core'
import { IconChartHistogram, IconChevronDown, IconEyeOff } from '@tabler/icons-react'
import { useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { DataColumn, Failure } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture, Message } from '#renderer/ui/pictures.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { Cell } from './cell.tsx'
import { Filters } from './filters.tsx'
import { ProfileAside } from './profile-aside.tsx'
import { countQuery, describeQuery, downloadRows, PAGE, pageQuery, type Ask, type At, type Row } from './queries.ts'
import { RowAside } from './row-aside.tsx'
import type { RowsSearch } from './search.ts'

const rowId = ({ index }: Row): string => String(index)
const WIDTHS: Readonly<Record<DataColumn['kind'], number>> = { number: 110, boolean: 90, time: 180, text: 200, other: 240 }

export interface RowsProps {
  readonly at: At
  readonly search: RowsSearch
  readonly onSearch: (change: (old: RowsSearch) => RowsSearch) => void
  readonly fileName: string
}

/** Rows of anything that holds rows: filtered, sorted, profiled and exported by the system that holds them. */
export function Rows({ at, search, onSearch, fileName }: RowsProps): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const since = useNow()
  const described = useQuery(describeQuery(client, at))
  const columns = useMemo(() => described.data?.columns ?? [], [described.data])
  const filters = useMemo(() => [...(search.f ?? [])], [search.f])
  const ask: Ask = { ...at, filters, sort: search.sort ? { column: search.sort, descending: search.desc ?? false } : null }
  const counted = useQuery(countQuery(client, ask))
  const head = useQuery(pageQuery(client, ask, 0))
  const total = counted.data?.rows ?? 0

  const [range, setRange] = useState({ first: 0, last: 0 })
  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), [])
  const pages = useMemo(() => pagesIn(range.first, range.last, total), [range, total])
  const parts = useQueries({ queries: pages.map((page) => pageQuery(client, ask, page)) })
  const loaded = parts.map(({ dataUpdatedAt }) => dataUpdatedAt).join()
  const rows = useMemo(() => {
    const all: (Row | null)[] = Array.from({ length: total }, () => null)
    for (const part of [head.data, ...parts.map(({ data }) => data)]) for (const row of part ?? []) if (row.index < total) all[row.index] = row
    return all
    // `loaded` says when a part has changed; the array of parts is another one at each render
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [total, head.data, loaded])
  const picked = search.row === undefined ? null : (rows[search.row] ?? null)
  const table = useMemo(() => columns.map((column, i) => tableColumn(column, i)), [columns])
  const minimum = columns.reduce((sum, { kind }) => sum + WIDTHS[kind] + 14, 0)
  const error = described.error ?? head.error ?? counted.error
  const clear = (): void => onSearch((old) => ({ ...old, f: undefined, row: undefined }))

  return (
    <div className="data-rows">
      <div className="filters">
        <Filters columns={columns} filters={filters} onChange={(next) => onSearch((old) => ({ ...old, f: next.length > 0 ? next : undefined, row: undefined }))} />
        <span className="sp" />
        {counted.data && <span className="mut meta">{filters.length > 0 ? t('data.rowsMatch', { count: total, n: f.n(total) }) : t('data.rows', { count: total, n: f.n(total) })}</span>}
        {filters.length > 0 && (
          <button type="button" className="link sm" onClick={clear}>
            {t('data.clear')}
          </button>
        )}
        <Button size="sm" aria-pressed={search.profile ?? false} className={search.profile ? 'chip-on' : undefined} leftSection={<IconChartHistogram size={14} stroke={1.6} aria-hidden="true" />} disabled={columns.length === 0} onClick={() => onSearch((old) => ({ ...old, profile: old.profile ? undefined : true, row: undefined }))}>
          {t('data.profile')}
        </Button>
        <ExportMenu ask={ask} fileName={fileName} disabled={total === 0} />
      </div>
      <div className="split">
        <div className="main" style={{ '--dt-min': `${minimum}px` }}>
          <DataTable
            label={at.name}
            columns={table}
            rows={rows}
            rowId={rowId}
            question={JSON.stringify(ask)}
            rowHeight={28}
            primary
            picked={picked ? rowId(picked) : null}
            onPick={(row) => onSearch((old) => ({ ...old, row: row?.index, profile: undefined }))}
            sort={{ column: search.sort ?? '', descending: search.desc ?? false }}
            onSort={({ column, descending }) => onSearch((old) => ({ ...old, sort: column, desc: descending || undefined, row: undefined }))}
            onRange={onRange}
            fileName={fileName}
            stale={head.isPlaceholderData || (Boolean(error) && rows.length > 0)}
            instead={
              error && !head.data ? (
                <FailingPicture error={error} retry={() => void Promise.all([described.refetch(), head.refetch(), counted.refetch()])} />
              ) : !head.data || !described.data || !counted.data ? (
                <LoadingPicture what={at.name} since={since} />
              ) : total === 0 ? (
                filters.length > 0 ? (
                  <EmptyPicture title={t('data.noMatch')} text={t('data.noMatchText')} action={<Button size="sm" onClick={clear}>{t('data.clear')}</Button>} />
                ) : (
                  <EmptyPicture title={t('data.noRows')} text={t('data.noRowsText')} />
                )
              ) : undefined
            }
          />
        </div>
        {search.profile && columns.length > 0 ? (
          <ProfileAside
            ask={ask}
            columns={columns}
            onFilter={(filter) => onSearch((old) => ({ ...old, f: [...(old.f ?? []), filter], row: undefined }))}
            onClose={() => onSearch((old) => ({ ...old, profile: undefined }))}
          />
        ) : (
          picked && <RowAside row={picked} columns={columns} onClose={() => onSearch((old) => ({ ...old, row: undefined }))} />
        )}
      </div>
    </div>
  )
}

function tableColumn(column: DataColumn, i: number): Column<Row> {
  return {
    id: column.name,
    title: column.name,
    width: `minmax(${WIDTHS[column.kind]}px, ${column.kind === 'text' || column.kind === 'other' ? 2 : 1}fr)`,
    numeric: column.kind === 'number',
    sortable: !column.personal,
    value: ({ cells }) => {
      const value = cells[i] ?? null
      return value === null || typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)
    },
    render: ({ cells }) => <Cell column={column} value={cells[i] ?? null} />,
  }
}

/** The filtered rows as a file; made by the core, handed over when it is whole. */
function ExportMenu({ ask, fileName, disabled }: { ask: Ask; fileName: string; disabled: boolean }): React.ReactElement {
  const { t } = useWords()
  const client = useClient()
  const stop = useRef<AbortController | null>(null)
  const [share, setShare] = useState<number | null | undefined>(undefined)
  const [failure, setFailure] = useState<Failure | null>(null)
  const save = async (format: 'csv' | 'parquet'): Promise<void> => {
    const abort = new AbortController()
    stop.current = abort
    setFailure(null)
    setShare(null)
    try {
      await downloadRows(client, ask, format, fileName, abort.signal, setShare)
    } catch (error) {
      if (!abort.signal.aborted) setFailure(failureOf(error))
    } finally {
      setShare(undefined)
    }
  }
  if (share !== undefined)
    return (
      <span className="row export-run" role="status">
        <span className="faint meta">{t('data.exporting')}</span>
        <span className="export-bar">
          <ProgressBar share={share} label={t('data.exporting')} />
        </span>
        <Button size="sm" onClick={() => stop.current?.abort()}>
          {t('data.cancel')}
        </Button>
      </span>
    )
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="sm" disabled={disabled} rightSection={<IconChevronDown size={14} stroke={1.6} aria-hidden="true" />}>
            {t('data.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
          <Menu.Item onClick={() => void save('parquet')}>Parquet</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {failure && <Message failure={failure} />}
    </>
  )
}

/** Says in the head that some columns are hidden, and why. */
export function HiddenColumns({ columns }: { columns: readonly DataColumn[] }): React.ReactElement | null {
  const { t, f } = useWords()
  const hidden = columns.filter(({ personal }) => personal)
  if (hidden.length === 0) return null
  return (
    <span className="hidden-cell" title={hidden.map(({ name }) => name).join(', ')}>
      <IconEyeOff size={13} aria-hidden="true" />
      {t('data.hiddenColumns', { count: hidden.length, n: f.n(hidden.length) })}
    </span>
  )
}

/** Pages of rows that stand in a range; the first is always read. */
function pagesIn(first: number, last: number, total: number): number[] {
  const from = Math.floor(first / PAGE)
  const to = Math.floor(Math.min(last, Math.max(0, total - 1)) / PAGE)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i).filter((page) => page > 0)
}
