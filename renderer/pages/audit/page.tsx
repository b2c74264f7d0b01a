import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconShieldCheck } from '@tabler/icons-react'
import { useQueries, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { headQuery } from '#renderer/api/queries.ts'
import type { AuditEntry } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { EnvironmentSquare, StateGlyph } from '#renderer/ui/glyphs.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { Moment, useNow } from '#renderer/ui/time.tsx'
import { EntryAside } from './entry-aside.tsx'
import { lookOf } from './looks.ts'
import { allEntries, askOf, auditPage, PAGE, useVerification, type Verification } from './queries.ts'

const route = getRouteApi('/audit')
const idOf = (entry: AuditEntry): string => String(entry.seq)

/** Every entry, newest first; whether the log is whole; one entry with its proof. */
export function AuditPage(): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const { info } = usePlace()
  const { verification, verify } = useVerification()
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
  const { data: first, error, refetch, isPlaceholderData } = useQuery({ ...auditPage(client, ask, 0), enabled: pinned !== undefined })
  const [range, setRange] = useState({ first: 0, last: 0 })
  const onRange = useCallback((from: number, to: number) => setRange({ first: from, last: to }), [])
  const pages = useMemo(() => Array.from({ length: Math.floor(range.last / PAGE) - Math.floor(range.first / PAGE) + 1 }, (_, i) => Math.floor(range.first / PAGE) + i).filter((page) => page > 0), [range])
  const parts = useQueries({ queries: pages.map((page) => auditPage(client, ask, page)) })
  const total = first?.total ?? 0
  const byPage = new Map(pages.map((page, i) => [page, parts[i]?.data]))
  const rows = Array.from({ length: total }, (_, i): AuditEntry | null => {
    const page = Math.floor(i / PAGE)
    return (page === 0 ? first : byPage.get(page))?.entries[i % PAGE] ?? null
  })
  const newer = head && pinned !== undefined ? head.entries - pinned : 0
  const filtered = Boolean(search.kind || search.actor || search.run || search.q)
  const kinds = useSeen(rows, 'kind', search.kind)
  const actors = useSeen(rows, 'actor', search.actor)
  const classOf = useCallback((name: string | null) => info.environments.find((each) => each.name === name), [info])
  // Beside an open entry there is no room for what the entry itself says.
  const open = search.entry !== undefined
  const columns = useMemo(
    (): Column<AuditEntry>[] => ([
      { id: 'seq', title: t('audit.entry'), width: '64px', numeric: true, value: ({ seq }) => seq, render: ({ seq }) => <span className="mut tn">{f.n(seq)}</span> },
      { id: 'at', title: t('audit.at'), width: '92px', value: ({ at }) => at, render: ({ at }) => <span className="mut tn"><Moment at={at} /></span> },
      { id: 'actor', title: t('audit.who'), width: '84px', value: ({ actor }) => actor },
      {
        id: 'environment', title: t('audit.where'), width: '92px', value: ({ environment }) => environment,
        render: ({ environment }) => {
          const found = classOf(environment)
          return found ? <span className={`env ${found.class}`} style={{ fontWeight: 450 }}><EnvironmentSquare of={found.class} size={11} />{t(`ui.environment.${found.class}`)}</span> : <span className="faint">{environment ?? ''}</span>
        },
      },
      { id: 'kind', title: t('audit.kind'), width: '112px', value: ({ kind }) => kind, render: ({ kind }) => <span className="mono mut">{kind}</span> },
      { id: 'summary', title: t('audit.what'), width: 'minmax(120px, 1fr)', value: ({ summary }) => summary },
      { id: 'look', title: t('ui.state'), width: '16px', mark: true, value: () => null, render: ({ kind, summary }) => {
          const look = lookOf(kind, summary)
          return look && <StateGlyph look={look} />
        } },
    ] as Column<AuditEntry>[]).filter(({ id }) => !open || (id !== 'actor' && id !== 'environment')),
    [t, f, classOf, open],
  )
  const find = useDebouncedCallback((value: string) => void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true }), 250)
  const entries = head?.entries ?? 0
  return (
    <div className="page-fill">
      <PageHead
        title={titleOf(verification, entries, t, f)}
        actions={
          <Button variant="act" leftSection={<IconShieldCheck size={16} stroke={1.6} />} disabled={verification.state === 'running'} onClick={verify}>
            {t('audit.verify')}
          </Button>
        }
      >
        {verification.state === 'verdict' ? t('audit.checkedAt', { time: f.time(verification.at), entries: f.n(verification.verdict.entries) }) : t('audit.notCheckedYet')}
        {head && <span>{t('audit.root')} <span className="mono">{head.rootHash.slice(0, 8)} {head.rootHash.slice(8, 12)} … {head.rootHash.slice(-4)}</span></span>}
      </PageHead>
      <div aria-live="polite" className="vh">{verification.state === 'verdict' ? titleOf(verification, entries, t, f) : ''}</div>
      {verification.state === 'running' && (
        <div className="run-msg" style={{ paddingBottom: 12 }}>
          <ProgressBar share={verification.total > 0 ? verification.done / verification.total : null} label={t('audit.verifying')} />
        </div>
      )}
      {verification.state === 'failed' && <div className="run-msg"><FailingPicture error={verification.error} retry={verify} /></div>}
      <div className="filters">
        <TextInput data-filter="" aria-label={t('audit.search')} placeholder={t('audit.search')} leftSection={<IconSearch size={14} />} defaultValue={search.q} onChange={(event) => find(event.currentTarget.value)} w={220} />
        <Filter label={t('audit.allKinds')} value={search.kind} values={kinds} onChange={(kind) => void navigate({ search: (old) => ({ ...old, kind }), replace: true })} />
        <Filter label={t('audit.everyone')} value={search.actor} values={actors} onChange={(actor) => void navigate({ search: (old) => ({ ...old, actor }), replace: true })} />
        {search.run && (
          <Button size="sm" className="chip-on" onClick={() => void navigate({ search: (old) => ({ ...old, run: undefined }), replace: true })}>
            <span className="mono">{search.run}</span>
          </Button>
        )}
        <span className="sp" />
        {filtered && (
          <span className="mut meta">
            {t('audit.shown', { count: total, n: f.n(total) })}{' '}
            <button type="button" className="link sm" onClick={() => void navigate({ search: ({ entry }) => ({ entry }), replace: true })}>{t('audit.clear')}</button>
          </span>
        )}
        {newer > 0 && (
          <button type="button" className="link sm" onClick={() => pin(head?.entries)}>
            {t('audit.newer', { count: newer, n: f.n(newer) })}
          </button>
        )}
      </div>
      <div className="split">
        <div className="main">
          <DataTable
            label={t('audit.title')}
            columns={columns}
            rows={rows}
            rowId={idOf}
            primary
            picked={search.entry === undefined ? null : String(search.entry)}
            onPick={(row) => void navigate({ search: (old) => ({ ...old, entry: row?.seq }), replace: true })}
            onRange={onRange}
            allRows={() => allEntries(client, ask)}
            fileName="audit"
            stale={isPlaceholderData || Boolean(error)}
            instead={
              error && !first ? <FailingPicture error={error} retry={() => void refetch()} /> : !first ? <LoadingPicture what={t('audit.title')} since={since} /> : total === 0 ? <EmptyPicture title={filtered ? t('audit.noMatch') : t('audit.empty')} text={filtered ? t('audit.noMatchText') : t('audit.emptyText')} /> : undefined
            }
          />
        </div>
        {search.entry !== undefined && <EntryAside seq={search.entry} onClose={() => void navigate({ search: (old) => ({ ...old, entry: undefined }), replace: true })} />}
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

function Filter({ label, value, values, onChange }: { label: string; value: string | undefined; values: readonly string[]; onChange: (value: string | undefined) => void }): React.ReactElement {
  return <Select aria-label={label} w={150} value={value ?? ''} data={[{ value: '', label }, ...values.map((each) => ({ value: each, label: each }))]} onChange={(next) => onChange(next || undefined)} />
}

/** Values met so far in a column: the API lists entries, not kinds. They only ever grow. */
function useSeen(rows: readonly (AuditEntry | null)[], column: 'kind' | 'actor', picked: string | undefined): string[] {
  const [seen] = useState(() => new Set<string>())
  for (const row of rows) if (row) seen.add(row[column])
  if (picked) seen.add(picked)
  return [...seen].sort()
}
