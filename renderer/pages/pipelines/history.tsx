import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
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
  const [picked, setPicked] = useState<readonly string[]>([])
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
      {
        id: 'pick',
        title: t('pipelines.compare.pick'),
        width: '20px',
        mark: true,
        value: () => null,
        render: ({ runId, number }) => (
          <input
            type="checkbox"
            checked={picked.includes(runId)}
            aria-label={t('pipelines.compare.pickRun', { number: f.n(number) })}
            onClick={(event) => event.stopPropagation()}
            onChange={() => setPicked((old) => (old.includes(runId) ? old.filter((id) => id !== runId) : [...old.slice(-1), runId]))}
          />
        ),
      },
      { id: 'run', title: t('pipelines.runColumn'), width: '44px', numeric: true, sortable: true, value: ({ number }) => number, render: ({ number }) => <span className="b tn">{f.n(number)}</span> },
      { id: 'started', title: t('pipelines.started'), width: '120px', value: ({ createdAt }) => createdAt, render: ({ createdAt }) => <Ago at={createdAt} /> },
      { id: 'by', title: t('pipelines.by'), width: 'minmax(90px, 1fr)', sortable: true, value: ({ actor }) => actor, render: ({ actor }) => <span className="mut">{actor}</span> },
      { id: 'took', title: t('pipelines.took'), width: '86px', numeric: true, sortable: true, value: ({ durationMs }) => durationMs, render: (run) => (isLive(run) ? '' : <span className="tn">{f.duration(run.durationMs)}</span>) },
      count('accepted', t('run.counts.accepted')),
      count('rejected', t('run.counts.rejected')),
      count('relevant', t('run.counts.relevant')),
      { id: 'state', title: t('ui.state'), width: '150px', sortable: true, value: ({ state }) => state, render: ({ state }) => <RunBadge state={state} /> },
    ]
  }, [t, f, picked])
  const runs = data?.runs ?? []
  const [a, b] = runs.filter(({ runId }) => picked.includes(runId)).sort((x, y) => x.number - y.number)
  return (
    <>
      <div className="sec-h">
        <h2>{t('pipelines.history')}</h2>
        <span className="faint">{data && data.total > runs.length ? t('pipelines.newestOf', { n: f.n(runs.length), total: f.n(data.total) }) : ''}</span>
        <span className="sp" />
        {runs.length > 1 && (
          <Button size="xs" disabled={!a || !b} title={a && b ? undefined : t('pipelines.compare.pickTwo')} onClick={() => a && b && void navigate({ to: '/pipelines/$pipeline/compare', params: { pipeline }, search: { a: a.runId, b: b.runId } })}>
            {a && b ? t('pipelines.compare.these', { a: f.n(a.number), b: f.n(b.number) }) : t('pipelines.compare.pickTwo')}
          </Button>
        )}
      </div>
      <div className="pipe-table">
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
      </div>
    </>
  )
}
