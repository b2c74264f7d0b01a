import { NativeSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { pipelinesQuery } from '#renderer/api/queries.ts'
import type { QualityBoard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { BarePage } from '#renderer/ui/bare-page.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { EmptyPicture, FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Moment, useNow } from '#renderer/ui/time.tsx'
import { GateAside } from './gate-aside.tsx'
import { Gates } from './gates.tsx'
import { boardQuery } from './queries.ts'
import { RuleAside } from './rule-aside.tsx'
import { Rules } from './rules.tsx'
import { Shown } from './shown.tsx'

const route = getRouteApi('/quality')

/** Rules and gates of one pipeline, and what its runs measured. */
export function Board(): React.ReactElement {
  const { t } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const since = useNow()
  const pipelines = useQuery(pipelinesQuery(client, environment))
  const pipeline = search.pipeline ?? pipelines.data?.[0]?.id ?? ''
  const { data, error, refetch } = useQuery(boardQuery(client, environment, pipeline))
  const title = useTitle(data)
  const failed = error ?? (pipelines.data ? null : pipelines.error)
  if (failed && !data) return <BarePage title={t('quality.title')}><FailingPicture error={failed} retry={() => void (error ? refetch() : pipelines.refetch())} /></BarePage>
  if (pipelines.data && pipeline === '') return <BarePage title={t('quality.noPipeline')}><EmptyPicture title={t('quality.noPipeline')} text={t('quality.noPipelineText')} /></BarePage>

  const open = (to: string | null): void => void navigate({ search: (old) => ({ ...old, open: to ?? undefined }), replace: true })
  const rule = data?.rules.find(({ index }) => search.open === `rule/${index}`)
  const gate = data?.gates.find(({ id }) => search.open === `gate/${id}`)
  const choices = pipelines.data ?? []
  return (
    <div className="page-fill">
      <PageHead
        title={title}
        actions={
          <>
            {choices.length > 1 && (
              <NativeSelect
                aria-label={t('quality.pipeline')}
                value={pipeline}
                onChange={(event) => void navigate({ search: { pipeline: event.currentTarget.value } })}
                data={choices.map(({ id, title: name }) => ({ value: id, label: name }))}
              />
            )}
            <Shown />
          </>
        }
      >
        {data && <Facts board={data} />}
        {data?.lastRun?.endedAt && <Moment at={data.lastRun.endedAt} />}
        {data && <span className="mono">{data.file}</span>}
      </PageHead>
      <div className="split">
        <div className="main quality-main">
          {data ? (
            <>
              <Rules rules={data.rules} picked={search.open} onPick={open} />
              <Gates gates={data.gates} judged={data.lastRun !== null} picked={search.open} onPick={open} />
            </>
          ) : (
            <LoadingPicture what={t('quality.title')} since={since} />
          )}
        </div>
        {rule && data && <RuleAside key={rule.index} board={data} pipeline={pipeline} rule={rule} onClose={() => open(null)} />}
        {gate && data && <GateAside key={gate.id} file={data.file} pipeline={pipeline} gate={gate} onClose={() => open(null)} />}
      </div>
    </div>
  )
}

function Facts({ board: { lastRun } }: { board: QualityBoard }): React.ReactElement | null {
  const { t, f } = useWords()
  if (!lastRun) return null
  return (
    <>
      <Link className="link" to="/runs/$runId" params={{ runId: lastRun.runId }}>
        {t('shell.run', { number: f.n(lastRun.number) })}
      </Link>
      {lastRun.rows !== null && lastRun.rejected !== null && ` · ${t('quality.rejectedOf', { rejected: f.n(lastRun.rejected), rows: f.n(lastRun.rows) })}`}
    </>
  )
}

/** Whether the gates of the last run passed, as a sentence. */
function useTitle(board: QualityBoard | undefined): string {
  const { t, f } = useWords()
  if (!board) return t('quality.title')
  if (!board.lastRun) return t('quality.noRun')
  const { runId, number } = board.lastRun
  const asked = board.gates.flatMap(({ points }) => points.filter((point) => point.runId === runId))
  const loud = asked.filter(({ verdict }) => verdict !== 'passed').length
  const run = f.n(number)
  return loud > 0 ? t('quality.loud', { count: loud, n: f.n(loud), all: f.n(asked.length), run }) : t('quality.quiet', { count: asked.length, n: f.n(asked.length), run })
}
