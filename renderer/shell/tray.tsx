import { Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { doneShare, isLive, msLeft, withPast, type LiveRun } from '#renderer/api/fold-run.ts'
import { runQuery, runsQuery, usePast } from '#renderer/api/queries.ts'
import type { Run } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { canResume, useRunControls } from './run-controls.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import { Moment, useCalm, useNow } from '#renderer/ui/time.tsx'
import { useEnvironment } from './environment.tsx'

const SHORT = 300

/** Operations: now, today, earlier. Leaving a page, or closing this, never stops one. */
export function Tray({ opened, onClose }: { opened: boolean; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  return (
    <Drawer opened={opened} onClose={onClose} title={t('shell.tray')} size={392}>
      <Operations onClose={onClose} />
    </Drawer>
  )
}

/** Nothing of it is read or drawn while the tray is closed. */
function Operations({ onClose }: { onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const environment = useEnvironment()
  const runs = useQuery(runsQuery(useClient(), { environment, limit: 30 })).data?.runs ?? []
  const date = f.date(useNow())
  const live = runs.filter(isLive)
  const ended = runs.filter((run) => !isLive(run))
  const today = ended.filter((run) => f.date(run.endedAt ?? run.createdAt) === date)
  // An older run was overtaken by a later one; it can still be resumed from its page.
  const latest = runs[0]
  const earlier = ended.filter((run) => !today.includes(run)).slice(0, 8)
  return (
    <div className="tray">
      {live.length > 0 && <p className="faint meta">{t('shell.trayHas', { running: f.n(live.filter(({ state }) => state === 'running').length), waiting: f.n(live.filter(({ state }) => state === 'queued').length) })}</p>}
      <h3>{t('shell.now')}</h3>
      {live.length === 0 && <p className="faint meta">{t('shell.nothingRuns')}</p>}
      <ul>
        {live.map((run) => (
          <LiveItem key={run.runId} run={run} onLeave={onClose} />
        ))}
      </ul>
      {today.length > 0 && <h3>{t('shell.today')}</h3>}
      <ul>
        {today.slice(0, 12).map((run) => (
          <EndedItem key={run.runId} run={run} resumable={run === latest && canResume(run)} onLeave={onClose} />
        ))}
      </ul>
      {earlier.length > 0 && <h3>{t('shell.earlier')}</h3>}
      <ul>
        {earlier.map((run) => (
          <EndedItem key={run.runId} run={run} resumable={run === latest && canResume(run)} onLeave={onClose} />
        ))}
      </ul>
      <p className="tray-foot">{t('shell.trayFoot')}</p>
    </div>
  )
}

function LiveItem({ run, onLeave }: { run: Run; onLeave: () => void }): React.ReactElement {
  const held = useQuery(runQuery(useClient(), run.runId)).data
  return <LiveBody run={run} held={useCalm(held, `${run.runId} ${held?.steps.map(({ state }) => state).join()}`)} onLeave={onLeave} />
}

const LiveBody = memo(function LiveBody({ run, held, onLeave }: { run: Run; held: LiveRun | undefined; onLeave: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const past = usePast(run)
  const calm = held && withPast(held, past)
  const controls = useRunControls()
  const now = useNow()
  const left = calm ? msLeft(calm, now) : null
  const step = calm?.steps.find(({ state }) => state === 'running')
  return (
    <li>
      <StateGlyph look={RUN_LOOK[run.state]} />
      <div>
        <div className="row">
          <Link className="b tr plain" to="/runs/$runId" params={{ runId: run.runId }} onClick={onLeave}>
            <bdi>{run.title}</bdi>
          </Link>
          <span className="sp" />
          <span className="tn b meta nw">{left === null ? t(`ui.runState.${run.state}`) : t('ui.left', { duration: f.duration(left) })}</span>
        </div>
        <ProgressBar share={calm ? doneShare(calm) : null} label={run.title} />
        <div className="row d">
          <span className="tr">{step?.title ?? t('shell.run', { number: f.n(run.number) })}</span>
          <span className="sp" />
          <button type="button" className="link sm" disabled={controls.busy} onClick={() => controls.cancel(calm ?? run)}>
            {t('run.cancelShort')}
          </button>
        </div>
      </div>
    </li>
  )
})

function EndedItem({ run, resumable, onLeave }: { run: Run; resumable: boolean; onLeave: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const controls = useRunControls()
  return (
    <li>
      <StateGlyph look={RUN_LOOK[run.state]} />
      <div>
        <div className="row">
          <bdi className="b tr">{run.title}</bdi>
          <span className="sp" />
          <span className="tn faint meta nw">
            <Moment at={run.endedAt ?? run.createdAt} />
          </span>
        </div>
        <div className="row d">
          <span className="tr">
            {t('shell.run', { number: f.n(run.number) })} · <bdi>{run.failure?.what.slice(0, SHORT) ?? t(`ui.runState.${run.state}`)}</bdi>
          </span>
          <span className="sp" />
          {resumable && (
            <button type="button" className="link sm" disabled={controls.busy} onClick={() => controls.resume(run)}>
              {t('shell.resume')}
            </button>
          )}
          <Link className="link sm" to="/runs/$runId" params={{ runId: run.runId }} onClick={onLeave}>
            {t('shell.evidence')}
          </Link>
        </div>
      </div>
    </li>
  )
}
