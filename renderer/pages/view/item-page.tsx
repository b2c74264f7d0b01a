import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import type { ChartRow, View } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { FilterBar } from '#renderer/pages/dashboard/filters.tsx'
import { RowText } from '#renderer/pages/dashboard/row-aside.tsx'
import { selectionOf } from '#renderer/pages/dashboard/search.ts'
import { useSpeaker } from '#renderer/pages/dashboard/use-speaker.ts'
import { cellText, type Speaker } from '#renderer/pages/dashboard/values.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { itemQuery, itemRowsQuery, viewQuery } from './queries.ts'

const route = getRouteApi('/$view/$item')

/** One item of a view and what belongs to it, best first. */
export function ItemPage(): React.ReactElement {
  const { view, item } = route.useParams()
  const client = useClient()
  const environment = useEnvironment()
  const since = useNow()
  const shape = useQuery(viewQuery(client, environment, view))
  const found = useQuery(itemQuery(client, environment, view, item))
  const error = shape.error ?? found.error
  if (shape.data && found.data) return <Item view={shape.data} item={item} row={found.data} />
  return (
    <BarePage title={item}>
      {error ? (
        <FailingPicture
          error={error}
          retry={() => {
            void shape.refetch()
            void found.refetch()
          }}
        />
      ) : (
        <LoadingPicture what={item} since={since} />
      )}
    </BarePage>
  )
}

function Item({ view, item, row }: { view: View; item: string; row: ChartRow }): React.ReactElement {
  const { t } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const speak = useSpeaker(view.words)
  const back = useBack(view.id)
  useEscape(back)
  const { items, rows } = view
  return (
    <div className="page-fill">
      <PageHead title={cellText(row[items.name])}>
        <Link className="link" to="/$view" params={{ view: view.id }}>{t('view.all', { title: speak.say(view.title) })}</Link>
        <span className="mono">{item}</span>
      </PageHead>
      <FigureStrip label={speak.say(items.title)}>
        {items.columns.filter(({ column }) => column !== items.name && column !== items.id).map((shown) => <Figure key={shown.column} label={speak.say(shown.title)} value={speak.cell(shown, row[shown.column])} />)}
      </FigureStrip>
      <div className="item-filters">
        <FilterBar
          filters={rows.filters}
          searchable={rows.search.length > 0}
          search={search}
          speak={speak}
          cacheKey={['views', environment, view.id, 'rows', item]}
          values={(column, held, text, signal) => client.views.values({ environment, view: view.id, part: 'rows', item, column, selection: selectionOf(held), text }, { signal })}
          onChange={(next, how) => void navigate({ search: (old) => ({ env: old.env, ...next }), replace: how === 'replace' })}
        />
      </div>
      <ItemRows view={view} item={item} speak={speak} />
    </div>
  )
}

const useBack = (view: string): (() => void) => {
  const navigate = route.useNavigate()
  return () => void navigate({ to: '/$view', params: { view }, search: {} })
}

function ItemRows({ view, item, speak }: { view: View; item: string; speak: Speaker }): React.ReactElement {
  const { t, f } = useWords()
  const since = useNow()
  const search = route.useSearch()
  const { data, error, refetch, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(itemRowsQuery(useClient(), useEnvironment(), view.id, item, search))
  const { rows: listing } = view
  const title = speak.say(listing.title)
  if (!data) return <div className="run-msg">{error ? <FailingPicture error={error} retry={() => void refetch()} /> : <LoadingPicture what={title} since={since} />}</div>
  const rows = data.pages.flatMap((page) => page.rows)
  const total = data.pages[0]?.total ?? 0
  return (
    <section className={isPlaceholderData ? 'item-rows stale-rows' : 'item-rows'} aria-label={title}>
      <div className="sec-h" role="status">
        <h2>{title}</h2>
        <span className="faint">{t('view.shown', { shown: f.n(rows.length), total: f.n(total) })}</span>
      </div>
      {rows.length === 0 && <EmptyPicture title={t('dashboard.noMatch')} text={t('view.noRows')} />}
      {rows.map((row) => {
        const id = cellText(row[listing.id])
        return (
          <article key={id} className="item-row" aria-label={`${title} ${id}`}>
            {listing.detail && <RowText detail={listing.detail} row={row} speak={speak} />}
            {listing.dashboard && (
              <Link className="link sm" to="/dashboards/$dashboard" params={{ dashboard: listing.dashboard }} search={{ show: 'rows', row: id }}>
                {t('view.explained')}
              </Link>
            )}
          </article>
        )
      })}
      {hasNextPage && (
        <Button size="sm" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('view.more')}
        </Button>
      )}
    </section>
  )
}
