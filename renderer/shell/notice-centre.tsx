import { ActionIcon, Button, Drawer, Tooltip } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { notifications } from '@mantine/notifications'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { runsQuery } from '#renderer/api/queries.ts'
import type { Run } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import { Moment } from '#renderer/ui/time.tsx'
import { useEnvironment } from './environment.tsx'
import { endedSince, isRead, markAll, markRead, needsYou } from './notices.ts'

const MOST = 50
const SHORT = 300

function useNotices(): readonly Run[] {
  return useQuery(runsQuery(useClient(), { environment: useEnvironment(), limit: MOST })).data?.runs ?? []
}

/** A bell with what was not read yet. */
export function Bell({ opened, onOpen }: { opened: boolean; onOpen: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const { notices } = useSettings().values
  const unread = useNotices().filter((run) => !isLive(run) && !isRead(run, notices))
  const urgent = unread.some(needsYou)
  const label = unread.length === 0 ? t('shell.notices') : `${t('shell.notices')}, ${t('shell.unread', { count: unread.length, n: f.n(unread.length) })}`
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-expanded={opened} onClick={onOpen} className="bell">
        <IconBell size={16} stroke={1.6} />
        {unread.length > 0 && <span className="bell-count" data-urgent={urgent || undefined}>{f.n(unread.length)}</span>}
      </ActionIcon>
    </Tooltip>
  )
}

/** What ended, what failed, what needs somebody: read or not, the same in every window. */
export function NoticeCentre({ opened, onClose }: { opened: boolean; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const { values, set } = useSettings()
  const runs = useNotices()
  const ended = runs.filter((run) => !isLive(run))
  const unread = ended.filter((run) => !isRead(run, values.notices))
  const groups = [
    { title: t('shell.needsYou'), runs: unread.filter(needsYou) },
    { title: t('shell.ended'), runs: ended.filter((run) => !(needsYou(run) && unread.includes(run))) },
  ]
  return (
    <Drawer opened={opened} onClose={onClose} title={t('shell.notices')} size={392}>
      <div className="tray">
        {unread.length > 0 && (
          <div className="row">
            <span className="faint meta">{t('shell.unread', { count: unread.length, n: f.n(unread.length) })}</span>
            <span className="sp" />
            <Button size="sm" onClick={() => set({ notices: markAll(runs, values.notices) })}>
              {t('shell.allRead')}
            </Button>
          </div>
        )}
        {ended.length === 0 && <p className="faint meta">{t('shell.noNotices')}</p>}
        {groups.map(
          (group) =>
            group.runs.length > 0 && (
              <section key={group.title} aria-label={group.title}>
                <h3>{group.title}</h3>
                <ul>
                  {group.runs.map((run) => (
                    <Notice key={run.runId} run={run} read={isRead(run, values.notices)} onRead={() => set({ notices: markRead(run, values.notices) })} onLeave={onClose} />
                  ))}
                </ul>
              </section>
            ),
        )}
        <p className="tray-foot">
          {t('shell.noticesFoot')}{' '}
          <Link className="link sm" to="/settings" hash="osNotifications" onClick={onClose}>
            {t('shell.noticesSettings')}
          </Link>
        </p>
      </div>
    </Drawer>
  )
}

function Notice({ run, read, onRead, onLeave }: { run: Run; read: boolean; onRead: () => void; onLeave: () => void }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <li data-read={read || undefined}>
      <StateGlyph look={RUN_LOOK[run.state]} />
      <div>
        <div className="row">
          <Link
            className={read ? 'tr plain' : 'b tr plain'}
            to="/runs/$runId"
            params={{ runId: run.runId }}
            onClick={() => {
              onRead()
              onLeave()
            }}
          >
            <bdi>{run.title}</bdi>
          </Link>
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
          {!read && (
            <button type="button" className="link sm" onClick={onRead}>
              {t('shell.markRead')}
            </button>
          )}
        </div>
      </div>
    </li>
  )
}

/** Tells of a run that ended: to screen readers always, at the lower right, and by the system when nobody looks. */
export function RunEnds(): React.ReactElement {
  const { t, f } = useWords()
  const { osNotifications } = useSettings().values
  const environment = useEnvironment()
  const { data } = useQuery(runsQuery(useClient(), { environment, limit: MOST }))
  const before = useRef<{ environment: string; runs: readonly Run[] } | null>(null)
  const [said, say] = useState('')
  useEffect(() => {
    if (!data) return
    const ended = endedSince(before.current?.environment === environment ? before.current.runs : undefined, data.runs)
    before.current = { environment, runs: data.runs }
    for (const run of ended) {
      const text = t('shell.runEnded', { title: run.title.slice(0, SHORT), number: f.n(run.number), state: t(`ui.runState.${run.state}`) })
      say(text)
      const hash = `#/runs/${run.runId}`
      if (!window.location.hash.startsWith(hash))
        notifications.show({ title: text, message: run.failure?.what.slice(0, SHORT) ?? '', icon: <StateGlyph look={RUN_LOOK[run.state]} />, autoClose: needsYou(run) ? false : 8000 })
      if (osNotifications && !document.hasFocus() && 'Notification' in window && Notification.permission === 'granted') {
        const told = new Notification(text, { body: run.failure?.what.slice(0, SHORT) ?? '', tag: run.runId })
        told.addEventListener('click', () => {
          window.focus()
          window.location.hash = hash
        })
      }
    }
  }, [data, environment, osNotifications, t, f])
  return (
    <p className="vh" role="status" aria-live="polite">
      {said}
    </p>
  )
}
