import { IconArrowRampRight, IconChartBar, IconFilterX, IconLayoutDashboard, IconSettings, IconShieldCheck, type Icon } from '@tabler/icons-react'

/** Pages that exist, by verb. `key` follows G. Dashboards of the blueprint stand under Watch by their own title. */
export const PLACES = [
  { id: 'overview', verb: null, to: '/', key: 'o', icon: IconLayoutDashboard },
  { id: 'pipelines', verb: 'run', to: '/pipelines', key: 'p', icon: IconArrowRampRight },
  { id: 'rejects', verb: 'run', to: '/rejects', key: 'x', icon: IconFilterX },
  { id: 'audit', verb: 'prove', to: '/audit', key: 'a', icon: IconShieldCheck },
  { id: 'settings', verb: 'foot', to: '/settings', key: 's', icon: IconSettings },
] as const satisfies readonly { id: string; verb: string | null; to: string; key: string; icon: Icon }[]

export const DASHBOARD_KEY = 'r'
export const DASHBOARD_ICON = IconChartBar
