import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core'
import { IconArrowDownToArc, IconChevronDown, IconChevronUp, IconCopy, IconSearch, IconTextWrap } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { LogView, type LogViewHandle } from '#renderer/ui/log-view.tsx'
import { hitFrom, hitsOf, linesOf, logText, type LogEntry, type LogLevel } from './log-lines.ts'

export interface LogPanelProps {
  readonly lines: readonly LogEntry[]
  /** More lines may come: follow can be turned on. */
  readonly live?: boolean
  /** Shows lines of this step only; null = all. The choice itself stands with the page. */
  readonly step?: string | null
  /** Lines that the core holds; more than `lines` while they are still being read. */
  readonly total?: number
  readonly title?: string
  /** Further controls of the page, left of the level. */
  readonly tools?: ReactNode
  readonly level?: LogLevel
  readonly onLevel?: (level: LogLevel) => void
  /** What is searched: for a page that holds a part of the log and has the core search the rest. */
  readonly onSearch?: (query: string) => void
  /** Where a log that does not follow opens: at its last error, or its last line when it has none. */
  readonly startAtEnd?: boolean
  /** Lines are still being read: nothing found so far is no answer yet. */
  readonly reading?: boolean
}

/**
 * The log with everything that one does to it: search with the number of hits, Enter and Shift-Enter from hit to hit,
 * level, follow, wrap, copy. Holds 100,000 lines.
 */
export function LogPanel({ lines, live = false, step = null, total, title, tools, level: wanted, onLevel, onSearch, startAtEnd = false, reading = false }: LogPanelProps): React.ReactElement {
  const { t, f } = useWords()
  const [own, setOwn] = useState<LogLevel>('info')
  const level = wanted ?? own
  const [following, follow] = useState(live)
  const [wrap, setWrap] = useState(false)
  const [query, setOwnQuery] = useState('')
  const [at, setAt] = useState(-1)
  const view = useRef<LogViewHandle>(null)
  const current = useRef(0)
  const shown = useMemo(() => linesOf(lines, level, step), [lines, level, step])
  const hits = useMemo(() => hitsOf(shown, query), [shown, query])

  const setQuery = (text: string): void => {
    setOwnQuery(text)
    onSearch?.(text)
  }
  const goTo = (hit: number): void => {
    const line = hits[hit]
    if (line === undefined) return
    setAt(hit)
    follow(false)
    view.current?.show(line)
  }
  const opened = useRef(false)
  useEffect(() => {
    if (!startAtEnd || opened.current || shown.length === 0) return
    opened.current = true
    let last = shown.length - 1
    while (last >= 0 && shown[last]?.level !== 'error') last--
    view.current?.show(last === -1 ? shown.length - 1 : last)
  }, [startAtEnd, shown])
  const step1 = (by: 1 | -1): void => {
    if (hits.length === 0) return
    const here = hits[at] === current.current ? at : hitFrom(hits, current.current) - (by === 1 ? 1 : 0)
    goTo((here + by + hits.length) % hits.length)
  }
  const onSearchKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') step1(event.shiftKey ? -1 : 1)
    else if (event.key === 'Escape' && query !== '') setQuery('')
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const found = query === '' ? '' : hits.length === 0 ? (reading ? '…' : t('ui.logs.noHit')) : t('ui.logs.hits', { at: f.n(Math.max(0, at % hits.length) + 1), count: hits.length, n: f.n(hits.length) })
  return (
    <section className="log-panel" aria-label={title ?? t('ui.log')}>
      <div className="log-tool">
        <h2>{title ?? t('ui.log')}</h2>
        <span className="faint meta nw">
          {live ? `${following ? t('ui.logs.following') : t('ui.logs.notFollowing')} · ` : ''}
          {t('ui.logs.lines', { count: shown.length, n: f.n(shown.length) })}
          {total !== undefined && total > lines.length ? ` ${t('ui.logs.ofTotal', { n: f.n(total) })}` : ''}
        </span>
        <span className="sp" />
        <TextInput
          data-filter=""
          aria-label={t('ui.logs.search')}
          placeholder={t('ui.logs.searchShort')}
          leftSection={<IconSearch size={14} />}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            setAt(-1)
          }}
          onKeyDown={onSearchKey}
          w={156}
        />
        <span className="meta nw tn log-hits" role="status">
          {found}
        </span>
        <span className="join">
          <ActionIcon aria-label={t('ui.logs.previous')} disabled={hits.length === 0} onClick={() => step1(-1)}>
            <IconChevronUp size={16} stroke={1.6} />
          </ActionIcon>
          <ActionIcon aria-label={t('ui.logs.next')} disabled={hits.length === 0} onClick={() => step1(1)}>
            <IconChevronDown size={16} stroke={1.6} />
          </ActionIcon>
        </span>
        {tools}
        <SegmentedControl
          aria-label={t('ui.logs.level')}
          value={level}
          onChange={(value) => {
            setOwn(value)
            onLevel?.(value)
          }}
          data={[
            { value: 'debug', label: t('ui.logs.levels.debug') },
            { value: 'info', label: t('ui.logs.levels.info') },
            { value: 'warn', label: t('ui.logs.levels.warn') },
            { value: 'error', label: t('ui.logs.levels.error') },
          ]}
        />
        <ActionIcon className="toggle" aria-label={t('ui.logs.follow')} aria-pressed={following && live} disabled={!live} onClick={() => follow(!following)}>
          <IconArrowDownToArc size={16} stroke={1.6} />
        </ActionIcon>
        <ActionIcon className="toggle" aria-label={t('ui.logs.wrap')} aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          <IconTextWrap size={16} stroke={1.6} />
        </ActionIcon>
        <ActionIcon aria-label={t('ui.logs.copy')} disabled={shown.length === 0} onClick={() => void navigator.clipboard.writeText(logText(shown))}>
          <IconCopy size={16} stroke={1.6} />
        </ActionIcon>
      </div>
      <LogView
        handle={view}
        lines={shown}
        following={following && live}
        onFollow={follow}
        empty={lines.length === 0 ? t('ui.logs.none') : t('ui.logs.noMatch')}
        query={query}
        wrap={wrap}
        label={title}
        onCurrent={(index) => {
          current.current = index
        }}
      />
    </section>
  )
}
