import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type UIEvent } from 'react'
import type { LogLine } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'

export interface LogViewProps {
  readonly lines: readonly LogLine[]
  readonly following: boolean
  readonly onFollow: (following: boolean) => void
  /** What stands there while there is nothing. */
  readonly empty: string
}

const LINE = 20

/** Time, step, message. Following ends when the reader scrolls up, and says so in the head above. */
export function LogView({ lines, following, onFollow, empty }: LogViewProps): React.ReactElement {
  const { t, f } = useWords()
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => LINE, overscan: 20, paddingStart: 8, paddingEnd: 8 })
  const top = useRef(0)
  useEffect(() => {
    if (following && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [following, lines.length])
  const onScroll = (event: UIEvent<HTMLDivElement>): void => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
    const atEnd = scrollHeight - clientHeight - scrollTop < LINE
    if (scrollTop < top.current - 2 && !atEnd) onFollow(false)
    else if (atEnd && !following) onFollow(true)
    top.current = scrollTop
  }
  return (
    <div ref={box} className="log-box" role="log" aria-live="off" aria-label={t('ui.log')} tabIndex={0} onScroll={onScroll}>
      {lines.length === 0 && <p className="log-empty">{empty}</p>}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index]
          if (!line) return null
          return (
            <div key={index} className={`log-line ${line.level}`} style={{ transform: `translateY(${start}px)` }}>
              <time dateTime={line.at}>{f.precise(line.at)}</time>
              <span className="k tr">{line.stepId ?? ''}</span>
              <span className="tr" title={line.message}>
                {line.message}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
