import { Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useClient, useConnection } from '#renderer/api/core.tsx'
import { headQuery, systemsQuery } from '#renderer/api/queries.ts'
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
      {head && <span>{t('shell.auditHead', { entries: f.n(head.entries), root: head.rootHash.slice(0, 8) })}</span>}
      <Clock />
    </footer>
  )
}

function Clock(): React.ReactElement {
  const { f } = useWords()
  return <span className="tn">{f.time(useNow())} UTC</span>
}
