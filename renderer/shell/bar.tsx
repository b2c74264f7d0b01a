import { ActionIcon, Menu, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconLanguage, IconListCheck, IconMoon, IconSearch, IconSelector, IconSun } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { setLanguage, useWords } from '#renderer/i18n/index.ts'
import { useClient } from '#renderer/api/core.tsx'
import { runQuery, useLiveRuns } from '#renderer/api/queries.ts'
import { EnvironmentSquare, Mark } from '#renderer/ui/glyphs.tsx'
import { usePlace } from './environment.tsx'

const mac = /Mac|iPhone|iPad/.test(navigator.platform)
export const MOD = mac ? '⌘' : 'Ctrl'

/** Holds, always: environment, workspace, place, palette, operations tray. */
export function Bar({ tray, onTray }: { tray: boolean; onTray: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const { info, environment } = usePlace()
  const live = useLiveRuns(environment.name)
  return (
    <header className="bar">
      <Mark />
      <EnvironmentSwitch />
      <span className="sep" aria-hidden="true">/</span>
      <span className="ws tr">{info.workspace.name}</span>
      <Crumbs />
      <span className="sp" />
      <button type="button" className="find" onClick={() => spotlight.open()}>
        <IconSearch size={14} />
        {t('shell.find')}
        <span className="sp" />
        <kbd>{MOD} K</kbd>
      </button>
      <button type="button" className="btn-bar" aria-expanded={tray} onClick={onTray}>
        <IconListCheck size={16} stroke={1.6} />
        <span>{t('shell.running', { count: live.length, n: f.n(live.length) })}</span>
      </button>
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

/** Place: the page, and below it what is open. */
function Crumbs(): React.ReactElement | null {
  const { t } = useWords()
  const runId = useParams({ strict: false, select: ({ runId: id }) => id })
  const pipeline = useParams({ strict: false, select: ({ pipeline: id }) => id })
  const number = useQuery({ ...runQuery(useClient(), runId ?? ''), enabled: runId !== undefined, select: (run) => run.number }).data
  const { f } = useWords()
  if (!runId && !pipeline) return null
  return (
    <>
      <span className="sep" aria-hidden="true">/</span>
      <span className="tr mut">
        <Link className="crumb" to="/pipelines">
          {t('shell.pages.pipelines')}
        </Link>{' '}
        / {runId ? (number === undefined ? '' : t('shell.run', { number: f.n(number) })) : pipeline}
      </span>
    </>
  )
}

function EnvironmentSwitch(): React.ReactElement {
  const { t } = useWords()
  const { info, environment } = usePlace()
  const navigate = useNavigate()
  const inside = (
    <>
      <EnvironmentSquare of={environment.class} />
      {t(`ui.environment.${environment.class}`)}
    </>
  )
  if (info.environments.length < 2) return <span className="btn-bar env-sw" style={{ cursor: 'default', background: 'none' }}>{inside}</span>
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="btn-bar env-sw">
          {inside}
          <IconSelector size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {info.environments.map((each) => (
          <Menu.Item key={each.name} leftSection={<EnvironmentSquare of={each.class} />} onClick={() => void navigate({ to: '/', search: { env: each.name } })}>
            {each.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function LanguageButton(): React.ReactElement {
  const { t, language } = useWords()
  const other = language === 'en' ? 'fr' : 'en'
  return (
    <Tooltip label={t('shell.toLanguage')}>
      <ActionIcon aria-label={t('shell.toLanguage')} lang={other} onClick={() => void setLanguage(other)}>
        <IconLanguage size={16} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  )
}

function ThemeButton(): React.ReactElement {
  const { t } = useWords()
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const label = dark ? t('shell.toLight') : t('shell.toDark')
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
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
