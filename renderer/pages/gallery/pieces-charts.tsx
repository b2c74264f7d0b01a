import { Button } from '@mantine/core'
import { IconPhotoDown } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { Bars, Histogram, Share, Sparkline, type Mark } from '#renderer/ui/charts.tsx'
import { saveChart, type ChartPicture } from '#renderer/ui/plot/chart-png.ts'
import { Heat } from '#renderer/ui/plot/heat.tsx'
import { LineChart } from '#renderer/ui/plot/line-chart.tsx'
import { lineOf } from './samples.ts'

const RATINGS = [66_515, 12_681, 8993, 6827, 16_306]
const nothing = (): void => undefined

function Save({ name, picture }: { name: string; picture: ChartPicture }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <Button size="sm" leftSection={<IconPhotoDown size={14} stroke={1.6} />} onClick={() => void saveChart(name, picture, f)}>
      {t('gallery.savePng')}
    </Button>
  )
}

export function BarsPiece(): React.ReactElement {
  const { t, f } = useWords()
  const marks = RATINGS.map((value, i): Mark => ({ key: String(i), name: t('gallery.stars', { count: 5 - i }), value, picked: i === 1 }))
  const plain = marks.map((mark) => ({ ...mark, picked: false }))
  const columns = Array.from({ length: 24 }, (_, i): Mark => ({ key: String(i), name: String(i * 50), value: Math.round(30_000 * Math.exp(-i / 4)), picked: false }))
  const show = (value: number): string => f.n(value)
  return (
    <div className="g-two">
      <div>
        <Bars marks={plain} show={show} whole={111_322} />
        <Save name="ratings" picture={{ kind: 'bars', title: t('gallery.ratings'), marks: plain, show }} />
      </div>
      <Bars marks={marks} show={show} onPick={nothing} />
      <Share marks={plain} show={show} />
      <div>
        <Histogram marks={columns} show={show} onPick={nothing} />
        <Sparkline values={[4, 7, 7, 6, 8, 3, 5, 8, 8]} label={t('gallery.rate')} />
      </div>
    </div>
  )
}

export function LinesPiece(): React.ReactElement {
  const { t, f } = useWords()
  const lines = useMemo(() => [{ name: t('gallery.rate'), ...lineOf(400, 1) }, { name: t('gallery.before'), ...lineOf(400, 2) }], [t])
  const many = useMemo(() => [{ name: t('gallery.rate'), ...lineOf(1_000_000, 3) }], [t])
  const show = (value: number): string => f.n(value)
  const limits = [{ at: 500, name: t('gallery.limit') }]
  return (
    <div className="g-two">
      <div>
        <LineChart label={t('gallery.rate')} x="time" lines={lines} show={show} limits={limits} />
        <Save name="rate" picture={{ kind: 'lines', title: t('gallery.rate'), x: 'time', lines, show, limits }} />
      </div>
      <LineChart label={t('gallery.rate')} x="time" lines={many} show={show} />
    </div>
  )
}

export function HeatPiece(): React.ReactElement {
  const { t, f } = useWords()
  const days = useMemo(() => Array.from({ length: 7 }, (_, i) => new Intl.DateTimeFormat(f.locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2026, 10, 16 + i))), [f])
  const hours = Array.from({ length: 8 }, (_, i) => f.clock(Date.UTC(2026, 10, 16, i * 3)))
  const values = days.map((_, i) => hours.map((__, j) => (i === 6 && j > 4 ? null : ((i * 31 + j * 17) % 23) * (j > 2 && j < 6 ? 3 : 1))))
  return <Heat label={t('gallery.byHour')} rows={days} columns={hours} values={values} show={(value) => f.n(value)} />
}
