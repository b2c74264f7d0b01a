import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconArrowRight, IconLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouter, useRouterState } from '@tanstack/react-router'
import { Fragment, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { dashboardsQuery, pipelineOf, pipelinesQuery, useSettledRun, viewsQuery } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { copyLink } from './copy-link.ts'
import { useEnvironment } from './environment.tsx'
import { PLACES } from './places.ts'

/** Where the session's history stands: which ways are open. */
function useHistoryWays(): { back: boolean; forward: boolean } {
  const at = useRouterState({ select: ({ location }) => location.state.__TSR_index })
  const key = useRouterState({ select: ({ location }) => location.state.__TSR_key })
  const [seen, see] = useState<readonly (string | undefined)[]>([])
  // A new page after a step back cuts what was ahead: its key is not the one that was seen there.
  const kept = seen[at] === key ? seen : [...Array.from({ length: at }, (_, i) => seen[i]), key]
  if (kept !== seen) see(kept)
  return { back: at > 0, forward: at < kept.length - 1 }
}

export function HistoryButtons(): React.ReactElement {
  const { t } = useWords()
  const { history } = useRouter()
  const { back, forward } = useHistoryWays()
  return (
    <span className="ways">
      <Tooltip label={t('shell.back')}>
        <ActionIcon aria-label={t('shell.back')} disabled={!back} onClick={() => history.back()}>
          <IconArrowLeft size={16} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('shell.forward')}>
        <ActionIcon aria-label={t('shell.forward')} disabled={!forward} onClick={() => history.forward()}>
          <IconArrowRight size={16} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </span>
  )
}

/** Place: the page, and below it what is open; the last one is where the reader stands. */
export function Crumbs(): React.ReactElement {
  const { t, f, language } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const { runId, pipeline, dashboard, view } = useParams({ strict: false })
  const run = useSettledRun(runId).data
  const pipelines = useQuery(pipelinesQuery(client, environment)).data ?? []
  const dashboards = useQuery(dashboardsQuery(client, environment)).data ?? []
  const views = useQuery(viewsQuery(client, environment)).data ?? []
  const name = pipeline ?? (run && pipelineOf(run)) ?? undefined
  const place = PLACES.find(({ to }) => to !== '/' && path.startsWith(to))
  const crumbs: { label: string; to?: React.ReactElement }[] = []
  if (runId || pipeline) crumbs.push({ label: t('shell.pages.pipelines'), to: <Link className="crumb" to="/pipelines">{t('shell.pages.pipelines')}</Link> })
  else if (dashboard) crumbs.push({ label: dashboards.find(({ id }) => id === dashboard)?.title[language] ?? dashboard })
  else if (view) crumbs.push({ label: views.find(({ id }) => id === view)?.title[language] ?? view })
  else if (place) crumbs.push({ label: t(`shell.pages.${place.id}`) })
  if (name) {
    const title = pipelines.find(({ id }) => id === name)?.title ?? name
    crumbs.push({ label: title, to: <Link className="crumb" to="/pipelines/$pipeline" params={{ pipeline: name }}>{title}</Link> })
  }
  if (runId) crumbs.push({ label: run ? t('shell.run', { number: f.n(run.number) }) : runId })
  return (
    <nav className="crumbs" aria-label={t('shell.place')}>
      {crumbs.map(({ label, to }, i) => (
        <Fragment key={label}>
          <span className="sep" aria-hidden="true">/</span>
          <bdi className="tr mut" aria-current={i === crumbs.length - 1 ? 'page' : undefined}>
            {i < crumbs.length - 1 && to ? to : label}
          </bdi>
        </Fragment>
      ))}
      <Tooltip label={t('shell.copyLink')}>
        <ActionIcon aria-label={t('shell.copyLink')} onClick={() => void copyLink(t)} size={24}>
          <IconLink size={14} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </nav>
  )
}
