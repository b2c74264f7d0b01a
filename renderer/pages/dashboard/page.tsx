import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { runQuery } from '#renderer/api/queries.ts'
import type { Chart as ChartShape, ChartRow, Dashboard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { Chart } from './chart.tsx'
import { Filters } from './filters.tsx'
import { layCharts } from './layout.ts'
import { chartsQuery, dashboardQuery } from './queries.ts'
import { toggled, type FilterValue } from './search.ts'
import { cellText, figuresOf, showMeasure } from './values.ts'

const route = getRouteApi('/dashboards/$dashboard')

/** A blueprint's dashboard: what was published, under filters that cross. */
export function DashboardPage(): React.ReactElement {
  const { t } = useWords()
  const { dashboard } = route.useParams()
  const since = useNow()
  const { data, error, refetch } = useQuery(dashboardQuery(useClient(), useEnvironment(), dashboard))
  if (!data) return <div style={{ padding: 'var(--gutter)' }}>{error ? <FailingPicture error={error} retry={() => void refetch()} /> : <LoadingPicture what={dashboard} since={since} />}</div>
  if (data.publishedAt !== null) return <Published dashboard={data} />
  return (
    <div className="page-fill">
      <PageHead title={t('dashboard.nothing', { title: data.title })} />
      <div style={{ padding: '0 var(--gutter)', borderTop: '1px solid var(--line)' }}>
        <EmptyPicture
          title={t('dashboard.nothingHere')}
          text={t('dashboard.nothingText')}
          action={
            <Link className="link" to="/pipelines">
              {t('dashboard.toPipelines')}
            </Link>
          }
        />
      </div>
    </div>
  )
}

function Published({ dashboard }: { dashboard: Dashboard }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const { f: filters } = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const { data, error, refetch, isPlaceholderData } = useQuery(chartsQuery(client, useEnvironment(), dashboard.id, filters))
  const run = useQuery({ ...runQuery(client, dashboard.runId ?? ''), enabled: dashboard.runId !== null }).data
  const toggle = (column: string, value: FilterValue): void => void navigate({ search: (old) => ({ ...old, f: toggled(old.f, column, value) }), replace: true })
  const strips = dashboard.charts.filter(({ kind }) => kind === 'figures')
  const lead = strips[0]
  return (
    <div className="page-fill">
      <PageHead
        title={data && lead ? sentence(lead, data[lead.id] ?? [], dashboard.title, f) : dashboard.title}
      >
        {dashboard.publishedAt && <span>{t('dashboard.published')} <Ago at={dashboard.publishedAt} /></span>}
        {run && (
            <Link className="link" to="/runs/$runId" params={{ runId: run.runId }}>
              {t('shell.run', { number: f.n(run.number) })}
            </Link>
          )}
        {lead?.subtitle}
      </PageHead>
      <Filters filters={dashboard.filters} active={filters} onToggle={toggle} onClear={() => void navigate({ search: (old) => ({ ...old, f: undefined }), replace: true })} />
      {error && !data ? (
        <div className="run-msg"><FailingPicture error={error} retry={() => void refetch()} /></div>
      ) : !data ? (
        <div className="run-msg"><LoadingPicture what={dashboard.title} since={since} /></div>
      ) : (
        <div className={isPlaceholderData ? 'stale-rows' : undefined} style={{ display: 'flex', flexDirection: 'column', flex: '1 0 auto' }}>
          {strips.map((chart) => (
            <FigureStrip key={chart.id} label={chart.title}>
              {figuresOf(chart, data[chart.id] ?? []).map(({ label, value, unit }) => (
                <Figure key={label} label={label} value={showMeasure(value, unit, f)} />
              ))}
            </FigureStrip>
          ))}
          <div className="charts">
            {layCharts(dashboard.charts, (chart) => Math.max(0, ...(data[chart.id] ?? []).map((row) => cellText(row[chart.label ?? '']).length))).map(({ chart, span, first }) => (
              <section key={chart.id} className={first ? 'first' : undefined} style={{ gridColumn: `span ${span}` }} aria-label={chart.title}>
                <div className="sec-h">
                  <h2>{chart.title}</h2>
                  {chart.subtitle && <span className="faint tr">{chart.subtitle}</span>}
                </div>
                <Chart chart={chart} rows={data[chart.id] ?? []} picked={filters?.[chart.filters ?? ''] ?? []} onPick={toggle} />
                {chart.note && <p className="cap">{chart.note}</p>}
              </section>
            ))}
          </div>
        </div>
      )}
    </div>
  )
}

/** The first two figures as the verdict. */
function sentence(chart: ChartShape, rows: readonly ChartRow[], title: string, f: ReturnType<typeof useWords>['f']): string {
  const [first, second] = figuresOf(chart, rows)
  if (!first) return title
  const say = ({ label, value, unit }: typeof first): string => `${showMeasure(value, unit, f)} ${label.toLowerCase()}`
  return second ? `${say(first)}, ${say(second)}` : say(first)
}
