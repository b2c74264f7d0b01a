import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import { IconArrowRampRight, IconComponents, IconKeyboard, IconLanguage, IconMoon, IconPlayerPlay, IconSearch, IconShieldCheck, IconSun } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { dashboardsQuery, pipelinesQuery, runsQuery, viewsQuery } from '#renderer/api/queries.ts'
import { setLanguage, useWords } from '#renderer/i18n/index.ts'
import { EnvironmentChip } from '#renderer/ui/badges.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import { usePlace } from './environment.tsx'
import { DASHBOARD_ICON, DASHBOARD_KEY, PLACES, VIEW_ICON } from './places.ts'

interface Entry {
  readonly id: string
  readonly icon: ReactNode
  readonly label: string
  readonly beside?: string
  readonly keys?: readonly string[]
  readonly go: () => void
}

const MOST = 7

/** Everything by name: what can be done, where one can go, what ran. */
export function Palette({ openKeys }: { openKeys: () => void }): React.ReactElement {
  const { t } = useWords()
  const { environment } = usePlace()
  const [query, setQuery] = useState('')
  const groups = useEntries(openKeys)
  const wanted = fold(query).split(/\s+/).filter(Boolean)
  const found = groups
    .map(({ title, entries }) => ({ title, entries: entries.filter(({ label, beside }) => wanted.every((word) => fold(`${label} ${beside ?? ''}`).includes(word))).slice(0, MOST) }))
    .filter(({ entries }) => entries.length > 0)
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      tagsToIgnore={[]}
      clearQueryOnClose
      scrollable
      maxHeight={400}
      size={640}
      yOffset={112}
      transitionProps={{ duration: 90 }}
      overlayProps={{ className: 'scrim', blur: 0 }}
      classNames={{ content: 'pal-content', search: 'pal-search', actionsList: 'pal-list', empty: 'pal-empty' }}
    >
      <Spotlight.Search
        placeholder={t('shell.find')}
        aria-label={t('shell.find')}
        leftSection={<IconSearch size={16} />}
        rightSection={<EnvironmentChip of={environment.class} />}
        rightSectionWidth={130}
      />
      <Spotlight.ActionsList>
        {found.map(({ title, entries }) => (
          <Spotlight.ActionsGroup key={title} label={title} className="pal-group">
            {entries.map((entry) => (
              <Spotlight.Action key={entry.id} className="pal-action" onClick={entry.go}>
                {entry.icon}
                <span className="b nw">{entry.label}</span>
                <span className="faint tr">{entry.beside}</span>
                <span className="sp" />
                {entry.keys?.map((key) => <kbd key={key}>{key}</kbd>)}
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {found.length === 0 && <Spotlight.Empty>{t('shell.nothingFound', { query })}</Spotlight.Empty>}
      </Spotlight.ActionsList>
      <div className="pal-foot">
        <span>
          <kbd>↑</kbd>
          <kbd>↓</kbd> {t('shell.choose')}
        </span>
        <span>
          <kbd>Enter</kbd> {t('shell.open')}
        </span>
        <span className="sp" />
        <span>
          <kbd>?</kbd> {t('shell.allKeys')}
        </span>
      </div>
    </Spotlight.Root>
  )
}

function useEntries(openKeys: () => void): { title: string; entries: Entry[] }[] {
  const { t, f, language } = useWords()
  const { environment } = usePlace()
  const client = useClient()
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const pipelines = useQuery(pipelinesQuery(client, environment.name)).data ?? []
  const dashboards = useQuery(dashboardsQuery(client, environment.name)).data ?? []
  const views = useQuery(viewsQuery(client, environment.name)).data ?? []
  const runs = useQuery(runsQuery(client, { environment: environment.name, limit: 30 })).data?.runs ?? []
  const act: Entry[] = [
    ...pipelines.map((pipeline) => ({
      id: `plan-${pipeline.id}`,
      icon: <IconPlayerPlay size={16} stroke={1.6} />,
      label: t('shell.planPipeline', { title: pipeline.title }),
      beside: t('shell.changesNothing'),
      go: () => void navigate({ to: '/pipelines/$pipeline', params: { pipeline: pipeline.id }, search: { plan: true } }),
    })),
    { id: 'verify', icon: <IconShieldCheck size={16} stroke={1.6} />, label: t('audit.verify'), go: () => void navigate({ to: '/audit', search: { verify: true } }) },
    {
      id: 'theme',
      icon: dark ? <IconSun size={16} stroke={1.6} /> : <IconMoon size={16} stroke={1.6} />,
      label: dark ? t('shell.toLight') : t('shell.toDark'),
      go: () => setColorScheme(dark ? 'light' : 'dark'),
    },
    { id: 'language', icon: <IconLanguage size={16} stroke={1.6} />, label: t('shell.toLanguage'), go: () => void setLanguage(language === 'en' ? 'fr' : 'en') },
    { id: 'keys', icon: <IconKeyboard size={16} stroke={1.6} />, label: t('shell.keys'), keys: ['?'], go: openKeys },
  ]
  const go: Entry[] = [
    ...PLACES.map(({ id, to, key, icon: Picture }) => ({
      id,
      icon: <Picture size={16} stroke={1.6} />,
      label: t(`shell.pages.${id}`),
      keys: ['G', key.toUpperCase()],
      go: () => void navigate({ to }),
    })),
    { id: 'gallery', icon: <IconComponents size={16} stroke={1.6} />, label: t('gallery.open'), go: () => void navigate({ to: '/gallery' }) },
    ...dashboards.map(({ id, title }, i) => ({
      id: `dashboard-${id}`,
      icon: <DASHBOARD_ICON size={16} stroke={1.6} />,
      label: title[language],
      keys: i === 0 ? ['G', DASHBOARD_KEY.toUpperCase()] : undefined,
      go: () => void navigate({ to: '/dashboards/$dashboard', params: { dashboard: id } }),
    })),
    ...views.map(({ id, title }) => ({
      id: `view-${id}`,
      icon: <VIEW_ICON size={16} stroke={1.6} />,
      label: title[language],
      go: () => void navigate({ to: '/$view', params: { view: id } }),
    })),
    ...pipelines.map(({ id, title }) => ({
      id: `pipeline-${id}`,
      icon: <IconArrowRampRight size={16} stroke={1.6} />,
      label: title,
      beside: id,
      go: () => void navigate({ to: '/pipelines/$pipeline', params: { pipeline: id } }),
    })),
  ]
  const past: Entry[] = runs.map((run) => ({
    id: run.runId,
    icon: <StateGlyph look={RUN_LOOK[run.state]} size={16} />,
    label: t('shell.run', { number: f.n(run.number) }),
    beside: `${run.title} · ${t(`ui.runState.${run.state}`)} · ${f.date(run.createdAt)} ${f.clock(run.createdAt)}`,
    go: () => void navigate({ to: '/runs/$runId', params: { runId: run.runId } }),
  }))
  return [
    { title: t('shell.do'), entries: act },
    { title: t('shell.goTo'), entries: go },
    { title: t('shell.runs'), entries: past },
  ]
}

const fold = (text: string): string => text.toLowerCase().normalize('NFD').replaceAll(/\p{Diacritic}/gu, '')
