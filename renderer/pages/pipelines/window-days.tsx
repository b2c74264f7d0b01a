import type { Plan, SeenWindow } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'

const DAY_MS = 86_400_000
const MOST = 366
const HEIGHT = 56

/** What a plan's dry run found for a range of days; null for a plan of a whole run. */
export const windowIn = ({ observed }: Pick<Plan, 'observed'>): SeenWindow | null => (observed as { readonly window?: SeenWindow } | null)?.window ?? null

/** One column per day of the range, at most the first 366; a day without rows is a mark below the line. */
export function WindowDays({ window }: { window: SeenWindow }): React.ReactElement | null {
  const { t, f } = useWords()
  const start = Date.parse(`${window.from}T00:00:00Z`)
  const days = Math.min(window.days, MOST, window.daysWithRows > MOST ? Math.round((Date.parse(`${window.perDay.at(-1)!.day}T00:00:00Z`) - start) / DAY_MS) + 1 : MOST)
  const rows = new Map(window.perDay.map((one) => [one.day, one.rows]))
  const all = Array.from({ length: days }, (_, i) => {
    const day = new Date(start + i * DAY_MS).toISOString().slice(0, 10)
    return { day, rows: rows.get(day) ?? 0 }
  })
  const most = Math.max(0, ...all.map((one) => one.rows))
  if (most === 0) return null
  const width = 100 / all.length
  const least = Math.min(...all.map((one) => one.rows))
  const label = t('pipelines.backfill.perDayLabel', { from: window.from, to: all.at(-1)!.day, least: f.n(least), most: f.n(most), empty: f.n(all.filter((one) => one.rows === 0).length) })
  return (
    <section>
      <div className="sec-h">
        <h2>{t('pipelines.backfill.perDay')}</h2>
        <span className="faint">{days < window.days ? t('pipelines.backfill.firstDays', { n: f.n(days), total: f.n(window.days) }) : t('pipelines.backfill.daysWithRows', { n: f.n(window.daysWithRows), total: f.n(window.days) })}</span>
      </div>
      <div className="trend">
        <svg viewBox={`0 0 100 ${HEIGHT + 6}`} preserveAspectRatio="none" role="img" aria-label={label} style={{ height: HEIGHT + 6 }}>
          {all.map((one, i) => {
            const height = (one.rows / most) * HEIGHT
            return (
              <g key={one.day}>
                <title>{`${one.day}: ${f.n(one.rows)}`}</title>
                {one.rows > 0 ? (
                  <rect x={i * width} y={HEIGHT - height} width={width * (all.length > 120 ? 1 : 0.8)} height={height} fill="var(--ink-3)" />
                ) : (
                  <rect x={i * width} y={HEIGHT + 2} width={width} height={4} fill="var(--warning-mark)" />
                )}
              </g>
            )
          })}
          <path d={`M0 ${HEIGHT + 0.5}H100`} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
        </svg>
        <div className="row faint meta tn" style={{ justifyContent: 'space-between' }}>
          <span>{all[0]!.day}</span>
          <span>{t('pipelines.backfill.most', { n: f.n(most) })}</span>
          <span>{all.at(-1)!.day}</span>
        </div>
      </div>
    </section>
  )
}
