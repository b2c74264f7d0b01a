import { Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { Icon } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { dashboardsQuery, useLiveRuns, viewsQuery } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { useEnvironment } from './environment.tsx'
import { DASHBOARD_ICON, PLACES, VERBS, VIEW_ICON, type Place } from './places.ts'

/** Verbs, only those under which a page exists. A count stands beside an item only while something runs. */
export function Nav(): React.ReactElement {
  const { t, f, language } = useWords()
  const environment = useEnvironment()
  const live = useLiveRuns(environment)
  const dashboards = useQuery(dashboardsQuery(useClient(), environment)).data ?? []
  const views = useQuery(viewsQuery(useClient(), environment)).data ?? []
  const running = live.length > 0 && (
    <span className="c running">
      <StateGlyph look="running" size={12} />
      <span>{f.n(live.length)}</span>
    </span>
  )
  const places = (verb: Place['verb']): ReactNode =>
    PLACES.filter((place) => place.verb === verb).map(({ id, icon, to }) => (
      <Item key={id} icon={icon} label={t(`shell.pages.${id}`)} count={id === 'pipelines' ? running : undefined}>
        {(inside) => (
          <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
            {inside}
          </Link>
        )}
      </Item>
    ))
  return (
    <nav className="nav" aria-label={t('shell.nav')}>
      {places(null)}
      {VERBS.map((verb) => (
        <Fragment key={verb}>
          <h2>{t(`shell.verbs.${verb}`)}</h2>
          {verb === 'watch' &&
            dashboards.map(({ id, title }) => (
              <Item key={id} icon={DASHBOARD_ICON} label={title[language]}>
                {(inside) => (
                  <Link to="/dashboards/$dashboard" params={{ dashboard: id }} activeOptions={{ includeSearch: false }}>
                    {inside}
                  </Link>
                )}
              </Item>
            ))}
          {verb === 'watch' &&
            views.map(({ id, title }) => (
              <Item key={id} icon={VIEW_ICON} label={title[language]}>
                {(inside) => (
                  <Link to="/$view" params={{ view: id }} activeOptions={{ includeSearch: false }}>
                    {inside}
                  </Link>
                )}
              </Item>
            ))}
          {places(verb)}
        </Fragment>
      ))}
      <span className="sp" />
      {places('foot')}
    </nav>
  )
}

function Item({ icon: Picture, label, count, children }: { icon: Icon; label: string; count?: ReactNode; children: (inside: ReactNode) => ReactNode }): React.ReactElement {
  const narrow = useMediaQuery('(max-width: 1179px)', false, { getInitialValueInEffect: false })
  const link = children(
    <>
      <Picture size={16} stroke={1.6} aria-hidden="true" />
      <span className="label">{label}</span>
      {count}
    </>,
  )
  return narrow ? (
    <Tooltip label={label} position="right">
      <div>{link}</div>
    </Tooltip>
  ) : (
    <>{link}</>
  )
}
