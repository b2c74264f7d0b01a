import { useMemo } from 'react'
import type { Chart as ChartShape, ChartRow, Json } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Bars, Histogram, Share, type Mark } from '#renderer/ui/charts.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { Line } from './line.tsx'
import { sameRange, type FilterValue, type RangeValue, type SelectionSearch } from './search.ts'
import { cellText, columnsOf, filterValueOf, measureOf, rangeOf, showMeasure, type Speaker } from './values.ts'

/** What a click on a mark asks for. `drill`: the rows behind it, not only the filter. */
export type Pick =
  | { readonly kind: 'value'; readonly column: string; readonly value: FilterValue; readonly also?: ChartShape['also']; readonly drill: boolean }
  | { readonly kind: 'range'; readonly column: string; readonly bounds: RangeValue; readonly also?: ChartShape['also']; readonly drill: boolean }
  | { readonly kind: 'row'; readonly id: string }

export interface ChartProps {
  readonly chart: ChartShape
  readonly rows: readonly ChartRow[]
  readonly search: SelectionSearch
  readonly speak: Speaker
  readonly onPick: (pick: Pick) => void
}

/** More marks than this scroll in their own box. */
const MANY = 9

/** What the row of a chart asks for when it is clicked; null when it asks for nothing. */
export function pickOf(chart: ChartShape, row: ChartRow, drill: boolean): Pick | null {
  if (chart.opens) {
    const id = row[chart.opens]
    return id === undefined || id === null ? null : { kind: 'row', id: cellText(id) }
  }
  const { also } = chart
  const value = filterValueOf(chart, row)
  if (chart.filters && value !== null) return { kind: 'value', column: chart.filters, value, also, drill }
  const bounds = rangeOf(chart, row)
  return chart.range && bounds ? { kind: 'range', column: chart.range.column, bounds, also, drill } : null
}

const isPicked = (chart: ChartShape, row: ChartRow, { f, r }: SelectionSearch): boolean => {
  const pick = pickOf(chart, row, false)
  if (pick?.kind === 'value') return f?.[pick.column]?.includes(pick.value) ?? false
  return pick?.kind === 'range' && sameRange(r?.[pick.column], pick.bounds)
}

/** One chart, drawn from its kind alone. */
export function Chart(props: ChartProps): React.ReactElement {
  const { chart, rows, search, speak, onPick } = props
  const { t, f } = useWords()
  if (rows.length === 0) return <p className="faint meta">{t('dashboard.noRows')}</p>
  if (chart.kind === 'table') return <ChartTable {...props} />
  const show = (value: number): string => showMeasure(value, chart.unit, f)
  const clickable = chart.filters !== undefined || chart.range !== undefined
  const pick = clickable
    ? (key: string, drill: boolean): void => {
        const row = rows[Number(key)]
        const asked = row && pickOf(chart, row, drill)
        if (asked) onPick(asked)
      }
    : undefined
  if (chart.kind === 'line')
    return <Line points={rows.map((row, i) => ({ key: String(i), x: Number(row[chart.label ?? '']), y: measureOf(chart, row), picked: isPicked(chart, row, search) }))} chosen={chart.chosen} show={show} onPick={pick} />
  const marks = rows.map((row, i): Mark => {
    const name = row[chart.label ?? '']
    return { key: String(i), name: name === null || name === undefined ? t('ui.none') : speak.value(chart.label, name), value: measureOf(chart, row), picked: isPicked(chart, row, search) }
  })
  const longest = Math.max(...marks.map(({ name }) => name.length))
  const nameWidth = Math.round(Math.min(210, Math.max(34, longest * 7 + 6)))
  if (chart.kind === 'share') return <Share marks={marks} show={show} onPick={pick} />
  if (chart.kind === 'histogram') return <Histogram marks={marks} show={show} onPick={pick} />
  const many = marks.length > MANY
  const bars = <Bars marks={marks} show={show} whole={many || chart.unit ? undefined : marks.reduce((sum, { value }) => sum + value, 0)} onPick={pick} nameWidth={nameWidth} rowHeight={many ? 23 : 30} />
  return many ? (
    <div className="chart-scroll" role="group" aria-label={speak.say(chart.title)} tabIndex={0}>
      {bars}
    </div>
  ) : (
    bars
  )
}

type Numbered = ChartRow & { readonly '#': number }

function ChartTable({ chart, rows, speak, onPick, search }: ChartProps): React.ReactElement {
  const numbered = useMemo(() => rows.map((row, i): Numbered => ({ ...row, '#': i })), [rows])
  const columns = useMemo(
    (): Column<Numbered>[] =>
      columnsOf(chart, rows).map((shown) => {
        const { column } = shown
        const numeric = rows.some((row) => typeof row[column] === 'number')
        const title = speak.say(shown.title)
        const width = Math.max(title.length, ...rows.slice(0, 40).map((row) => cellText(row[column]).length))
        return {
          id: column,
          title,
          width: numeric ? `minmax(52px, ${Math.max(7, Math.min(width, 14))}fr)` : width > 34 ? 'minmax(120px, 34fr)' : `minmax(72px, ${Math.max(8, width)}fr)`,
          numeric,
          sortable: true,
          value: (row) => plainCell(row[column]),
          render: (row) => <span className={numeric ? 'tn' : undefined} title={numeric ? undefined : speak.value(column, row[column])}>{speak.cell(shown, row[column])}</span>,
        }
      }),
    [chart, rows, speak],
  )
  const clickable = chart.filters !== undefined || chart.opens !== undefined
  const picked = numbered.find((row) => isPicked(chart, row, search))
  return (
    <div style={{ height: Math.min(300, 34 + rows.length * 28), display: 'flex', flexDirection: 'column' }}>
      <DataTable
        label={speak.say(chart.title)}
        columns={columns}
        rows={numbered}
        rowId={numberOf}
        rowHeight={28}
        fileName={chart.id}
        picked={picked ? numberOf(picked) : null}
        onPick={
          clickable
            ? (row) => {
                const asked = row ? pickOf(chart, row, false) : null
                if (asked) onPick(asked)
              }
            : undefined
        }
      />
    </div>
  )
}

const numberOf = (row: Numbered): string => String(row['#'])
const plainCell = (cell: Json | undefined): string | number | null => (typeof cell === 'number' ? cell : cell === null || cell === undefined ? null : cellText(cell))
