import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { Client, Schedule } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { noticeFailure } from '#renderer/shell/run-controls.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { FailingPicture } from '#renderer/ui/pictures.tsx'
import { Ago } from '#renderer/ui/time.tsx'
import { schedulesQuery } from './queries.ts'
import { ScheduleForm } from './schedule-form.tsx'

/** Sends a change of schedules and reads them again. */
export function useScheduleChange(onDone?: () => void): { change: (send: (client: Client) => Promise<unknown>) => void; busy: boolean } {
  const client = useClient()
  const cache = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: (send: (with_: Client) => Promise<unknown>) => send(client),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['schedules'] })
      onDone?.()
    },
    onError: (error) => noticeFailure(failureOf(error)),
  })
  return { change: mutate, busy: isPending }
}

/** When this pipeline starts by itself, and what became of the last due times. */
export function Schedules({ pipeline }: { pipeline: string }): React.ReactElement {
  const { t } = useWords()
  const { data, error, refetch } = useQuery(schedulesQuery(useClient(), useEnvironment(), pipeline))
  const [open, setOpen] = useState<Schedule | 'new' | null>(null)
  const { change, busy } = useScheduleChange()
  const list = data?.schedules ?? []
  return (
    <section aria-label={t('pipelines.schedule.title')}>
      <div className="sec-h">
        <h2>{t('pipelines.schedule.title')}</h2>
        <button type="button" className="link sm" onClick={() => setOpen('new')}>
          {t('pipelines.schedule.add')}
        </button>
      </div>
      {error && !data ? <FailingPicture error={error} retry={() => void refetch()} /> : null}
      {data?.pausedAll && (
        <p className="note">
          <StateGlyph look="waiting" size={12} /> {t('pipelines.schedule.pausedAll', { reason: data.pausedAll.reason })}{' '}
          <button type="button" className="link" disabled={busy} onClick={() => change((client) => client.schedules.resumeAll({}))}>
            {t('pipelines.schedule.resumeAll')}
          </button>
        </p>
      )}
      {data && list.length === 0 && <p className="faint">{t('pipelines.schedule.none')}</p>}
      {data && list.length > 0 && !data.served && <p className="warning">{t('pipelines.schedule.notServed')}</p>}
      {list.map((schedule) => (
        <One key={schedule.id} schedule={schedule} onEdit={() => setOpen(schedule)} />
      ))}
      {open !== null && <ScheduleForm pipeline={pipeline} schedule={open === 'new' ? null : open} taken={list.map(({ id }) => id)} onClose={() => setOpen(null)} />}
    </section>
  )
}

function One({ schedule, onEdit }: { schedule: Schedule; onEdit: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const [removing, setRemoving] = useState(false)
  const { change, busy } = useScheduleChange(() => setRemoving(false))
  const { id, cron, zone, state, reason, origin, next } = schedule
  const paused = state === 'paused'
  return (
    <div className="sched">
      <div className="row">
        <StateGlyph look={paused ? 'waiting' : 'succeeded'} size={12} />
        <span className="b">{id}</span>
        <span className="mono">{cron}</span>
        <span className="sp" />
        <span className="faint meta nw">{zone}</span>
      </div>
      <p className={paused ? undefined : 'mut'}>{paused ? (reason ? t('pipelines.schedule.pausedWhy', { reason }) : t('pipelines.schedule.paused')) : t('pipelines.schedule.nextAt', { time: f.absolute(next[0] ?? '') })}</p>
      {!paused && (
        <div className="next-times" aria-label={t('pipelines.schedule.next')}>
          {next.map((time) => (
            <div key={time}>{inZone(time, zone, f.locale)}</div>
          ))}
        </div>
      )}
      <Firings schedule={schedule} />
      <div className="acts-row">
        <button type="button" className="link sm" disabled={busy} onClick={() => change((client) => (paused ? client.schedules.resume({ id }) : client.schedules.pause({ id, reason: null })))}>
          {paused ? t('pipelines.schedule.resume') : t('pipelines.schedule.pause')}
        </button>
        {origin === 'console' ? (
          <>
            <button type="button" className="link sm" onClick={onEdit}>{t('pipelines.schedule.edit')}</button>
            <button type="button" className="link sm" onClick={() => setRemoving(true)}>{t('pipelines.schedule.remove')}</button>
          </>
        ) : (
          <span className="faint meta">{t('pipelines.schedule.declared')}</span>
        )}
      </div>
      {removing && (
      <Dialog onClose={() => setRemoving(false)} title={t('pipelines.schedule.removeTitle', { id })}>
        <p>{t('pipelines.schedule.removeText')}</p>
        <ul className="next-times" style={{ margin: '8px 0 14px' }}>
          {next.map((time) => (
            <li key={time}>{inZone(time, zone, f.locale)}</li>
          ))}
        </ul>
        <Button variant="act" disabled={busy} onClick={() => change((client) => client.schedules.remove({ id }))}>{t('pipelines.schedule.removeNow', { id })}</Button>
      </Dialog>
      )}
    </div>
  )
}

const FIRED = { started: 'succeeded', claimed: 'running', skipped: 'cancelled', refused: 'failed' } as const

function Firings({ schedule: { firings } }: { schedule: Schedule }): React.ReactElement | null {
  const { t, f } = useWords()
  if (firings.length === 0) return null
  return (
    <ul className="evi">
      {firings.slice(0, 3).map(({ due, outcome, runId, failure, missed }) => (
        <li key={due}>
          <StateGlyph look={FIRED[outcome]} size={12} />
          <div>
            <Ago at={due} focusable />{' '}
            {runId ? (
              <Link className="link" to="/runs/$runId" params={{ runId }}>{t('pipelines.schedule.started')}</Link>
            ) : (
              t(`pipelines.schedule.outcome.${outcome}`)
            )}
            {missed > 0 && <span className="faint"> {t('pipelines.schedule.missed', { count: missed, n: f.n(missed) })}</span>}
            {failure && <small>{failure.what}</small>}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Weekday, date and hour where the schedule lives. */
export const inZone = (time: string, zone: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(time))
