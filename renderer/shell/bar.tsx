import { ActionIcon, Menu, Tooltip, useComputedColorScheme } from '@mantine/core'
import { IconLanguage, IconListCheck, IconMoon, IconSearch, IconSelector, IconSun } from '@tabler/icons-react'
import { useWords } from '#renderer/i18n/index.ts'
import { useLiveRuns } from '#renderer/api/queries.ts'
import { EnvironmentSquare, Mark } from '#renderer/ui/glyphs.tsx'
import { useSettings } from '#renderer/settings/context.tsx'
import { Crumbs, HistoryButtons } from './crumbs.tsx'
import { usePlace } from './environment.tsx'
import { KeyCaps } from './key-caps.tsx'
import { bindingsOf } from './keys.ts'
import { Bell } from './notice-centre.tsx'
import { useSwitchEnvironment } from './switch-environment.tsx'


export interface BarProps {
  readonly tray: boolean
  readonly onTray: () => void
  readonly notices: boolean
  readonly onNotices: () => void
  readonly environments: boolean
  readonly onEnvironments: (open: boolean) => void
  readonly onFind: () => void
}

/** Holds, always: environment, workspace, place, palette, operations tray, notifications. */
export function Bar({ tray, onTray, notices, onNotices, environments, onEnvironments, onFind }: BarProps): React.ReactElement {
  const { t, f } = useWords()
  const { info, environment } = usePlace()
  const live = useLiveRuns(environment.name)
  const palette = bindingsOf(useSettings().values.keys).get('palette') ?? ''
  return (
    <header className="bar">
      <Mark />
      <HistoryButtons />
      <EnvironmentSwitch opened={environments} onOpen={onEnvironments} />
      <span className="sep" aria-hidden="true">/</span>
      <span className="ws tr">{info.workspace.name}</span>
      <Crumbs />
      <span className="sp" />
      <button type="button" className="find" onClick={onFind}>
        <IconSearch size={14} />
        {t('shell.find')}
        <span className="sp" />
        <KeyCaps keys={palette} />
      </button>
      <button type="button" className="btn-bar" aria-expanded={tray} onClick={onTray}>
        <IconListCheck size={16} stroke={1.6} />
        <span>{t('shell.running', { count: live.length, n: f.n(live.length) })}</span>
      </button>
      <Bell opened={notices} onOpen={onNotices} />
      <LanguageButton />
      <ThemeButton />
      <Tooltip label={info.actor}>
        <span className="who" role="img" aria-label={info.actor} tabIndex={0}>
          {initials(info.actor)}
        </span>
      </Tooltip>
    </header>
  )
}

function EnvironmentSwitch({ opened, onOpen }: { opened: boolean; onOpen: (open: boolean) => void }): React.ReactElement {
  const { t } = useWords()
  const { info, environment } = usePlace()
  const switchTo = useSwitchEnvironment()
  const inside = (
    <>
      <EnvironmentSquare of={environment.class} />
      {t(`ui.environment.${environment.class}`)}
    </>
  )
  if (info.environments.length < 2) return <span className="btn-bar env-sw" style={{ cursor: 'default', background: 'none' }}>{inside}</span>
  return (
    <Menu position="bottom-start" opened={opened} onChange={onOpen}>
      <Menu.Target>
        <button type="button" className="btn-bar env-sw">
          {inside}
          <IconSelector size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {info.environments.map((each) => (
          <Menu.Item key={each.name} leftSection={<EnvironmentSquare of={each.class} />} onClick={() => switchTo(each)} aria-current={each.name === environment.name || undefined}>
            <bdi>{each.title}</bdi> <span className="faint">{t(`ui.environment.${each.class}`)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function LanguageButton(): React.ReactElement {
  const { t, language } = useWords()
  const { set } = useSettings()
  const other = language === 'en' ? 'fr' : 'en'
  return (
    <Tooltip label={t('shell.toLanguage')}>
      <ActionIcon aria-label={t('shell.toLanguage')} lang={other} onClick={() => set({ language: other })}>
        <IconLanguage size={16} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  )
}

function ThemeButton(): React.ReactElement {
  const { t } = useWords()
  const { set } = useSettings()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const label = dark ? t('shell.toLight') : t('shell.toDark')
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => set({ theme: dark ? 'light' : 'dark' })}>
        {dark ? <IconSun size={16} stroke={1.6} /> : <IconMoon size={16} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  )
}

function initials(actor: string): string {
  const words = actor.replace(/[@:].*$/, '').split(/[\s._-]+/).filter(Boolean)
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word[0]) : [words[0]?.slice(0, 2)]
  return letters.join('').toUpperCase() || '?'
}
