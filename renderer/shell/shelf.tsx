import { Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useClient, useConnection } from '#renderer/api/core.tsx'
import { headQuery, systemsQuery, useLiveRuns } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EnvironmentChip } from '#renderer/ui/badges.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { usePlace } from './environment.tsx'

/** Environment again, one lamp per system, audit head, clock. */
export function Shelf(): React.ReactElement {
  const { t, f } = useWords()
  const { environment } = usePlace()
  const client = useClient()
  const lost = useConnection() !== 'open'
  const systems = useQuery(systemsQuery(client, environment.name)).data ?? []
  const head = useQuery(headQuery(client)).data
  return (
    <footer className="shelf">
      <EnvironmentChip of={environment.class} size={11} />
      <ul aria-label={t('shell.systems')}>
        {systems.map((system) => {
          const state = lost ? 'unknown' : system.state
          return (
            <Tooltip key={system.system} label={[system.engine, t(`ui.systemState.${state}`), system.note].filter(Boolean).join(' · ')}>
              <li className="lamp" data-trouble={state === 'up' ? undefined : ''}>
                <span className="lampdot" data-state={state} />
                <span className="word">{t(`ui.system.${system.system}`)}</span>
                <span className={state === 'up' ? 'vh' : 'faint'}>{t(`ui.systemState.${state}`)}</span>
              </li>
            </Tooltip>
          )
        })}
      </ul>
      <span className="sp" />
      <CoreState />
      {head && <span className="wide">{t('shell.auditHead', { entries: f.n(head.entries), root: head.rootHash.slice(0, 8) })}</span>}
      <Clock />
    </footer>
  )
}

function Clock(): React.ReactElement {
  const { f } = useWords()
  const now = useNow()
  return <span className="tn">{f.time(now)} {f.zone(now)}</span>
}

const PING_MS = 10_000
/** Below this the two clocks are as good as one. */
const CLOCK_OFF_MS = 5000

/** The core: there or away, its version, how long a question takes, what waits. */
function CoreState(): React.ReactElement {
  const { t, f } = useWords()
  const { info, environment } = usePlace()
  const client = useClient()
  const state = useConnection()
  const waiting = useLiveRuns(environment.name).filter((run) => run.state === 'queued').length
  const { data } = useQuery({
    queryKey: ['ping'],
    queryFn: async ({ signal }) => {
      const begun = performance.now()
      const { at } = await client.system.ping({}, { signal })
      const lag = performance.now() - begun
      return { lag, off: Math.abs(Date.now() - lag / 2 - at) }
    },
    refetchInterval: PING_MS,
    enabled: state === 'open',
  })
  const up = state === 'open'
  return (
    <span className="row core-state">
      <span className="lampdot" data-state={up ? 'up' : 'unknown'} />
      <span>{up ? t('shell.coreUp', { version: info.version }) : t('shell.coreLost')}</span>
      {up && data && <span className="faint wide tn">{t('shell.lag', { duration: f.duration(data.lag) })}</span>}
      {up && data && data.off > CLOCK_OFF_MS && <span className="warning">{t('shell.clockOff', { duration: f.duration(data.off) })}</span>}
      {waiting > 0 && <span>{t('shell.queue', { count: waiting, n: f.n(waiting) })}</span>}
    </span>
  )
}
