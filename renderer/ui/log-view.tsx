import { useEffect, useEffectEvent, useId, useImperativeHandle, useLayoutEffect, useRef, type KeyboardEvent, type Ref } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { logText, SHOWN_CHARS, wrappedHeights, type LogEntry } from './log/log-lines.ts'
import { fixedRows, laidRows } from './pool/row-layout.ts'
import { RowPool } from './pool/row-pool.ts'

export interface LogViewHandle {
  /** Brings a line into the middle of the window, and makes it the current one. */
  readonly show: (index: number) => void
}

export interface LogViewProps {
  readonly lines: readonly LogEntry[]
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  /** What stands there while there is nothing. */
  readonly empty: string
  /** Marked wherever it stands in a message. */
  readonly query?: string
  /** Long messages over several lines instead of cut at the edge. */
  readonly wrap?: boolean
  readonly label?: string
  readonly handle?: Ref<LogViewHandle>
  /** The line under the keyboard has changed. */
  readonly onCurrent?: (index: number) => void
}

const LINE = 20
/** Left of the message: padding, time, step, two gaps. */
const BEFORE_MESSAGE = 12 + 88 + 10 + 94 + 10 + 12

/**
 * Time, step, message, for 100,000 lines and more: pooled rows, so scrolling costs what comes into sight.
 * Arrows, Page and Home/End move a current line; Ctrl/Cmd-C copies it. Following ends when the reader scrolls up.
 */
export function LogView({ lines, following, onFollow, empty, query = '', wrap = false, label, handle, onCurrent }: LogViewProps): React.ReactElement {
  const { t, f } = useWords()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const plane = useRef<HTMLDivElement>(null)
  const pool = useRef<RowPool | null>(null)
  const top = useRef(0)
  const current = useRef(-1)
  const own = useRef(false)

  const bind = useEffectEvent((row: HTMLElement, index: number): void => {
    const line = lines[index]
    if (!line) return
    row.className = `log-line ${line.level}${wrap ? ' wraps' : ''}`
    row.id = `${id}-${index}`
    if (index === current.current) {
      row.dataset['current'] = ''
      row.setAttribute('aria-current', 'true')
    } else {
      delete row.dataset['current']
      row.removeAttribute('aria-current')
    }
    const [time, step, message] = row.children as unknown as [HTMLTimeElement, HTMLElement, HTMLElement]
    time.dateTime = line.at
    time.textContent = f.precise(line.at)
    step.textContent = line.stepId ?? ''
    paintMessage(message, line.message, query, wrap)
  })

  useLayoutEffect(() => {
    if (!box.current || !plane.current) return
    const made = new RowPool({ scroll: box.current, plane: plane.current, overscan: 8, create: createLine, bind: (row, index) => bind(row, index) }, fixedRows(0, LINE))
    pool.current = made
    return () => {
      made.destroy()
      pool.current = null
    }
  }, [])

  const toEnd = useEffectEvent((): void => {
    if (!box.current) return
    own.current = true
    box.current.scrollTop = box.current.scrollHeight
    pool.current?.update()
  })
  const lay = useEffectEvent((shown: readonly LogEntry[], wraps: boolean, ..._also: unknown[]): void => {
    const element = box.current
    if (!element || !pool.current) return
    const columns = Math.floor((element.clientWidth - BEFORE_MESSAGE) / cellWidth(element))
    pool.current.setLayout(wraps ? laidRows(wrappedHeights(shown, columns, LINE)) : fixedRows(shown.length, LINE))
    if (following) toEnd()
  })
  useLayoutEffect(() => lay(lines, wrap, query, f), [lines, wrap, query, f])
  useEffect(() => {
    if (following) toEnd()
  }, [following])
  useEffect(() => {
    if (!wrap || !box.current) return
    const resized = new ResizeObserver(() => lay(lines, wrap))
    resized.observe(box.current)
    return () => resized.disconnect()
  }, [lines, wrap])

  const onScroll = (): void => {
    const element = box.current
    if (!element) return
    const { scrollTop, scrollHeight, clientHeight } = element
    const atEnd = scrollHeight - clientHeight - scrollTop < LINE
    if (!own.current) {
      if (scrollTop < top.current - 2 && !atEnd && following) onFollow(false)
      else if (atEnd && scrollTop > top.current && !following) onFollow(true)
    }
    own.current = false
    top.current = scrollTop
  }
  const show = (index: number, where: 'nearest' | 'center'): void => {
    const before = current.current
    current.current = index
    pool.current?.scrollTo(index, where)
    pool.current?.rebind([before, index])
    onCurrent?.(index)
  }
  useImperativeHandle(handle, () => ({ show: (index) => show(index, 'center') }))
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[current.current]
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && line && String(window.getSelection()) === '') {
      void navigator.clipboard.writeText(logText([line]))
      event.preventDefault()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || lines.length === 0) return
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 200) / LINE) - 1)
    const moves: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -lines.length, End: lines.length }
    const move = moves[event.key]
    if (move === undefined) return
    const from = current.current === -1 ? (pool.current?.range.first ?? 0) : current.current
    show(Math.max(0, Math.min(lines.length - 1, from + move)), 'nearest')
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={box} className="log-box" role="log" aria-live="off" aria-label={label ?? t('ui.log')} tabIndex={0} onScroll={onScroll} onKeyDown={onKeyDown}>
      {lines.length === 0 && <p className="log-empty">{empty}</p>}
      <div ref={plane} className="log-plane" />
    </div>
  )
}

function createLine(): HTMLElement {
  const row = document.createElement('div')
  const time = document.createElement('time')
  const step = document.createElement('span')
  step.className = 'k tr'
  const message = document.createElement('span')
  message.className = 'm'
  // A message may hold right-to-left marks; they end with it.
  message.dir = 'auto'
  row.append(time, step, message)
  return row
}

function paintMessage(cell: HTMLElement, message: string, query: string, wrap: boolean): void {
  const shown = message.length > (wrap ? SHOWN_CHARS : 2000) ? `${message.slice(0, wrap ? SHOWN_CHARS : 2000)}…` : message
  cell.title = wrap ? '' : shown.slice(0, 600)
  const wanted = query.toLowerCase()
  if (wanted === '') {
    cell.textContent = shown
    return
  }
  const folded = shown.toLowerCase()
  const parts: (string | Node)[] = []
  let at = 0
  for (let hit = folded.indexOf(wanted); hit !== -1; hit = folded.indexOf(wanted, at)) {
    const mark = document.createElement('mark')
    mark.textContent = shown.slice(hit, hit + query.length)
    parts.push(shown.slice(at, hit), mark)
    at = hit + query.length
  }
  cell.replaceChildren(...parts, shown.slice(at))
}

/** Width of one letter of the log's font, px. */
function cellWidth(element: HTMLElement): number {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return 7
  const { fontSize, fontFamily, fontWeight } = getComputedStyle(element)
  context.font = `${fontWeight} ${fontSize} ${fontFamily}`
  return context.measureText('0'.repeat(40)).width / 40 || 7
}
