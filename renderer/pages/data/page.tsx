import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment, usePlace } from '#renderer/shell/environment.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Moment, useNow } from '#renderer/ui/time.tsx'
import './data.css'
import { countQuery, describeQuery, treeQuery, type At } from './queries.ts'
import { HiddenColumns, Rows } from './rows.tsx'
import { Tree } from './tree.tsx'

const route = getRouteApi('/data')

/** What the environment's systems hold, and a look into any of it. */
export function DataPage(): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const since = useNow()
  const environment = useEnvironment()
  const { environment: place } = usePlace()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { data: tree, error, refetch } = useQuery(treeQuery(client, environment))
  const { system, name, version } = search
  const at: At | null = system && name ? { environment, system, name, version } : null
  const described = useQuery({ ...describeQuery(client, at ?? { environment, system: 'warehouse', name: '' }), enabled: at !== null }).data
  const counted = useQuery({ ...countQuery(client, { ...(at ?? { environment, system: 'warehouse', name: '' }), filters: [], sort: null }), enabled: at !== null }).data
  const read = described?.versions.find((one) => one.version === (version ?? described.version))
  const things = tree?.reduce((sum, { items }) => sum + items.length, 0) ?? 0
  const short = name?.split('/').at(-1) ?? ''
  const title = at ? (counted ? t('data.sentence', { name: short, count: counted.rows, n: f.n(counted.rows), system: t(`ui.system.${system ?? 'warehouse'}`) }) : t('data.opening', { name: short })) : tree ? t('data.holds', { place: place.title, n: f.n(things), count: things }) : t('data.title')
  return (
    <div className="page-fill">
      <PageHead
        title={title}
        actions={
          described && described.versions.length > 1 ? (
            <NativeSelect
              size="sm"
              aria-label={t('data.version')}
              value={version ?? described.version ?? ''}
              onChange={(event) => {
                const chosen = event.currentTarget.value
                const current = described.versions.find(({ state }) => state === 'current')?.version
                void navigate({ search: (old) => ({ ...old, version: chosen === current ? undefined : chosen, row: undefined }) })
              }}
              data={described.versions.map((one) => ({ value: one.version, label: `${one.version.length > 12 ? f.absolute(one.at) : t('data.versionN', { n: one.version })}, ${t(`data.state.${one.state}`)}` }))}
            />
          ) : undefined
        }
      >
        {at && <span className="mono">{at.name}</span>}
        {read && <span>{at?.system === 'warehouse' ? t('data.versionN', { n: read.version }) : t('data.objectVersion')}, {t(`data.state.${read.state}`)}</span>}
        {read && <Moment at={read.at} />}
        {read?.runId && (
          <Link className="link" to="/runs/$runId" params={{ runId: read.runId }}>
            {t('data.madeBy')}
          </Link>
        )}
        {described && <HiddenColumns columns={described.columns} />}
        {!at && t('data.readOnly')}
      </PageHead>
      <div className="data-split">
        {tree ? <Tree tree={tree} picked={search} onPick={(to, thing) => void navigate({ search: (old) => ({ env: old.env, system: to, name: thing }) })} /> : <div className="data-tree">{error ? null : <LoadingPicture what={t('data.title')} since={since} />}</div>}
        {at ? (
          <Rows key={JSON.stringify(at)} at={at} search={search} onSearch={(change) => void navigate({ search: (old) => ({ ...old, ...change(old) }), replace: true })} fileName={`${short}${read && at.system === 'warehouse' ? `-v${read.version}` : ''}`} />
        ) : (
          <div className="data-rows">{error && !tree ? <FailingPicture error={error} retry={() => void refetch()} /> : tree ? <EmptyPicture title={t('data.pickTitle')} text={t('data.pickText')} /> : null}</div>
        )}
      </div>
    </div>
  )
}
