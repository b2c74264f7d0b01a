import { Button } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useClient, useConnection } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { pipelinesQuery, runsQuery, sandboxQuery, systemsQuery, useSettledRun } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture } from '#renderer/ui/pictures.tsx'
import { Ago } from '#renderer/ui/time.tsx'
import { doctorQuery } from '#renderer/pages/doctor/queries.ts'
import { schedulesQuery } from '#renderer/pages/pipelines/queries.ts'
import { GoBack } from './go-back.tsx'
import { LastRuns } from './last-runs.tsx'
import { needsOf } from './needs.ts'
import { NeedsYou } from './needs-you.tsx'
import { RunningNow } from './running-now.tsx'
import { SandboxProgress } from './sandbox.tsx'
import { LiveTrack } from './live-track.tsx'

/** Is anything wrong, what is running, what can one go back to: without a click. */
export function OverviewPage(): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const navigate = useNavigate()
  const { environment } = usePlace()
  const lost = useConnection() !== 'open'
  const runs = useQuery(runsQuery(client, { environment: environment.name, limit: 30 }))
  const systems = useQuery(systemsQuery(client, environment.name)).data ?? []
  const pipeline = useQuery(pipelinesQuery(client, environment.name)).data?.[0]
  const checks = useQuery(doctorQuery(client)).data ?? []
  const sandbox = useQuery({ ...sandboxQuery(client, environment.name), enabled: environment.class === 'sandbox' }).data
  const last = useSettledRun(pipeline?.lastRun?.runId).data
  const board = useQuery(schedulesQuery(client, environment.name)).data
  const live = (runs.data?.runs ?? []).filter(isLive)
  const needs = needsOf({ runs: runs.data?.runs ?? [], last, systems, checks, board })
  const up = systems.filter(({ state }) => state === 'up').length
  const first = pipeline && !pipeline.lastRun && (sandbox?.ready ?? true)
  const failing = needs.some(({ kind }) => kind !== 'gate' && kind !== 'paused')
  const title = !runs.data
    ? runs.error ? t('overview.unreadable') : t('overview.reading')
    : first
      ? t('overview.ready')
      : sandbox && !sandbox.ready
        ? t('overview.preparing')
        : `${failing ? t('overview.failing') : live.length > 0 ? t('overview.fineRunning', { count: live.length, n: f.n(live.length) }) : t('overview.fine')} ${needs.length === 0 ? t('overview.needsNobody') : t('overview.needs', { count: needs.length, n: f.n(needs.length) })}`
  return (
    <div className="page-fill">
      <PageHead
        title={title}
        actions={
          pipeline && (
            <Button variant={first ? 'act' : 'default'} leftSection={<IconPlayerPlay size={16} stroke={1.6} />} onClick={() => void navigate({ to: '/pipelines/$pipeline', params: { pipeline: pipeline.id }, search: { plan: true } })}>
              {t('pipelines.planRun')}
            </Button>
          )
        }
      >
        {environment.class === 'sandbox' && t('overview.sandboxFact')}
        {systems.length > 0 && !lost && t('overview.systemsUp', { up: f.n(up), n: f.n(systems.length) })}
        {pipeline?.lastRun && <span>{t('overview.lastRun')} <Ago at={pipeline.lastRun.createdAt} /></span>}
      </PageHead>
      {runs.error && !runs.data ? (
        <div className="run-msg"><FailingPicture error={runs.error} retry={() => void runs.refetch()} /></div>
      ) : (
        <>
          {pipeline && <LiveTrack pipeline={pipeline} run={last} />}
          <div className="cols overview-cols">
            <NeedsYou needs={needs} />
            <RunningNow runs={live} board={board} />
            <GoBack environment={environment.name} />
          </div>
          <div className="cols overview-low">
            <LastRuns runs={runs.data?.runs ?? []} read={runs.data !== undefined} />
            {sandbox && <SandboxProgress sandbox={sandbox} />}
          </div>
        </>
      )}
    </div>
  )
}
