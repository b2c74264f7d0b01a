import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { ChartRow, View } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { FilterBar } from '#renderer/pages/dashboard/filters.tsx'
import { listingColumns } from '#renderer/pages/dashboard/rows.tsx'
import { selectionOf } from '#renderer/pages/dashboard/search.ts'
import { useSpeaker } from '#renderer/pages/dashboard/use-speaker.ts'
import { cellText } from '#renderer/pages/dashboard/values.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { itemsQuery, viewQuery } from './queries.ts'
import type { ViewSearch } from './search.ts'

const route = getRouteApi('/$view')
const AHEAD = 30

/** A view that a blueprint declares: what one chooses from. */
export function ItemsPage(): React.ReactElement {
  const { t } = useWords()
  const { view } = route.useParams()
  const since = useNow()
  const { data, error, refetch } = useQuery(viewQuery(useClient(), useEnvironment(), view))
  if (data) return <Items view={data} />
  if (error && failureOf(error).code === 'VIEW_UNKNOWN')
    return (
      <BarePage title={view}>
        <EmptyPicture title={t('shell.noSuchPage')} text={t('shell.noSuchPageMore')} action={<Link className="link" to="/">{t('shell.pages.overview')}</Link>} />
      </BarePage>
    )
  return <BarePage title={view}>{error ? <FailingPicture error={error} retry={() => void refetch()} /> : <LoadingPicture what={view} since={since} />}</BarePage>
}

function Items({ view }: { view: View }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const speak = useSpeaker(view.words)
  const { data, error, refetch, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({ ...itemsQuery(client, environment, view.id, search), enabled: view.publishedAt !== null })
  const rows = useMemo((): (ChartRow | null)[] => {
    const read: (ChartRow | null)[] = data?.pages.flatMap((page) => page.rows) ?? []
    return hasNextPage ? [...read, ...Array.from({ length: AHEAD }, () => null)] : read
  }, [data, hasNextPage])
  const first = data?.pages[0]
  const columns = useMemo(() => listingColumns(view.items, first?.rows ?? [], speak), [view, first, speak])
  const onRange = useCallback(
    (_: number, last: number) => {
      if (hasNextPage && !isFetchingNextPage && last >= rows.length - AHEAD) void fetchNextPage()
    },
    [fetchNextPage, hasNextPage, isFetchingNextPage, rows.length],
  )
  const idOf = useCallback((row: ChartRow) => cellText(row[view.items.id]), [view])
  const go = (next: ViewSearch, replace: boolean): void => void navigate({ search: (old) => ({ env: old.env, ...next }), replace })
  const title = speak.say(view.title)
  if (view.publishedAt === null)
    return (
      <div className="page-fill">
        <PageHead title={t('dashboard.nothing', { title })} />
        <div style={{ padding: '0 var(--gutter)', borderTop: '1px solid var(--line)' }}>
          <EmptyPicture title={t('dashboard.nothingHere')} text={t('view.nothingText')} action={<Link className="link" to="/pipelines">{t('dashboard.toPipelines')}</Link>} />
        </div>
      </div>
    )
  return (
    <div className="page-fill">
      <PageHead title={first ? t('view.counted', { n: f.n(first.total), title: title.toLowerCase() }) : title}>
        <span>{t('dashboard.published')} <Ago at={view.publishedAt} /></span>
      </PageHead>
      <FilterBar
        filters={view.items.filters}
        searchable={view.items.search.length > 0}
        search={search}
        speak={speak}
        cacheKey={['views', environment, view.id, 'items']}
        values={(column, held, text, signal) => client.views.values({ environment, view: view.id, part: 'items', column, selection: selectionOf(held), text }, { signal })}
        onChange={(next, how) => go({ ...search, f: undefined, r: undefined, q: undefined, ...next }, how === 'replace')}
      />
      <div className="split bare">
        <div className="main">
          <DataTable
            label={title}
            columns={columns}
            rows={rows}
            rowId={idOf}
            question={JSON.stringify(selectionOf(search))}
            primary
            picked={null}
            onPick={(row) => row && void navigate({ to: '/$view/$item', params: { view: view.id, item: idOf(row) }, search: {} })}
            sort={{ column: search.sort ?? view.items.sort.column, descending: search.sort === undefined ? view.items.sort.descending : search.asc !== true }}
            onSort={({ column, descending }) => go({ ...search, sort: column, asc: descending ? undefined : true }, true)}
            onRange={onRange}
            fileName={view.id}
            stale={isPlaceholderData || Boolean(error)}
            instead={
              error && !data ? <FailingPicture error={error} retry={() => void refetch()} /> : !data ? <LoadingPicture what={title} since={since} /> : rows.length === 0 ? <EmptyPicture title={t('dashboard.noMatch')} text={t('dashboard.noMatchText')} /> : undefined
            }
          />
        </div>
      </div>
    </div>
  )
}
