import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconDownload, IconListDetails, IconPhoto } from '@tabler/icons-react'
import type { Chart as ChartShape, ChartRow, ChartRows, Dashboard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { download, saveBlob, toCsv } from '#renderer/ui/csv.ts'
import { NotProvenPicture } from '#renderer/ui/pictures.tsx'
import { Chart, type Pick } from './chart.tsx'
import { layCharts } from './layout.ts'
import { paintCharts } from './paint.ts'
import type { SelectionSearch } from './search.ts'
import { Strip } from './strip.tsx'
import { cellText, type Speaker } from './values.ts'

export interface BoardProps {
  readonly dashboard: Dashboard
  readonly data: ChartRows
  readonly search: SelectionSearch
  readonly speak: Speaker
  readonly onPick: (pick: Pick) => void
  /** The rows behind a whole chart. */
  readonly onRows: (also: ChartShape['also']) => void
}

/** All charts of a dashboard, and what can't be drawn with the reason. */
export function Board({ dashboard, data, search, speak, onPick, onRows }: BoardProps): React.ReactElement {
  const { charts, notProven } = dashboard
  const rowsOf = (chart: ChartShape): readonly ChartRow[] => data.rows[chart.id] ?? []
  const longest = (chart: ChartShape): number => Math.max(0, ...rowsOf(chart).map((row) => speak.value(chart.label, row[chart.label ?? '']).length))
  return (
    <>
      {charts
        .filter(({ kind }) => kind === 'figures')
        .map((chart) => (
          <Strip key={chart.id} chart={chart} rows={rowsOf(chart)} before={data.before} speak={speak} />
        ))}
      <div className="charts">
        {layCharts(charts, longest).map(({ chart, span, first }) => (
          <section key={chart.id} className={first ? 'first' : undefined} style={{ gridColumn: `span ${span}` }} aria-label={speak.say(chart.title)}>
            <div className="sec-h">
              <h2>{speak.say(chart.title)}</h2>
              {chart.subtitle && <span className="faint tr">{speak.say(chart.subtitle)}</span>}
              <span className="sp" />
              <ChartMenu chart={chart} rows={rowsOf(chart)} speak={speak} onRows={dashboard.rows ? () => onRows(chart.also) : undefined} />
            </div>
            <Chart chart={chart} rows={rowsOf(chart)} search={search} speak={speak} onPick={onPick} />
            {chart.note && <p className="cap">{speak.say(chart.note)}</p>}
          </section>
        ))}
      </div>
      {notProven.length > 0 && (
        <div className="not-proven">
          {notProven.map(({ title, reason }) => (
            <NotProvenPicture key={title.en} title={speak.say(title)} text={speak.say(reason)} />
          ))}
        </div>
      )}
    </>
  )
}

function ChartMenu({ chart, rows, speak, onRows }: { chart: ChartShape; rows: readonly ChartRow[]; speak: Speaker; onRows?: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const title = speak.say(chart.title)
  const png = async (): Promise<void> => {
    const blob = await paintCharts([{ chart, rows }], { title, speak, f, none: t('ui.none') })
    if (blob) saveBlob(`${chart.id}.png`, blob)
  }
  const csv = (): void => {
    const columns = Object.keys(rows[0] ?? {})
    download(`${chart.id}.csv`, toCsv(columns, rows.map((row) => columns.map((column) => csvCell(row[column])))), 'text/csv')
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon className="chart-menu" aria-label={t('dashboard.chartMenu', { title })} disabled={rows.length === 0}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {onRows && (
          <Menu.Item leftSection={<IconListDetails size={14} />} onClick={onRows}>
            {t('dashboard.rowsBehind')}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconPhoto size={14} />} onClick={() => void png()}>
          {t('dashboard.png')}
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={14} />} onClick={csv}>
          {t('ui.exportCsv')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const csvCell = (cell: ChartRow[string] | undefined): string | number | null => (typeof cell === 'number' ? cell : cell === null || cell === undefined ? null : cellText(cell))
