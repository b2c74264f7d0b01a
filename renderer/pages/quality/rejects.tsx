import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQueries, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { runQuery, runsQuery } from '#renderer/api/queries.ts'
import type { Reject } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { DataTable, type Column, type Sort } from '#renderer/ui/data-table.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Moment, useNow } from '#renderer/ui/time.tsx'
import { allRejects, askOf, PAGE, rejectsPage } from './queries.ts'
import { RejectAside } from './reject-aside.tsx'
import { Shown } from './shown.tsx'

const route = getRouteApi('/quality')
const idOf = (reject: Reject): string => reject.id

/** What a run refused, why, and the row itself. */
export function Rejects(): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const environment = useEnvironment()
  const ask = askOf(environment, search)
  const judged = useQuery(runsQuery(client, { environment, operation: 'pipelines.run', states: ['succeeded', 'stopped'], limit: 30 })).data?.runs ?? []
  const { data: head, error, refetch, isPlaceholderData } = useQuery(rejectsPage(client, ask, 0))
  const run = useQuery({ ...runQuery(client, head?.runId ?? ''), enabled: Boolean(head?.runId) }).data

  const [range, setRange] = useState({ first: 0, last: 0 })
  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), [])
  const pages = useMemo(() => pagesIn(range.first, range.last), [range])
  const parts = useQueries({ queries: pages.map((page) => rejectsPage(client, ask, page)) })
  const total = head?.total ?? 0
  const rows = Array.from({ length: total }, (_, i): Reject | null => {
    const page = Math.floor(i / PAGE)
    const part = page === 0 ? head : parts[pages.indexOf(page)]?.data
    return part?.rows[i % PAGE] ?? null
  })
  const picked = rows.find((row) => row?.id === search.row) ?? null
  const find = useDebouncedCallback((value: string) => void navigate({ search: (old) => ({ ...old, q: value || undefined, row: undefined }), replace: true }), 250)
  const columns = useMemo(
    (): Column<Reject>[] => [
      { id: 'reviewId', title: t('quality.rejects.reviewId'), width: '110px', sortable: true, value: ({ reviewId }) => reviewId, render: ({ reviewId }) => <span className="tn">{reviewId}</span> },
      { id: 'reason', title: t('quality.rejects.reason'), width: 'minmax(150px, 220px)', sortable: true, value: ({ reason }) => reason, render: ({ reason }) => <span className="mono">{reason}</span> },
      { id: 'details', title: t('quality.rejects.details'), width: 'minmax(180px, 1fr)', value: ({ errorDetails }) => errorDetails, render: ({ errorDetails }) => <span className="mut">{errorDetails}</span> },
      { id: 'rejectedAt', title: t('quality.rejects.rejectedAt'), width: '130px', sortable: true, value: ({ rejectedAt }) => rejectedAt, render: ({ rejectedAt }) => <Moment at={rejectedAt} /> },
    ],
    [t],
  )
  const sort: Sort = { column: search.sort ?? 'reviewId', descending: search.desc ?? false }
  const reasons = Object.entries(head?.byReason ?? {}).sort(([, a], [, b]) => b - a)
  const all = reasons.reduce((sum, [, count]) => sum + count, 0)
  const filtered = Boolean(search.reason || search.q)
  const title = !head ? t('quality.rejects.title') : head.runId === null ? t('quality.rejects.noRunYet') : all === 0 && !search.q ? t('quality.rejects.none') : t('quality.rejects.sentence', { count: all, n: f.n(all), reasons: t('quality.rejects.reasons', { count: reasons.length, n: f.n(reasons.length) }) })
  return (
    <div className="page-fill">
      <PageHead title={title} actions={<Shown />}>
        {run && (
            <Link className="link" to="/runs/$runId" params={{ runId: run.runId }}>
              {t('shell.run', { number: f.n(run.number) })}
            </Link>
          )}
        {run && (run.endedAt ? <Moment at={run.endedAt} /> : null)}
        {t('quality.rejects.pseudonymised')}
      </PageHead>
      <div className="filters">
        <TextInput data-filter="" aria-label={t('quality.rejects.search')} placeholder={t('quality.rejects.search')} leftSection={<IconSearch size={14} />} defaultValue={search.q} onChange={(event) => find(event.currentTarget.value)} w={220} />
        {judged.length > 1 && (
          <NativeSelect
            aria-label={t('quality.rejects.ofRun')}
            value={search.run ?? ''}
            onChange={(event) => {
              const to = event.currentTarget.value || undefined
              void navigate({ search: (old) => ({ ...old, run: to, row: undefined }), replace: true })
            }}
            data={[{ value: '', label: t('quality.rejects.lastRun') }, ...judged.map(({ runId, number }) => ({ value: runId, label: t('shell.run', { number: f.n(number) }) }))]}
          />
        )}
        {reasons.map(([reason, count]) => (
          <Button
            key={reason}
            size="sm"
            aria-pressed={search.reason === reason}
            className={search.reason === reason ? 'chip-on' : undefined}
            onClick={() => void navigate({ search: (old) => ({ ...old, reason: old.reason === reason ? undefined : reason, row: undefined }), replace: true })}
          >
            <span className="mono">{reason}</span>
            <span className="faint" style={{ marginLeft: 6 }}>{f.n(count)}</span>
          </Button>
        ))}
        <span className="sp" />
        {filtered && (
          <span className="mut meta">
            {t('quality.rejects.shown', { count: total, n: f.n(total) })}{' '}
            <button type="button" className="link sm" onClick={() => void navigate({ search: ({ run: kept }) => ({ show: 'rejects', run: kept }), replace: true })}>
              {t('quality.rejects.clear')}
            </button>
          </span>
        )}
      </div>
      <div className="split">
        <div className="main">
          <DataTable
            label={t('quality.rejects.title')}
            columns={columns}
            rows={rows}
            rowId={idOf}
            question={JSON.stringify(ask)}
            rowHeight={28}
            primary
            picked={picked?.id ?? null}
            onPick={(row) => void navigate({ search: (old) => ({ ...old, row: row?.id }), replace: true })}
            sort={sort}
            onSort={({ column, descending }) => void navigate({ search: (old) => ({ ...old, sort: column === 'reason' || column === 'rejectedAt' ? column : undefined, desc: descending || undefined }), replace: true })}
            onRange={onRange}
            allRows={() => allRejects(client, ask)}
            fileName={`rejects-${head?.runId ?? 'none'}`}
            stale={isPlaceholderData || Boolean(error)}
            instead={
              error && !head ? (
                <FailingPicture error={error} retry={() => void refetch()} />
              ) : !head ? (
                <LoadingPicture what={t('quality.rejects.title')} since={since} />
              ) : total === 0 ? (
                filtered ? (
                  <EmptyPicture title={t('quality.rejects.noMatch')} text={t('quality.rejects.noMatchText')} />
                ) : (
                  <EmptyPicture title={head.runId === null ? t('quality.rejects.noRunYet') : t('quality.rejects.none')} text={head.runId === null ? t('quality.rejects.noRunText') : t('quality.rejects.noneText')} />
                )
              ) : undefined
            }
          />
        </div>
        {picked && <RejectAside reject={picked} onClose={() => void navigate({ search: (old) => ({ ...old, row: undefined }), replace: true })} />}
      </div>
    </div>
  )
}

/** Pages of rows that stand in a range; the first is always read. */
function pagesIn(first: number, last: number): number[] {
  const from = Math.floor(first / PAGE)
  return Array.from({ length: Math.floor(last / PAGE) - from + 1 }, (_, i) => from + i).filter((page) => page > 0)
}
