import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { runsQuery } from '#renderer/api/queries.ts'
import type { Run } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { RunBadge } from '#renderer/ui/badges.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { countOf } from './counts.ts'

const idOf = (run: Run): string => run.runId

/** Every run of one pipeline, newest first. */
export function History({ pipeline }: { pipeline: string }): React.ReactElement {
  const { t, f } = useWords()
  const navigate = useNavigate()
  const since = useNow()
  const { data, error, refetch } = useQuery(runsQuery(useClient(), { environment: useEnvironment(), pipeline, limit: 500 }))
  const columns = useMemo((): Column<Run>[] => {
    const count = (name: string, title: string): Column<Run> => ({
      id: name,
      title,
      width: '84px',
      numeric: true,
      value: (run) => countOf(run, name),
      render: (run) => {
        const value = countOf(run, name)
        return value === null ? '' : <span className="tn">{f.n(value)}</span>
      },
    })
    return [
      { id: 'run', title: t('pipelines.runColumn'), width: '40px', numeric: true, sortable: true, value: ({ number }) => number, render: ({ number }) => <span className="b tn">{f.n(number)}</span> },
      { id: 'started', title: t('pipelines.started'), width: '120px', value: ({ createdAt }) => createdAt, render: ({ createdAt }) => <Ago at={createdAt} /> },
      { id: 'by', title: t('pipelines.by'), width: 'minmax(90px, 1fr)', sortable: true, value: ({ actor }) => actor, render: ({ actor }) => <span className="mut">{actor}</span> },
      { id: 'took', title: t('pipelines.took'), width: '86px', numeric: true, sortable: true, value: ({ durationMs }) => durationMs, render: (run) => (isLive(run) ? '' : <span className="tn">{f.duration(run.durationMs)}</span>) },
      count('accepted', t('run.counts.accepted')),
      count('rejected', t('run.counts.rejected')),
      count('relevant', t('run.counts.relevant')),
      { id: 'state', title: t('ui.state'), width: '150px', sortable: true, value: ({ state }) => state, render: ({ state }) => <RunBadge state={state} /> },
    ]
  }, [t, f])
  const runs = data?.runs ?? []
  return (
    <DataTable
      label={t('pipelines.history')}
      columns={columns}
      rows={runs}
      rowId={idOf}
      fileName={`runs-${pipeline}`}
      primary
      onPick={(run) => run && void navigate({ to: '/runs/$runId', params: { runId: run.runId } })}
      instead={
        error && !data ? (
          <FailingPicture error={error} retry={() => void refetch()} />
        ) : !data ? (
          <LoadingPicture what={t('pipelines.history')} since={since} />
        ) : runs.length === 0 ? (
          <EmptyPicture title={t('pipelines.noRun')} text={t('pipelines.noRunText')} />
        ) : undefined
      }
    />
  )
}
