import { ActionIcon, Menu } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconCopy, IconDots, IconDownload } from '@tabler/icons-react'
import { createSortedRowModel, rowSortingFeature, sortFn_alphanumeric, sortFn_text, tableFeatures, useTable, type ColumnDef } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { download, toCsv, toTsv } from './csv.ts'

export interface Column<T> {
  readonly id: string
  readonly title: string
  /** A CSS grid track: "120px", "minmax(160px, 1fr)". */
  readonly width: string
  readonly numeric?: boolean
  readonly sortable?: boolean
  /** What is sorted, copied and exported. */
  readonly value: (row: T) => string | number | null
  readonly render?: (row: T) => ReactNode
  /** A mark only: its title is for screen readers, and it is neither copied nor exported. */
  readonly mark?: true
}

export interface Sort {
  readonly column: string
  readonly descending: boolean
}

export interface DataTableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  /** `null` = a row that is not there yet; it shows as bones. */
  readonly rows: readonly (T | null)[]
  readonly rowId: (row: T) => string
  readonly rowHeight?: number
  readonly picked?: string | null
  readonly onPick?: (row: T | null) => void
  /** Given: the core sorts. Not given: sortable columns are sorted here. */
  readonly sort?: Sort
  readonly onSort?: (sort: Sort) => void
  /** Rows in view, so that missing ones can be fetched. */
  readonly onRange?: (first: number, last: number) => void
  /** All rows, for the export; default: the ones that are here. */
  readonly allRows?: () => Promise<readonly T[]>
  readonly fileName: string
  /** Shown below the head instead of rows. */
  readonly instead?: ReactNode
  /** Rows of an earlier read: greyed. */
  readonly stale?: boolean
  /** The list that J and K move in. */
  readonly primary?: boolean
}

interface Slot<T> {
  readonly row: T | null
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, text: sortFn_text },
})

/** Sticky head, virtual rows, keyboard, copy and export. Rows stay where they are while the pointer is over them. */
export function DataTable<T>(props: DataTableProps<T>): React.ReactElement {
  const { columns, rows, rowId, rowHeight = 32, picked = null, onPick, sort, onSort, onRange } = props
  const { t } = useWords()
  const id = useId()
  const scroll = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const [own, setOwn] = useState<Sort | null>(null)
  const sorted = sort ?? own

  const held = useSteady(rows, rowId)
  const data = useMemo(() => held.rows.map((row): Slot<T> => ({ row })), [held.rows])
  const defs = useMemo(
    () =>
      columns.map(
        (column): ColumnDef<typeof features, Slot<T>> => ({
          id: column.id,
          accessorFn: ({ row }) => (row === null ? null : column.value(row)),
          enableSorting: column.sortable ?? false,
          sortFn: column.numeric ? 'alphanumeric' : 'text',
        }),
      ),
    [columns],
  )
  const sorting = useMemo(() => (sorted ? [{ id: sorted.column, desc: sorted.descending }] : []), [sorted])
  const table = useTable({ features, columns: defs, data, manualSorting: sort !== undefined, state: { sorting } })
  const slots = table.getRowModel().rows

  const virtual = useVirtualizer({
    count: slots.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: 30,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onRange?.(first, last), [onRange, first, last])

  const at = (index: number): T | null => slots[index]?.original.row ?? null
  const move = (to: number): void => {
    const index = Math.max(0, Math.min(slots.length - 1, to))
    setActive(index)
    virtual.scrollToIndex(index)
    const row = at(index)
    if (row && picked !== null) onPick?.(row)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== scroll.current) return
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 320) / rowHeight) - 2)
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -slots.length, End: slots.length }
    const step = steps[event.key]
    if (step !== undefined) move(active + step)
    else if (event.key === 'Enter') onPick?.(at(active))
    else if (event.key === 'Escape' && picked !== null) onPick?.(null)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const toggle = (column: string): void => {
    const next = { column, descending: sorted?.column === column ? !sorted.descending : false }
    if (onSort) onSort(next)
    else setOwn(next)
  }
  const carried = columns.filter(({ mark }) => !mark)
  const cells = (list: readonly T[]): (string | number | null)[][] => list.map((row) => carried.map((column) => column.value(row)))
  const here = (): T[] => slots.flatMap((slot) => slot.original.row ?? [])
  const copy = (): void => void navigator.clipboard.writeText(toTsv([carried.map(({ title }) => title), ...cells(here())]))
  const save = async (): Promise<void> => {
    const list = props.allRows ? await props.allRows() : here()
    download(`${props.fileName}.csv`, toCsv(carried.map(({ id: name }) => name), cells(list)), 'text/csv')
  }

  return (
    <div className="dt" style={{ '--dt-columns': columns.map(({ width }) => width).join(' ') }} {...held.hover}>
      <div
        ref={scroll}
        className={props.instead ? 'dt-scroll bare' : 'dt-scroll'}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={slots.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={slots.length > 0 ? `${id}-${active}` : undefined}
        data-primary-list={props.primary ? '' : undefined}
        onKeyDown={onKeyDown}
      >
        <div className="dt-head" role="row" aria-rowindex={1}>
          {columns.map((column) => {
            const on = sorted?.column === column.id
            return (
              <div key={column.id} role="columnheader" className={column.numeric ? 'n' : undefined} aria-sort={on ? (sorted.descending ? 'descending' : 'ascending') : undefined}>
                {column.sortable ? (
                  <button type="button" onClick={() => toggle(column.id)}>
                    {column.title}
                    {on && (sorted.descending ? <IconChevronDown size={12} /> : <IconChevronUp size={12} />)}
                  </button>
                ) : (
                  <span className={column.mark ? 'vh' : 'h'}>{column.title}</span>
                )}
              </div>
            )
          })}
        </div>
        {!props.instead && (
          <div role="rowgroup" className={props.stale ? 'stale-rows' : undefined} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map(({ index, start }) => {
              const row = at(index)
              return (
                <div
                  key={index}
                  id={`${id}-${index}`}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-selected={onPick ? row !== null && rowId(row) === picked : undefined}
                  data-active={index === active || undefined}
                  className={`dt-row${onPick && row ? ' opens' : ''}`}
                  style={{ height: rowHeight, transform: `translateY(${start - 30}px)` }}
                  onClick={() => {
                    setActive(index)
                    if (row) onPick?.(row)
                  }}
                >
                  {columns.map((column) => (
                    <div key={column.id} role="gridcell" className={column.numeric ? 'n' : undefined}>
                      {row === null ? <i className="bone" style={{ width: '58%' }} /> : (column.render?.(row) ?? column.value(row))}
                    </div>
                  ))}
                </div>
              )
            })}
          </div>
        )}
      </div>
      {props.instead && <div className="dt-instead">{props.instead}</div>}
      <div className="dt-menu">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t('ui.tableMenu', { table: props.label })} disabled={slots.length === 0}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCopy size={14} />} onClick={copy}>
              {t('ui.copyRows')}
            </Menu.Item>
            <Menu.Item leftSection={<IconDownload size={14} />} onClick={() => void save()}>
              {t('ui.exportCsv')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  )
}

/**
 * While the pointer is over the list its rows keep their places: known rows are updated where they are,
 * new ones wait until it leaves.
 */
function useSteady<T>(rows: readonly (T | null)[], rowId: (row: T) => string): { rows: readonly (T | null)[]; hover: { onPointerEnter: () => void; onPointerLeave: () => void } } {
  const [order, setOrder] = useState<readonly (string | null)[] | null>(null)
  const rowsHeld = useMemo(() => {
    if (order === null) return rows
    const byId = new Map(rows.flatMap((row): [string, T][] => (row === null ? [] : [[rowId(row), row]])))
    if (order.length !== rows.length && order.some((id) => id !== null && !byId.has(id))) return rows
    const seen = order.map((id, i) => (id === null ? (rows[i] ?? null) : (byId.get(id) ?? null)))
    return seen.length <= rows.length ? seen : rows
  }, [rows, order, rowId])
  return {
    rows: rowsHeld,
    hover: {
      onPointerEnter: () => setOrder(rows.map((row) => (row === null ? null : rowId(row)))),
      onPointerLeave: () => setOrder(null),
    },
  }
}
