import { Button, SegmentedControl } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { runQuery } from '#renderer/api/queries.ts'
import type { Chart as ChartShape, ChartRow, ChartRows, Dashboard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { saveBlob } from '#renderer/ui/csv.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { afterPick, withAlso } from './after-pick.ts'
import { Board } from './board.tsx'
import { FilterBar } from './filters.tsx'
import { paintCharts } from './paint.ts'
import { chartsQuery, dashboardQuery } from './queries.ts'
import { RowAside } from './row-aside.tsx'
import { Rows } from './rows.tsx'
import { narrowed, selectionOf, type DashboardSearch } from './search.ts'
import { useSpeaker } from './use-speaker.ts'
import { showMeasure, type Speaker } from './values.ts'

const route = getRouteApi('/dashboards/$dashboard')

/** A blueprint's dashboard: what was published, under filters that cross, and the rows behind it. */
export function DashboardPage(): React.ReactElement {
  const { dashboard } = route.useParams()
  const since = useNow()
  const { data, error, refetch } = useQuery(dashboardQuery(useClient(), useEnvironment(), dashboard))
  if (!data) return <BarePage title={dashboard}>{error ? <FailingPicture error={error} retry={() => void refetch()} /> : <LoadingPicture what={dashboard} since={since} />}</BarePage>
  return data.publishedAt === null ? <Unpublished dashboard={data} /> : <Published dashboard={data} />
}

function Unpublished({ dashboard }: { dashboard: Dashboard }): React.ReactElement {
  const { t } = useWords()
  const speak = useSpeaker(dashboard.words)
  return (
    <div className="page-fill">
      <PageHead title={t('dashboard.nothing', { title: speak.say(dashboard.title) })} />
      <div style={{ padding: '0 var(--gutter)', borderTop: '1px solid var(--line)' }}>
        <EmptyPicture title={t('dashboard.nothingHere')} text={t('dashboard.nothingText')} action={<Link className="link" to="/pipelines">{t('dashboard.toPipelines')}</Link>} />
      </div>
    </div>
  )
}

function Published({ dashboard }: { dashboard: Dashboard }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const speak = useSpeaker(dashboard.words)
  const { data, error, refetch, isPlaceholderData } = useQuery(chartsQuery(client, environment, dashboard.id, search))
  const run = useQuery({ ...runQuery(client, dashboard.runId ?? ''), enabled: dashboard.runId !== null }).data
  const go = useCallback((next: DashboardSearch, how: 'push' | 'replace' = 'push'): void => void navigate({ search: (old) => ({ env: old.env, ...next }), replace: how === 'replace' }), [navigate])
  const closeRow = useCallback(() => void navigate({ search: (old) => ({ ...old, row: undefined }), replace: true }), [navigate])
  const lead = dashboard.charts.find(({ kind }) => kind === 'figures')
  const title = speak.say(dashboard.title)
  const listing = dashboard.rows
  const rowsShown = listing !== null && search.show === 'rows'
  const png = async (): Promise<void> => {
    if (!data) return
    const blob = await paintCharts(dashboard.charts.map((chart) => ({ chart, rows: data.rows[chart.id] ?? [] })), { title, subtitle: `${f.n(data.selected)} · ${dashboard.publishedAt ? f.absolute(dashboard.publishedAt) : ''}`, speak, f, none: t('ui.none') })
    if (blob) saveBlob(`${dashboard.id}.png`, blob)
  }
  return (
    <div className="page-fill">
      <PageHead
        title={data && lead ? sentence(lead, data, speak, f) : title}
        actions={
          <>
            <Button leftSection={<IconPhoto size={16} stroke={1.6} />} disabled={!data} onClick={() => void png()}>
              {t('dashboard.boardPng')}
            </Button>
            {listing && (
              <SegmentedControl
                aria-label={t('dashboard.show')}
                value={rowsShown ? 'rows' : 'charts'}
                data={[
                  { value: 'charts', label: t('dashboard.charts') },
                  { value: 'rows', label: speak.say(listing.title) },
                ]}
                onChange={(next) => go({ ...search, show: next === 'rows' ? 'rows' : undefined, row: undefined })}
              />
            )}
          </>
        }
      >
        {dashboard.publishedAt && <span>{t('dashboard.published')} <Ago at={dashboard.publishedAt} /></span>}
        {run && (
          <Link className="link" to="/runs/$runId" params={{ runId: run.runId }}>
            {t('shell.run', { number: f.n(run.number) })}
          </Link>
        )}
        {data?.before && <span>{t('dashboard.compared')} <Ago at={data.before.publishedAt} /></span>}
      </PageHead>
      <FilterBar
        filters={dashboard.filters}
        searchable={(listing?.search.length ?? 0) > 0}
        search={search}
        speak={speak}
        cacheKey={['dashboards', environment, dashboard.id]}
        values={(column, held, text, signal) => client.dashboards.values({ environment, dashboard: dashboard.id, column, selection: selectionOf(held), text }, { signal })}
        onChange={(next, how) => go({ ...search, f: undefined, r: undefined, q: undefined, ...next }, how)}
      >
        {!narrowed(search) && <span className="faint meta">{t(rowsShown ? 'dashboard.noFilterRows' : 'dashboard.noFilter')}</span>}
      </FilterBar>
      <div aria-live="polite" className="vh">{data && narrowed(search) && !isPlaceholderData ? t('dashboard.selected', { count: data.selected, n: f.n(data.selected) }) : ''}</div>
      <div className={search.row === undefined ? 'split bare' : 'split'}>
        <div className={rowsShown ? 'main' : 'board'}>
          {rowsShown ? (
            <Rows dashboard={dashboard} listing={listing} search={search} speak={speak} onSearch={(next) => go({ ...search, ...next }, 'replace')} />
          ) : error && !data ? (
            <div className="run-msg"><FailingPicture error={error} retry={() => void refetch()} /></div>
          ) : !data ? (
            <div className="run-msg"><LoadingPicture what={title} since={since} /></div>
          ) : (
            <div className={isPlaceholderData ? 'stale-rows' : undefined}>
              <Board dashboard={dashboard} data={data} search={search} speak={speak} onPick={(pick) => go(afterPick(search, pick))} onRows={(also) => go({ ...withAlso(search, also), show: 'rows', row: undefined })} />
            </div>
          )}
        </div>
        {listing && search.row !== undefined && <RowAside dashboard={dashboard.id} listing={listing} id={search.row} speak={speak} onClose={closeRow} />}
      </div>
    </div>
  )
}

/** The first two figures as the verdict. */
function sentence(chart: ChartShape, data: ChartRows, speak: Speaker, f: ReturnType<typeof useWords>['f']): string {
  const row: ChartRow = data.rows[chart.id]?.[0] ?? {}
  return (chart.figures ?? []).slice(0, 2).map(({ column, title, unit, digits }) => `${showMeasure(row[column], unit, f, digits)} ${speak.say(title).toLowerCase()}`).join(', ')
}
