import { IconArrowRampRight, IconBox, IconChartBar, IconDatabase, IconFilterX, IconInfoCircle, IconLayoutDashboard, IconSettings, IconShieldCheck, IconStethoscope, IconWaveSine, type Icon } from '@tabler/icons-react'

/** Where an entry of the navigation stands: before the verbs, under one of them, or at the foot. */
export const VERBS = ['run', 'watch', 'prove'] as const
export type Verb = (typeof VERBS)[number]

/**
 * Pages that exist, in the order in which they are shown. One line per page, with its name under `shell.pages`:
 * navigation, palette, keys and cheat sheet follow from it. `key` follows G. Dashboards of the blueprint stand
 * under Watch by their own title.
 */
export const PLACES = [
  { id: 'overview', verb: null, to: '/', key: 'o', icon: IconLayoutDashboard },
  { id: 'pipelines', verb: 'run', to: '/pipelines', key: 'p', icon: IconArrowRampRight },
  { id: 'score', verb: 'run', to: '/score', key: 'c', icon: IconWaveSine },
  { id: 'quality', verb: 'watch', to: '/quality', key: 'q', icon: IconFilterX },
  { id: 'data', verb: 'watch', to: '/data', key: 'd', icon: IconDatabase },
  { id: 'audit', verb: 'prove', to: '/audit', key: 'a', icon: IconShieldCheck },
  { id: 'doctor', verb: 'foot', to: '/doctor', key: 'h', icon: IconStethoscope },
  { id: 'settings', verb: 'foot', to: '/settings', key: 's', icon: IconSettings },
  { id: 'about', verb: 'foot', to: '/about', key: 'i', icon: IconInfoCircle },
] as const satisfies readonly { id: string; verb: Verb | 'foot' | null; to: string; key: string; icon: Icon }[]

export type Place = (typeof PLACES)[number]

export const DASHBOARD_ICON = IconChartBar
export const VIEW_ICON = IconBox
