import { useComputedColorScheme } from '@mantine/core'
import { IconArrowRampRight, IconCircleX, IconComponents, IconKeyboard, IconLanguage, IconLink, IconMap, IconMoon, IconPlayerPlay, IconPlayerTrackNext, IconSettings, IconShieldCheck, IconStethoscope, IconSun, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { runKeys } from '#renderer/api/keys.ts'
import { dashboardsQuery, pipelinesQuery, runsQuery, viewsQuery } from '#renderer/api/queries.ts'
import type { Run } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { EnvironmentSquare, StateGlyph } from '#renderer/ui/glyphs.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import { copyLink } from './copy-link.ts'
import { usePlace } from './environment.tsx'
import { bindingsOf } from './keys.ts'
import { DASHBOARD_ICON, PLACES, VIEW_ICON } from './places.ts'
import { canResume, useRunControls } from './run-controls.tsx'
import { useSwitchEnvironment } from './switch-environment.tsx'
import { zoomed } from './zoom.ts'

export interface Entry {
  readonly id: string
  readonly group: 'do' | 'goTo' | 'settingsGroup' | 'runs' | 'elsewhere'
  readonly icon: ReactNode
  readonly label: string
  readonly beside?: string
  readonly keys?: string
  readonly go: () => void
}

const SIZE = { size: 16, stroke: 1.6 } as const
const RUNS = 30

/** Everything that has a name: what can be done, where one can go, what can be set, what ran, and the other places. */
export function useEntries(query: string, openKeys: () => void): Entry[] {
  const { t, f, language } = useWords()
  const { info, environment } = usePlace()
  const client = useClient()
  const navigate = useNavigate()
  const { values, set } = useSettings()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const controls = useRunControls()
  const switchTo = useSwitchEnvironment()
  const bindings = bindingsOf(values.keys)
  const pipelines = useQuery(pipelinesQuery(client, environment.name)).data ?? []
  const dashboards = useQuery(dashboardsQuery(client, environment.name)).data ?? []
  const views = useQuery(viewsQuery(client, environment.name)).data ?? []
  const lately = useQuery(runsQuery(client, { environment: environment.name, limit: RUNS })).data?.runs ?? []
  // Among ten thousand runs one is found by its number.
  const number = Number(/\d{1,9}/.exec(query)?.[0] ?? Number.NaN)
  const numbered = useQuery({
    queryKey: [...runKeys.lists, 'number', environment.name, number],
    queryFn: async ({ signal }) => (await client.runs.list({ environment: environment.name, before: number + 1, limit: 1 }, { signal })).runs.filter((run) => run.number === number),
    enabled: Number.isInteger(number),
    placeholderData: keepPreviousData,
  }).data
  const runs = [...(numbered ?? []).filter((run) => !lately.some(({ runId }) => runId === run.runId)), ...lately]
  const keysOf = (id: Parameters<typeof bindings.get>[0]): string | undefined => bindings.get(id) || undefined
  const about = (run: Run): string => `${run.title} · ${t(`ui.runState.${run.state}`)} · ${f.date(run.createdAt)} ${f.clock(run.createdAt)}`
  const toggleTheme = (): void => set({ theme: dark ? 'light' : 'dark' })

  const entries: Entry[] = [
    ...pipelines.map((pipeline): Entry => ({
      id: `plan-${pipeline.id}`, group: 'do', icon: <IconPlayerPlay {...SIZE} />, label: t('shell.planPipeline', { title: pipeline.title }), beside: t('shell.changesNothing'),
      go: () => void navigate({ to: '/pipelines/$pipeline', params: { pipeline: pipeline.id }, search: { plan: true } }),
    })),
    ...runs.filter(isLive).map((run): Entry => ({ id: 'cancel', group: 'do', icon: <IconCircleX {...SIZE} />, label: t('shell.cancelRun', { number: f.n(run.number) }), beside: run.title, go: () => controls.cancel(run) })),
    ...runs.filter(canResume).slice(0, 3).map((run): Entry => ({ id: 'resume', group: 'do', icon: <IconPlayerTrackNext {...SIZE} />, label: t('shell.resumeRun', { number: f.n(run.number) }), beside: about(run), go: () => controls.resume(run) })),
    { id: 'verify', group: 'do', icon: <IconShieldCheck {...SIZE} />, label: t('audit.verify'), go: () => void navigate({ to: '/audit', search: { verify: true } }) },
    { id: 'doctor', group: 'do', icon: <IconStethoscope {...SIZE} />, label: t('shell.checkMachine'), go: () => void navigate({ to: '/doctor' }) },
    { id: 'link', group: 'do', icon: <IconLink {...SIZE} />, label: t('shell.copyLink'), keys: keysOf('copyLink'), go: () => void copyLink(t) },
    { id: 'tour', group: 'do', icon: <IconMap {...SIZE} />, label: t('shell.startTour'), go: () => set({ tour: { state: 'new', step: 0, runId: null } }) },
    { id: 'gallery', group: 'goTo', icon: <IconComponents {...SIZE} />, label: t('gallery.open'), go: () => void navigate({ to: '/gallery' }) },
    { id: 'keys', group: 'do', icon: <IconKeyboard {...SIZE} />, label: t('shell.keys'), keys: keysOf('keys'), go: openKeys },
    ...PLACES.map(({ id, to, icon: Picture }): Entry => ({ id, group: 'goTo', icon: <Picture {...SIZE} />, label: t(`shell.pages.${id}`), keys: keysOf(`go.${id}`), go: () => void navigate({ to }) })),
    ...dashboards.map(({ id, title }, i): Entry => ({
      id: `dashboard-${id}`, group: 'goTo', icon: <DASHBOARD_ICON {...SIZE} />, label: title[language], keys: i === 0 ? keysOf('dashboard') : undefined,
      go: () => void navigate({ to: '/dashboards/$dashboard', params: { dashboard: id } }),
    })),
    ...views.map(({ id, title }): Entry => ({ id: `view-${id}`, group: 'goTo', icon: <VIEW_ICON {...SIZE} />, label: title[language], go: () => void navigate({ to: '/$view', params: { view: id } }) })),
    ...pipelines.map(({ id, title }): Entry => ({ id: `pipeline-${id}`, group: 'goTo', icon: <IconArrowRampRight {...SIZE} />, label: title, beside: id, go: () => void navigate({ to: '/pipelines/$pipeline', params: { pipeline: id } }) })),
    { id: 'theme', group: 'settingsGroup', icon: dark ? <IconSun {...SIZE} /> : <IconMoon {...SIZE} />, label: dark ? t('shell.toLight') : t('shell.toDark'), keys: keysOf('theme'), go: toggleTheme },
    { id: 'language', group: 'settingsGroup', icon: <IconLanguage {...SIZE} />, label: t('shell.toLanguage'), keys: keysOf('language'), go: () => set({ language: language === 'en' ? 'fr' : 'en' }) },
    { id: 'bigger', group: 'settingsGroup', icon: <IconZoomIn {...SIZE} />, label: t('shell.actions.bigger'), beside: f.pct(values.zoom / 100, 0), keys: keysOf('bigger'), go: () => set({ zoom: zoomed(values.zoom, 1) }) },
    { id: 'smaller', group: 'settingsGroup', icon: <IconZoomOut {...SIZE} />, label: t('shell.actions.smaller'), beside: f.pct(values.zoom / 100, 0), keys: keysOf('smaller'), go: () => set({ zoom: zoomed(values.zoom, -1) }) },
    ...(['timeZone', 'startPage', 'osNotifications', 'keyMap'] as const).map((id): Entry => ({ id: `set-${id}`, group: 'settingsGroup', icon: <IconSettings {...SIZE} />, label: t(`settings.${id}`), go: () => void navigate({ to: '/settings', hash: id }) })),
    ...runs.map((run): Entry => ({
      id: run.runId, group: 'runs', icon: <StateGlyph look={RUN_LOOK[run.state]} size={16} />, label: t('shell.run', { number: f.n(run.number) }), beside: about(run),
      go: () => void navigate({ to: '/runs/$runId', params: { runId: run.runId } }),
    })),
    ...info.environments
      .filter(({ name }) => name !== environment.name)
      .map((each): Entry => ({ id: `environment-${each.name}`, group: 'elsewhere', icon: <EnvironmentSquare of={each.class} />, label: each.title, beside: `${t(`ui.environment.${each.class}`)} · ${t('shell.switches')}`, go: () => switchTo(each) })),
  ]
  return entries
}
