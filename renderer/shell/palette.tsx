import { Modal } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { EnvironmentChip } from '#renderer/ui/badges.tsx'
import { usePlace } from './environment.tsx'
import { KeyCaps } from './key-caps.tsx'
import { useEntries, type Entry } from './palette-entries.tsx'
import { rank, used, worth, type Found } from './rank.ts'

const MOST = 7
const RECENT = 4
const GROUPS = ['do', 'goTo', 'settingsGroup', 'runs', 'elsewhere'] as const

/** Everything by name: what can be done, where one can go, what can be set, what ran. */
export function Palette({ opened, onClose, openKeys }: { opened: boolean; onClose: () => void; openKeys: () => void }): React.ReactElement {
  const { t } = useWords()
  return (
    <Modal opened={opened} onClose={onClose} withCloseButton={false} title={t('shell.find')} size={640} yOffset={112} padding={0} transitionProps={{ duration: 90 }} classNames={{ content: 'pal-content', header: 'vh', body: 'pal-body' }} returnFocus>
      <Search onClose={onClose} openKeys={openKeys} />
    </Modal>
  )
}

interface Shown {
  readonly title: string
  readonly found: readonly Found<Entry>[]
}

/** A combobox: the field keeps the focus, the arrows move in the list, screen readers hear where they are. */
function Search({ onClose, openKeys }: { onClose: () => void; openKeys: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const { environment } = usePlace()
  const { values, set } = useSettings()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const [now] = useState(() => Date.now())
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const entries = useEntries(query, openKeys)
  const shown = useShown(query, entries, now)
  const flat = shown.flatMap(({ found }) => found)
  const active = Math.min(at, flat.length - 1)

  const choose = ({ entry }: Found<Entry>): void => {
    set({ palette: used(values.palette, entry.id, Date.now()) })
    onClose()
    // The dialog gives the focus back first; then the entry may take it.
    setTimeout(entry.go, 0)
  }
  const move = (to: number): void => {
    const next = flat.length === 0 ? 0 : (to + flat.length) % flat.length
    setAt(next)
    list.current?.querySelector(`[data-at="${next}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: Math.min(flat.length - 1, active + MOST), PageUp: Math.max(0, active - MOST) }
    const to = steps[event.key]
    if (to !== undefined) move(to)
    else if (event.key === 'Enter') {
      const picked = flat[active]
      if (picked && !event.nativeEvent.isComposing) choose(picked)
    } else return
    event.preventDefault()
  }
  const starts = shown.map((_, i) => shown.slice(0, i).reduce((sum, { found }) => sum + found.length, 0))
  return (
    <>
      <div className="pal-field">
        <IconSearch size={16} aria-hidden="true" />
        <input
          className="pal-search"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={flat.length > 0 ? `${id}-${active}` : undefined}
          aria-label={t('shell.find')}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={t('shell.find')}
          data-autofocus
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
        <EnvironmentChip of={environment.class} />
      </div>
      <div className="pal-list" role="listbox" id={`${id}-list`} aria-label={t('shell.find')} ref={list}>
        {shown.map(({ title, found }, group) => (
          <div role="group" aria-label={title} key={title}>
            <div className="pal-title" aria-hidden="true">{title}</div>
            {found.map((each, i) => {
              const here = (starts[group] ?? 0) + i
              return (
                <div
                  key={`${each.entry.id} ${each.entry.label}`}
                  role="option"
                  id={`${id}-${here}`}
                  data-at={here}
                  aria-selected={here === active}
                  className="pal-action"
                  data-selected={here === active || undefined}
                  onPointerMove={() => setAt(here)}
                  onClick={() => choose(each)}
                >
                  {each.entry.icon}
                  <bdi className="nw tr pal-label">{marked(each)}</bdi>
                  <bdi className="faint tr">{each.entry.beside}</bdi>
                  <span className="sp" />
                  {each.entry.keys && <KeyCaps keys={each.entry.keys} />}
                </div>
              )
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 && <p className="pal-empty">{t('shell.nothingFound', { query: query.slice(0, 80) })}</p>}
      <p className="vh" role="status">
        {query !== '' && (flat.length === 0 ? t('shell.nothingFound', { query: query.slice(0, 80) }) : t('shell.results', { count: flat.length, n: f.n(flat.length), first: flat[0]?.entry.label ?? '' }))}
      </p>
      <div className="pal-foot" aria-hidden="true">
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
    </>
  )
}

/** Nothing asked: what is used most, then the groups in their order. Asked: the group of the best match first. */
function useShown(query: string, entries: readonly Entry[], now: number): Shown[] {
  const { t } = useWords()
  const { palette } = useSettings().values
  const found = rank(query, entries, palette, now)
  const asked = query.trim() !== ''
  const recent = asked ? [] : found.filter(({ entry }) => worth(palette, entry.id, now) > 0).slice(0, RECENT)
  const order = asked ? [...GROUPS].sort((a, b) => first(found, a) - first(found, b)) : GROUPS
  return [
    { title: t('shell.recent'), found: recent },
    ...order.map((group) => ({ title: t(`shell.${group}`), found: found.filter((each) => each.entry.group === group && !recent.includes(each)).slice(0, MOST) })),
  ].filter((each) => each.found.length > 0)
}

const first = (found: readonly Found<Entry>[], group: Entry['group']): number => {
  const at = found.findIndex(({ entry }) => entry.group === group)
  return at === -1 ? Number.MAX_SAFE_INTEGER : at
}

/** The label with what was typed in bold. */
function marked({ entry: { label }, marks }: Found<Entry>): ReactNode {
  if (marks.length === 0) return label
  const parts: ReactNode[] = []
  let from = 0
  for (const [start, end] of marks) {
    parts.push(label.slice(from, start), <b key={start}>{label.slice(start, end)}</b>)
    from = end
  }
  return [...parts, label.slice(from)]
}
