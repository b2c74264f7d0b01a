import { useMemo } from 'react'
import type { Chart as ChartShape, ChartRow, Json } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Bars, Histogram, Share, type Mark } from '#renderer/ui/charts.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import type { FilterValue } from './search.ts'
import { cellText, columnWords, filterValueOf, measureOf, showMeasure } from './values.ts'

export interface ChartProps {
  readonly chart: ChartShape
  readonly rows: readonly ChartRow[]
  readonly picked: readonly FilterValue[]
  readonly onPick: (column: string, value: FilterValue) => void
}

/** One chart, drawn from its kind alone. */
export function Chart({ chart, rows, picked, onPick }: ChartProps): React.ReactElement {
  const { t, f } = useWords()
  if (rows.length === 0) return <p className="faint meta">{t('dashboard.noRows')}</p>
  if (chart.kind === 'table') return <ChartTable chart={chart} rows={rows} />
  const values = rows.map((row) => filterValueOf(chart, row))
  const marks = rows.map((row, i): Mark => {
    const value = values[i] ?? null
    const name = row[chart.label ?? '']
    return {
      key: String(i),
      name: name === true ? t('ui.yes') : name === false ? t('ui.no') : name === null || name === undefined ? t('ui.none') : cellText(name),
      value: measureOf(chart, row),
      picked: value !== null && picked.includes(value),
    }
  })
  const { filters } = chart
  const pick = filters
    ? (key: string): void => {
        const value = values[Number(key)]
        if (value !== null && value !== undefined) onPick(filters, value)
      }
    : undefined
  const show = (value: number): string => showMeasure(value, chart.unit, f)
  const longest = Math.max(...marks.map(({ name }) => name.length))
  const nameWidth = Math.round(Math.min(210, Math.max(34, longest * 7 + 6)))
  if (chart.kind === 'share') return <Share marks={marks} show={show} onPick={pick} />
  if (chart.kind === 'histogram') return <Histogram marks={marks} show={show} onPick={pick} />
  const many = marks.length > 9
  const bars = <Bars marks={marks} show={show} whole={many || chart.unit ? undefined : marks.reduce((sum, { value }) => sum + value, 0)} onPick={pick} nameWidth={nameWidth} rowHeight={many ? 23 : 30} />
  return many ? (
    <div className="chart-scroll" role="group" aria-label={chart.title} tabIndex={0}>
      {bars}
    </div>
  ) : (
    bars
  )
}

type Numbered = ChartRow & { readonly '#': number }

function ChartTable({ chart, rows }: { chart: ChartShape; rows: readonly ChartRow[] }): React.ReactElement {
  const { t, f } = useWords()
  const numbered = useMemo(() => rows.map((row, i): Numbered => ({ ...row, '#': i })), [rows])
  const columns = useMemo((): Column<Numbered>[] => {
    const names = Object.keys(rows[0] ?? {})
    return names.map((name) => {
      const numeric = rows.some((row) => typeof row[name] === 'number')
      const width = Math.max(name.length, ...rows.slice(0, 40).map((row) => cellText(row[name]).length))
      return {
        id: name,
        title: columnWords(name),
        width: numeric ? `${Math.min(110, Math.max(56, width * 8))}px` : width > 34 ? 'minmax(140px, 2fr)' : `minmax(72px, ${Math.max(1, Math.round(width / 8))}fr)`,
        numeric,
        sortable: true,
        value: (row) => plainCell(row[name]),
        render: (row) => {
          const cell = row[name]
          if (typeof cell === 'number') return <span className="tn">{showMeasure(cell, undefined, f)}</span>
          return <span title={cellText(cell)}>{cell === true ? t('ui.yes') : cell === false ? t('ui.no') : cellText(cell)}</span>
        },
      }
    })
  }, [rows, t, f])
  return (
    <div style={{ height: Math.min(300, 34 + rows.length * 28), display: 'flex', flexDirection: 'column' }}>
      <DataTable label={chart.title} columns={columns} rows={numbered} rowId={numberOf} rowHeight={28} fileName={chart.id} />
    </div>
  )
}

const numberOf = (row: Numbered): string => String(row['#'])
const plainCell = (cell: Json | undefined): string | number | null => (typeof cell === 'number' ? cell : cell === null || cell === undefined ? null : cellText(cell))
