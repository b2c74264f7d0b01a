import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouterState, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useClient, useConnection } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import { dashboardsQuery, useInfo } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Message } from '#renderer/ui/pictures.tsx'
import { ConnectionBanner } from './banner.tsx'
import { Bar } from './bar.tsx'
import { PlaceContext, useEnvironment } from './environment.tsx'
import { KeySheet } from './key-sheet.tsx'
import { useKeyboard } from './keyboard.ts'
import { Nav } from './nav.tsx'
import { Palette } from './palette.tsx'
import { Shelf } from './shelf.tsx'
import { Tray } from './tray.tsx'

/** Bar, navigation, page, shelf. Nothing shows before the core has said where we are. */
export function Shell(): React.ReactElement {
  const { t } = useWords()
  const info = useInfo()
  const connection = useConnection()
  const wanted = useSearch({ strict: false, select: ({ env }) => env })
  const environment = info.data?.environments.find(({ name }) => name === wanted) ?? info.data?.environments[0]
  const place = useMemo(() => (info.data && environment ? { info: info.data, environment } : null), [info.data, environment])
  if (place)
    return (
      <PlaceContext value={place}>
        <Frame environmentClass={place.environment.class} />
      </PlaceContext>
    )
  return (
    <main className="page page-fill" style={{ height: '100%', padding: 'var(--gutter)' }}>
      {connection === 'refused' ? (
        <Message failure={{ code: 'REFUSED', what: t('shell.refused'), next: t('shell.refusedMore') }} />
      ) : info.error ? (
        <Message failure={failureOf(info.error)} />
      ) : (
        <p className="faint" role="status">{t('shell.connecting')}</p>
      )}
    </main>
  )
}

function Frame({ environmentClass }: { environmentClass: string }): React.ReactElement {
  const { t } = useWords()
  const [tray, setTray] = useState(false)
  const [keys, setKeys] = useState(false)
  const main = useRef<HTMLElement>(null)
  const dashboards = useQuery(dashboardsQuery(useClient(), useEnvironment())).data
  useKeyboard({ dashboard: dashboards?.[0]?.id, openKeys: () => setKeys(true) })
  // A new page starts at its beginning, for the eye and for a screen reader.
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const before = useRef(path)
  useEffect(() => {
    if (before.current !== path) main.current?.focus({ preventScroll: true })
    before.current = path
  }, [path])
  return (
    <div className="app" data-env={environmentClass}>
      <a className="vh" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus() }}>
        {t('shell.skip')}
      </a>
      <Bar tray={tray} onTray={() => setTray((open) => !open)} />
      <Nav />
      <main className="page" id="main" tabIndex={-1} ref={main}>
        <ConnectionBanner />
        <Outlet />
      </main>
      <Shelf />
      <Tray opened={tray} onClose={() => setTray(false)} />
      <Palette openKeys={() => setKeys(true)} />
      <KeySheet opened={keys} onClose={() => setKeys(false)} />
    </div>
  )
}
