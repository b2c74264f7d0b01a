import { Button } from '@mantine/core'
import { IconDownload, IconShieldCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { headQuery } from '#renderer/api/queries.ts'
import type { AuditEntry } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { saveBlob } from '#renderer/ui/csv.ts'
import { DataTable } from '#renderer/ui/data-table.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { useAuditColumns } from './columns.tsx'
import { EntryAside } from './entry-aside.tsx'
import { AuditFilters } from './filters.tsx'
import { allEntries, askOf, countQuery, entriesQuery, useExport, useVerification, type Verification } from './queries.ts'
import { narrows } from './search.ts'

const route = getRouteApi('/audit')
const idOf = (entry: AuditEntry): string => String(entry.seq)
/** Rows of bones below the last one read, while older ones are there. */
const AHEAD = 30

/** Every entry, newest first; whether the log is whole; one entry with its proof. */
export function AuditPage(): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const { verification, verify, cancel } = useVerification()
  const { exporting, start, cancel: cancelExport } = useExport((lines) => saveBlob('audit-log.ndjson', lines))
  const head = useQuery(headQuery(client)).data
  const [pinned, pin] = useState<number | undefined>()
  if (head && pinned === undefined) pin(head.entries)
  const verifyAsAsked = useEffectEvent(() => {
    verify()
    void navigate({ search: (old) => ({ ...old, verify: undefined }), replace: true })
  })
  useEffect(() => {
    if (search.verify) verifyAsAsked()
  }, [search.verify])

  const ask = askOf(search, pinned)
  const filtered = narrows(search)
  const { data, error, refetch, isPlaceholderData, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({ ...entriesQuery(client, ask), enabled: pinned !== undefined })
  const total = useQuery({ ...countQuery(client, ask), enabled: filtered && data !== undefined }).data?.total
  const rows = useMemo((): (AuditEntry | null)[] => {
    const read: (AuditEntry | null)[] = data?.pages.flatMap(({ entries }) => entries) ?? []
    return hasNextPage ? [...read, ...Array.from({ length: AHEAD }, () => null)] : read
  }, [data, hasNextPage])
  const onRange = useCallback(
    (_: number, last: number) => {
      if (hasNextPage && !isFetchingNextPage && last >= rows.length - AHEAD) void fetchNextPage()
    },
    [fetchNextPage, hasNextPage, isFetchingNextPage, rows.length],
  )
  const newer = head && pinned !== undefined ? head.entries - pinned : 0
  // Beside an open entry there is no room for what the entry itself says.
  const open = search.entry !== undefined
  const columns = useAuditColumns(open)
  const close = useCallback(() => void navigate({ search: (old) => ({ ...old, entry: undefined }), replace: true }), [navigate])
  const entries = head?.entries ?? 0
  const running = verification.state === 'running'
  return (
    <div className="page-fill">
      <PageHead
        title={titleOf(verification, entries, t, f)}
        actions={
          <>
            <Button leftSection={<IconDownload size={16} stroke={1.6} />} disabled={entries === 0 || exporting.state === 'running'} onClick={() => start(ask)}>
              {t('audit.export')}
            </Button>
            {running ? (
              <Button onClick={cancel}>{t('audit.cancelVerify')}</Button>
            ) : (
              <Button variant="act" leftSection={<IconShieldCheck size={16} stroke={1.6} />} onClick={verify}>
                {t('audit.verify')}
              </Button>
            )}
          </>
        }
      >
        {verification.state === 'verdict'
          ? t('audit.checkedAt', { time: f.time(verification.at), entries: f.n(verification.verdict.entries) })
          : verification.state === 'cancelled'
            ? t('audit.verifyCancelled')
            : t('audit.notCheckedYet')}
      </PageHead>
      <div aria-live="polite" className="vh">{verification.state === 'verdict' ? titleOf(verification, entries, t, f) : ''}</div>
      {running && (
        <div className="run-msg" style={{ paddingBottom: 12 }}>
          <ProgressBar share={verification.total > 0 ? verification.done / verification.total : null} label={t('audit.verifying')} />
        </div>
      )}
      {exporting.state === 'running' && (
        <div className="run-msg row" style={{ paddingBottom: 12, gap: 12 }} role="status">
          <span>{t('audit.exporting', { count: exporting.entries, n: f.n(exporting.entries) })}</span>
          <button type="button" className="link" onClick={cancelExport}>{t('audit.cancelExport')}</button>
        </div>
      )}
      {verification.state === 'failed' && <div className="run-msg"><FailingPicture error={verification.error} retry={verify} /></div>}
      {exporting.state === 'failed' && <div className="run-msg"><FailingPicture error={exporting.error} retry={() => start(ask)} /></div>}
      <AuditFilters filtered={filtered} total={total} newer={newer} onNewer={() => pin(head?.entries)} />
      <div className="split">
        <div className="main">
          <DataTable
            label={t('audit.title')}
            columns={columns}
            rows={rows}
            rowId={idOf}
            question={JSON.stringify(ask)}
            primary
            picked={search.entry === undefined ? null : String(search.entry)}
            onPick={(row) => void navigate({ search: (old) => ({ ...old, entry: row?.seq }), replace: true })}
            onRange={onRange}
            allRows={() => allEntries(client, ask)}
            fileName="audit"
            stale={isPlaceholderData || Boolean(error)}
            instead={
              error && !data ? <FailingPicture error={error} retry={() => void refetch()} /> : !data ? <LoadingPicture what={t('audit.title')} since={since} /> : rows.length === 0 ? <EmptyPicture title={filtered ? t('audit.noMatch') : t('audit.empty')} text={filtered ? t('audit.noMatchText') : t('audit.emptyText')} /> : undefined
            }
          />
        </div>
        {search.entry !== undefined && <EntryAside seq={search.entry} onClose={close} />}
      </div>
    </div>
  )
}

function titleOf(verification: Verification, entries: number, t: ReturnType<typeof useWords>['t'], f: ReturnType<typeof useWords>['f']): string {
  if (verification.state === 'running') return t('audit.verifyingSentence', { done: f.n(verification.done), total: f.n(verification.total || entries) })
  if (verification.state !== 'verdict') return t('audit.sentence', { count: entries, n: f.n(entries) })
  const { verdict } = verification
  if (verdict.ok) return t('audit.whole', { count: verdict.entries, n: f.n(verdict.entries) })
  return verdict.firstBad ? t('audit.broken', { seq: f.n(verdict.firstBad.seq), problem: verdict.firstBad.problem }) : t('audit.brokenSomewhere')
}
