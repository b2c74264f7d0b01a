import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { doneShare, msLeft, withPast, type LiveRun } from '#renderer/api/fold-run.ts'
import { runQuery, usePast } from '#renderer/api/queries.ts'
import type { Run, ScheduleBoard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import { useCalm, useNow } from '#renderer/ui/time.tsx'

/** What moves, and what starts next by itself. */
export function RunningNow({ runs, board }: { runs: readonly Run[]; board: ScheduleBoard | undefined }): React.ReactElement {
  const { t, f } = useWords()
  const next = board?.pausedAll
    ? undefined
    : [...(board?.schedules ?? [])].filter(({ state }) => state === 'active').sort((a, b) => Date.parse(a.next[0] ?? '') - Date.parse(b.next[0] ?? ''))[0]
  return (
    <section aria-label={t('overview.runningNow')}>
      <div className="sec-h">
        <h2>{t('overview.runningNow')}</h2>
        <span className="faint">{runs.length > 0 ? f.n(runs.length) : ''}</span>
      </div>
      {runs.length === 0 && <p className="faint">{t('shell.nothingRuns')}</p>}
      <ul className="ops">
        {runs.slice(0, 3).map((run) => (
          <LiveRunItem key={run.runId} run={run} />
        ))}
      </ul>
      {next && <p className="faint meta" style={{ marginTop: 8 }}>{t('overview.nextDue', { id: next.id, time: f.absolute(next.next[0] ?? '') })}</p>}
    </section>
  )
}

function LiveRunItem({ run }: { run: Run }): React.ReactElement {
  const held = useQuery(runQuery(useClient(), run.runId)).data
  return <LiveRunBody run={run} held={useCalm(held, `${run.runId} ${held?.steps.map(({ state }) => state).join()}`)} />
}

/** Once a second, and with every change of a state. */
const LiveRunBody = memo(function LiveRunBody({ run, held }: { run: Run; held: LiveRun | undefined }): React.ReactElement {
  const { t, f } = useWords()
  const now = useNow()
  const past = usePast(run)
  const calm = held && withPast(held, past)
  const step = calm?.steps.findLast(({ state }) => state === 'running')
  const left = calm ? msLeft(calm, now) : null
  return (
    <li>
      <div className="row">
        <StateGlyph look={RUN_LOOK[run.state]} />
        <Link className="b tr quiet-link" to="/runs/$runId" params={{ runId: run.runId }}>
          {t('shell.run', { number: f.n(run.number) })} · {run.title}
        </Link>
        <span className="sp" />
        <span className="faint meta nw">{run.actor}</span>
      </div>
      <ProgressBar share={calm ? doneShare(calm) : null} label={run.title} />
      <div className="d">
        <span className="tr">{step?.title ?? t(`ui.runState.${run.state}`)}</span>
        <span className="b nw tn" style={{ color: 'var(--ink)' }}>{left === null ? '' : t('ui.left', { duration: f.duration(Math.ceil(left / 1000) * 1000) })}</span>
      </div>
      {step?.rows !== null && step?.rows !== undefined && (
        <div className="d faint tn">
          {[step.totalRows === null ? f.n(step.rows) : t('overview.rowsOf', { n: f.n(step.rows), total: f.n(step.totalRows) }), step.rowsPerSecond === null ? '' : `${f.n(step.rowsPerSecond)} ${t('run.rowsPerSecond')}`].filter(Boolean).join(' · ')}
        </div>
      )}
    </li>
  )
})
