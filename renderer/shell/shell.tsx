import { useComputedColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouter, useRouterState, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useClient, useConnection } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import { dashboardsQuery, useInfo } from '#renderer/api/queries.ts'
import type { Environment } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { EmptyPicture, Message } from '#renderer/ui/pictures.tsx'
import { ConnectionBanner } from './banner.tsx'
import { Bar } from './bar.tsx'
import { copyLink } from './copy-link.ts'
import { PlaceContext, useEnvironment } from './environment.tsx'
import { KeySheet } from './key-sheet.tsx'
import { useKeyboard } from './keyboard.ts'
import { Nav } from './nav.tsx'
import { NoticeCentre, RunEnds } from './notice-centre.tsx'
import { Palette } from './palette.tsx'
import { PLACES } from './places.ts'
import { Shelf } from './shelf.tsx'
import { SwitchEnvironment } from './switch-environment.tsx'
import { Tour } from './tour.tsx'
import { Tray } from './tray.tsx'
import { zoomed } from './zoom.ts'

/** Bar, navigation, page, shelf. Nothing shows before the core has said where we are. */
export function Shell(): React.ReactElement {
  const { t } = useWords()
  const info = useInfo()
  const connection = useConnection()
  const wanted = useSearch({ strict: false, select: ({ env }) => env })
  // A place that is named and isn't there must not become another one in silence.
  const environment = wanted === undefined ? info.data?.environments[0] : info.data?.environments.find(({ name }) => name === wanted)
  const place = useMemo(() => (info.data && environment ? { info: info.data, environment } : null), [info.data, environment])
  if (place)
    return (
      <PlaceContext value={place}>
        <SwitchEnvironment>
          <Frame environmentClass={place.environment.class} />
        </SwitchEnvironment>
      </PlaceContext>
    )
  return (
    <main className="page page-fill" style={{ height: '100%', padding: 'var(--gutter)' }}>
      {connection === 'refused' ? (
        <Message failure={{ code: 'REFUSED', what: t('shell.refused'), next: t('shell.refusedMore') }} />
      ) : info.error ? (
        <Message failure={failureOf(info.error)} />
      ) : info.data && wanted !== undefined ? (
        <UnknownPlace name={wanted} environments={info.data.environments} />
      ) : (
        <p className="faint" role="status">{t('shell.connecting')}</p>
      )}
    </main>
  )
}

function UnknownPlace({ name, environments }: { name: string; environments: readonly Environment[] }): React.ReactElement {
  const { t } = useWords()
  return (
    <EmptyPicture
      title={t('shell.unknownPlace', { name: name.slice(0, 60) })}
      text={t('shell.unknownPlaceMore')}
      action={environments.map((each) => (
        <Link key={each.name} className="link" to="/" search={{ env: each.name }}>
          {t('shell.openPlace', { title: each.title })}
        </Link>
      ))}
    />
  )
}

type Overlay = 'palette' | 'keys' | 'tray' | 'notices' | 'environments'

function Frame({ environmentClass }: { environmentClass: string }): React.ReactElement {
  const { t } = useWords()
  const [overlay, setOverlay] = useState<Overlay | null>(null)
  const main = useRef<HTMLElement>(null)
  const navigate = useNavigate()
  const { history } = useRouter()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const { language } = useWords()
  const { values, set } = useSettings()
  const dashboard = useQuery(dashboardsQuery(useClient(), useEnvironment())).data?.[0]?.id
  const toggle = (which: Overlay) => (): void => setOverlay((open) => (open === which ? null : which))
  const close = (): void => setOverlay(null)
  useStartPage()
  useKeyboard({
    palette: toggle('palette'),
    keys: toggle('keys'),
    tray: toggle('tray'),
    notices: toggle('notices'),
    environment: toggle('environments'),
    back: () => history.back(),
    forward: () => history.forward(),
    copyLink: () => void copyLink(t),
    bigger: () => set({ zoom: zoomed(values.zoom, 1) }),
    smaller: () => set({ zoom: zoomed(values.zoom, -1) }),
    usualSize: () => set({ zoom: 100 }),
    theme: () => set({ theme: dark ? 'light' : 'dark' }),
    language: () => set({ language: language === 'en' ? 'fr' : 'en' }),
    dashboard: () => dashboard && void navigate({ to: '/dashboards/$dashboard', params: { dashboard } }),
    ...Object.fromEntries(PLACES.map(({ id, to }) => [`go.${id}`, () => void navigate({ to })])),
  })
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
      <Bar
        tray={overlay === 'tray'}
        onTray={toggle('tray')}
        notices={overlay === 'notices'}
        onNotices={toggle('notices')}
        environments={overlay === 'environments'}
        onEnvironments={(open) => setOverlay(open ? 'environments' : null)}
        onFind={toggle('palette')}
      />
      <Nav />
      <main className="page" id="main" tabIndex={-1} ref={main}>
        <ConnectionBanner />
        <Tour />
        <Outlet />
      </main>
      <Shelf />
      <RunEnds />
      <Tray opened={overlay === 'tray'} onClose={close} />
      <NoticeCentre opened={overlay === 'notices'} onClose={close} />
      <Palette opened={overlay === 'palette'} onClose={close} openKeys={() => setOverlay('keys')} />
      <KeySheet opened={overlay === 'keys'} onClose={close} />
    </div>
  )
}

/** Opens where the operator wants to begin, when the address named no page. */
function useStartPage(): void {
  const { values, known } = useSettings()
  const navigate = useNavigate()
  const done = useRef(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const index = useRouterState({ select: ({ location }) => location.state.__TSR_index })
  useEffect(() => {
    if (done.current || !known) return
    done.current = true
    const place = PLACES.find(({ to }) => to === values.startPage)
    if (place && path === '/' && place.to !== '/' && !index && performance.getEntriesByType('navigation')[0]?.toJSON().type !== 'reload') void navigate({ to: place.to, replace: true })
  }, [known, values.startPage, path, index, navigate])
}
