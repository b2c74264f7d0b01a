import { Button } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { pipelinesQuery } from '#renderer/api/queries.ts'
import type { Pipeline, ScheduleBoard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { RunBadge } from '#renderer/ui/badges.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, Moment, useNow } from '#renderer/ui/time.tsx'
import { schedulesQuery } from './queries.ts'

/** The next due time of any of a pipeline's active schedules, ISO. */
function nextOf(board: ScheduleBoard | undefined, pipeline: string): string | null {
  if (!board || board.pausedAll) return null
  const times = board.schedules.flatMap(({ state, input, next }) => (state === 'active' && input.pipeline === pipeline && next[0] ? [next[0]] : []))
  return times.sort()[0] ?? null
}

const idOf = (pipeline: Pipeline): string => pipeline.id

/** One row per pipeline: its last run, how long it took, its state. */
export function PipelinesPage(): React.ReactElement {
  const { t, f } = useWords()
  const navigate = useNavigate()
  const since = useNow()
  const { data, error, refetch } = useQuery(pipelinesQuery(useClient(), useEnvironment()))
  const board = useQuery(schedulesQuery(useClient(), useEnvironment())).data
  const list = data ?? []
  const running = list.filter(({ lastRun }) => lastRun && isLive(lastRun)).length
  const failed = list.filter(({ lastRun }) => lastRun?.state === 'failed' || lastRun?.state === 'stopped').length
  const title = !data
    ? t('pipelines.title')
    : failed > 0
      ? t('pipelines.someFailed', { count: failed, n: f.n(failed) })
      : running > 0
        ? t('pipelines.someRun', { count: running, n: f.n(running) })
        : t('pipelines.noneFailed', { count: list.length, n: f.n(list.length) })
  const columns = useMemo(
    (): Column<Pipeline>[] => [
      { id: 'pipeline', title: t('pipelines.pipeline'), width: 'minmax(180px, 1.2fr)', sortable: true, value: ({ title: name }) => name, render: ({ title: name }) => <span className="b">{name}</span> },
      { id: 'description', title: t('pipelines.description'), width: 'minmax(160px, 2fr)', value: ({ description }) => description, render: ({ description }) => <span className="mut">{description}</span> },
      { id: 'steps', title: t('pipelines.steps'), width: '64px', numeric: true, value: ({ steps }) => steps.length },
      { id: 'lastRun', title: t('pipelines.lastRun'), width: '128px', value: ({ lastRun }) => lastRun?.createdAt ?? null, render: ({ lastRun }) => (lastRun ? <Ago at={lastRun.createdAt} /> : <span className="faint">{t('pipelines.never')}</span>) },
      { id: 'took', title: t('pipelines.took'), width: '92px', numeric: true, value: ({ lastRun }) => (lastRun?.endedAt ? lastRun.durationMs : null), render: ({ lastRun }) => (lastRun?.endedAt ? f.duration(lastRun.durationMs) : '') },
      {
        id: 'next',
        title: t('pipelines.nextRun'),
        width: '150px',
        value: ({ id }) => nextOf(board, id),
        render: ({ id }) => {
          const next = nextOf(board, id)
          return next ? <Moment at={next} /> : <span className="faint">{board?.pausedAll ? t('pipelines.schedule.paused') : t('pipelines.byHand')}</span>
        },
      },
      { id: 'state', title: t('ui.state'), width: '150px', value: ({ lastRun }) => lastRun?.state ?? null, render: ({ lastRun }) => (lastRun ? <RunBadge state={lastRun.state} /> : '') },
    ],
    [t, f, board],
  )
  return (
    <div className="page-fill">
      <PageHead
        title={title}
        actions={
          list.length === 1 && list[0] ? (
            <Button variant="act" leftSection={<IconPlayerPlay size={16} stroke={1.6} />} onClick={() => void navigate({ to: '/pipelines/$pipeline', params: { pipeline: list[0]?.id ?? '' }, search: { plan: true } })}>
              {t('pipelines.planRun')}
            </Button>
          ) : null
        }
      >
        {t('pipelines.listFact')}
      </PageHead>
      <div className="page-fill" style={{ padding: '0 var(--gutter)' }}>
        <DataTable
          label={t('pipelines.title')}
          columns={columns}
          rows={list}
          rowId={idOf}
          fileName="pipelines"
          primary
          rowHeight={40}
          onPick={(pipeline) => pipeline && void navigate({ to: '/pipelines/$pipeline', params: { pipeline: pipeline.id } })}
          instead={
            error && !data ? (
              <FailingPicture error={error} retry={() => void refetch()} />
            ) : !data ? (
              <LoadingPicture what={t('pipelines.title')} since={since} rows={3} />
            ) : list.length === 0 ? (
              <EmptyPicture title={t('pipelines.none')} text={t('pipelines.noneText')} />
            ) : undefined
          }
        />
      </div>
    </div>
  )
}
