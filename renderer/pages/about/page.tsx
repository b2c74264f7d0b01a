import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { licencesQuery, type Shipped } from './queries.ts'

/** What this is, where it runs, and under which licences its parts came. */
export function AboutPage(): React.ReactElement {
  const { t, f } = useWords()
  const { info } = usePlace()
  const { data, error, refetch } = useQuery(licencesQuery)
  const open = useSearch({ from: '/about', select: (search) => search.package })
  const navigate = useNavigate()
  const [search, setSearch] = useState('')
  const since = useNow()
  const wanted = search.trim().toLowerCase()
  const rows = (data?.packages ?? []).filter(({ name, licence }) => `${name} ${licence ?? ''}`.toLowerCase().includes(wanted))
  const picked = data?.packages.find((each) => idOf(each) === open)
  const columns: Column<Shipped>[] = [
    { id: 'name', title: t('about.name'), width: 'minmax(200px, 1fr)', sortable: true, value: ({ name }) => name, render: ({ name }) => <span className="b">{name}</span> },
    { id: 'version', title: t('about.version'), width: '150px', value: ({ version }) => version },
    { id: 'licence', title: t('about.licence'), width: '220px', sortable: true, value: ({ licence }) => licence ?? t('about.notStated') },
  ]
  const pick = (row: Shipped | null): void => void navigate({ to: '/about', search: row && idOf(row) !== open ? { package: idOf(row) } : {}, replace: true })
  return (
    <div className="page-fill">
      <PageHead title={t('about.title', { version: info.version })}>
        <>{t('about.started')} <Ago at={info.startedAt} /></>
        {data && t('about.packages', { count: data.packages.length, n: f.n(data.packages.length) })}
        <Link className="link" to="/gallery">
          {t('gallery.open')}
        </Link>
      </PageHead>
      <div className="settings about">
        <section aria-label={t('about.licences')}>
          <div className="sec-h">
            <h2>{t('about.licences')}</h2>
            <span className="sp" />
            <TextInput aria-label={t('about.search')} placeholder={t('about.search')} data-filter value={search} onChange={(event) => setSearch(event.currentTarget.value)} w={220} />
          </div>
          {error ? (
            <FailingPicture error={error} retry={() => void refetch()} />
          ) : !data ? (
            <LoadingPicture what={t('about.reading')} since={since} />
          ) : (
            <DataTable
              label={t('about.licences')}
              columns={columns}
              rows={rows}
              rowId={idOf}
              picked={open ?? null}
              onPick={pick}
              fileName="licences"
              primary
              instead={rows.length === 0 ? <EmptyPicture title={t('about.noneTitle', { search })} text={t('about.noneText')} /> : undefined}
            />
          )}
        </section>
        <section aria-label={picked ? picked.name : t('about.here')}>
          {picked ? (
            <>
              <div className="sec-h">
                <h2>{picked.name}</h2>
                <span className="faint">{picked.licence ?? t('about.notStated')}</span>
                <span className="sp" />
                <button type="button" className="link sm" onClick={() => pick(null)}>
                  {t('about.close')}
                </button>
              </div>
              <pre className="licence mono" tabIndex={0} aria-label={t('about.licence')}>{picked.text === null ? t('about.noText') : data?.texts[picked.text]}</pre>
            </>
          ) : (
            <>
              <div className="sec-h">
                <h2>{t('about.here')}</h2>
              </div>
              <dl className="kv">
                <dt>{t('about.workspace')}</dt>
                <dd>{info.workspace.name}</dd>
                <dt>{t('about.folder')}</dt>
                <dd className="mono" title={info.workspace.path}>{info.workspace.path}</dd>
                <dt>{t('about.home')}</dt>
                <dd className="mono" title={info.home}>{info.home}</dd>
                <dt>{t('about.operator')}</dt>
                <dd>{info.actor}</dd>
                <dt>{t('about.process')}</dt>
                <dd>{t('about.processIs', { pid: info.pid, node: info.node })}</dd>
                <dt>{t('about.browser')}</dt>
                <dd>{runtime(navigator.userAgent)}</dd>
              </dl>
            </>
          )}
        </section>
      </div>
    </div>
  )
}

const idOf = ({ name, version }: Shipped): string => `${name}@${version}`

/** "Electron 45.4 · Chromium 140", from what the browser says of itself. */
const runtime = (agent: string): string =>
  [...agent.matchAll(/(Electron|Chrome|Firefox|Version)\/(\d+(?:\.\d+)?)/g)].map(([, name, version]) => `${name === 'Chrome' ? 'Chromium' : name} ${version}`).join(' · ')
