import { useEffect, useEffectEvent, useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { useWords } from '#renderer/i18n/index.ts'
import { download, toCsv, toTsv } from './csv.ts'
import { orderOf } from './table/order.ts'
import { reveal, RowsPainter, type LiveCell } from './table/rows-painter.ts'
import { HEAD_HEIGHT, TableHead, TableMenu } from './table/table-head.tsx'
import type { CellValue, Column, Sort } from './table/types.ts'
import { useColumns } from './table/use-columns.ts'
import { useSteady } from './table/use-steady.ts'

export type { Column, Sort } from './table/types.ts'

export interface DataTableProps<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  /** `null` = a row that is not there yet; it shows as bones. */
  readonly rows: readonly (T | null)[]
  readonly rowId: (row: T) => string
  /** What the rows were asked for by, filters above all. Under the pointer only rows of the same question keep their places. */
  readonly question?: string
  readonly rowHeight?: number
  readonly picked?: string | null
  readonly onPick?: (row: T | null) => void
  /** Given: the core sorts. Not given: sortable columns are sorted here. */
  readonly sort?: Sort
  readonly onSort?: (sort: Sort) => void
  /** Rows that pass; keep it stable (useCallback), or every render filters again. */
  readonly filter?: (row: T) => boolean
  /** Rows in view, so that missing ones can be fetched. */
  readonly onRange?: (first: number, last: number) => void
  /** All rows, for the export; default: the ones that are here. */
  readonly allRows?: () => Promise<readonly T[]>
  readonly fileName: string
  /** Given: widths and hidden columns are kept on this machine under this name. */
  readonly remember?: string
  /** Shown below the head instead of rows. */
  readonly instead?: ReactNode
  /** Rows of an earlier read: greyed. */
  readonly stale?: boolean
  /** The list that J and K move in. */
  readonly primary?: boolean
}

const NONE: readonly LiveCell[] = []

/**
 * A grid of any length: sticky head, pooled rows drawn by hand, sort, column widths and visibility, keyboard, copy and
 * export. Rows stay where they are while the pointer is over them.
 */
export function DataTable<T>(props: DataTableProps<T>): React.ReactElement {
  const { rows, rowId, rowHeight = 32, picked = null, onPick, sort, onSort, onRange, filter } = props
  const { t } = useWords()
  const id = useId()
  const scroll = useRef<HTMLDivElement>(null)
  // The rows' own element: another one whenever other columns show, and none while something else stands there.
  const [plane, setPlane] = useState<HTMLDivElement | null>(null)
  const painter = useRef<RowsPainter<T> | null>(null)
  const [active, setActive] = useState(0)
  const [own, setOwn] = useState<Sort | null>(null)
  const [live, setLive] = useState(NONE)
  const sorted = sort ?? own

  const columns = useColumns(props.columns, props.remember)
  const held = useSteady(rows, rowId, `${sort?.column ?? ''} ${sort?.descending ?? ''} ${props.question ?? ''}`)
  const byColumn = onSort ? undefined : props.columns.find((column) => column.id === sorted?.column)
  const order = useMemo(() => orderOf(held.rows, filter, byColumn, sort ? null : own), [held.rows, filter, byColumn, sort, own])
  const shownColumns = columns.visible.map((column) => column.id).join('\n')
  const opens = onPick !== undefined
  const bare = Boolean(props.instead)

  const view = useMemo(
    () => ({ columns: columns.visible, rows: held.rows, order, rowHeight, rowId, picked, opens, active, idBase: id }),
    [columns.visible, held.rows, order, rowHeight, rowId, picked, opens, active, id],
  )
  const range = useEffectEvent((first: number, last: number): void => onRange?.(first, last))
  const start = useEffectEvent((element: HTMLElement): void => {
    if (!scroll.current) return
    painter.current = new RowsPainter<T>({ scroll: scroll.current, plane: element, head: HEAD_HEIGHT, onRange: (first, last) => range(first, last), onLive: setLive }, view)
  })
  useLayoutEffect(() => {
    if (!plane) return
    start(plane)
    return () => {
      painter.current?.destroy()
      painter.current = null
      setLive(NONE)
    }
  }, [plane])
  useLayoutEffect(() => painter.current?.show(view), [view])
  useLayoutEffect(() => reveal(live), [live])

  const at = (index: number): T | null => held.rows[order[index] ?? -1] ?? null
  const choose = useEffectEvent((index: number): void => {
    setActive(index)
    const row = at(index)
    if (row !== null) onPick?.(row)
  })
  useEffect(() => {
    const onClick = (event: MouseEvent): void => {
      if (!(event.target instanceof Element) || event.target.closest('a, button, input, label')) return
      const index = event.target.closest<HTMLElement>('.dt-row')?.dataset['index']
      if (index !== undefined) choose(Number(index))
    }
    plane?.addEventListener('click', onClick)
    return () => plane?.removeEventListener('click', onClick)
  }, [plane])

  const move = (to: number): void => {
    const index = Math.max(0, Math.min(order.length - 1, to))
    setActive(index)
    painter.current?.scrollTo(index)
    const row = at(index)
    if (row && picked !== null) onPick?.(row)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroll.current) return
    const row = at(active)
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && row && String(window.getSelection()) === '') {
      void navigator.clipboard.writeText(toTsv(cells([row])))
      event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 320) / rowHeight) - 2)
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -order.length, End: order.length }
    const step = steps[event.key]
    if (step !== undefined) move(active + step)
    else if (event.key === 'Enter') onPick?.(row)
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
  const carried = columns.visible.filter(({ mark }) => !mark)
  const cells = (list: readonly T[]): CellValue[][] => list.map((row) => carried.map((column) => column.value(row)))
  const here = (): T[] => Array.from(order).flatMap((index) => held.rows[index] ?? [])
  const copy = (): void => void navigator.clipboard.writeText(toTsv([carried.map(({ title }) => title), ...cells(here())]))
  const save = async (): Promise<void> => {
    const list = props.allRows ? await props.allRows() : here()
    download(`${props.fileName}.csv`, toCsv(carried.map(({ id: name }) => name), cells(list)), 'text/csv')
  }

  return (
    <div className="dt" style={{ '--dt-columns': columns.template, '--dt-row': `${rowHeight}px` }} {...held.hover}>
      <div
        ref={scroll}
        className={bare ? 'dt-scroll bare' : 'dt-scroll'}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={order.length + 1}
        aria-colcount={columns.visible.length}
        aria-activedescendant={order.length > 0 && !bare ? `${id}-${active}` : undefined}
        data-primary-list={props.primary ? '' : undefined}
        onKeyDown={onKeyDown}
      >
        {columns.visible.length > 0 && <TableHead columns={columns} sorted={sorted} onSort={toggle} />}
        {!bare && <div key={shownColumns} ref={setPlane} role="rowgroup" className={props.stale ? 'dt-plane stale-rows' : 'dt-plane'} />}
        {live.map(({ key, place, node }) => createPortal(node, place, key))}
      </div>
      {props.instead && <div className="dt-instead">{props.instead}</div>}
      <TableMenu label={t('ui.tableMenu', { table: props.label })} columns={columns} all={props.columns} empty={order.length === 0} onCopy={copy} onSave={() => void save()} />
    </div>
  )
}
