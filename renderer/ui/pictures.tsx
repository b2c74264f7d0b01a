import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useConnection } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { Failure } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Clipped } from './clip.tsx'
import { StateGlyph } from './glyphs.tsx'
import { useNow } from './time.tsx'

/** Nothing there: what is missing and the first action. The table head stays above it. */
export function EmptyPicture({ title, text, action }: { title: string; text: string; action?: ReactNode }): React.ReactElement {
  return (
    <div className="empty">
      <svg width="150" height="70" viewBox="0 0 150 70" fill="none" aria-hidden="true">
        <path d="M6 35H62" stroke="var(--line-strong)" strokeWidth="2.5" strokeLinecap="round" />
        <circle cx="76" cy="35" r="8" stroke="var(--line-strong)" strokeWidth="2.5" />
        <path d="M90 35H144" stroke="var(--line-strong)" strokeWidth="2.5" strokeLinecap="round" strokeDasharray="1 7" />
      </svg>
      <div>
        <h2 className="big">{title}</h2>
        <p>{text}</p>
        {action && <div className="row">{action}</div>}
      </div>
    </div>
  )
}

/** Not there yet: bones for the rest, with a count and seconds. */
export function LoadingPicture({ what, rows = 6, since }: { what: string; rows?: number; since?: number }): React.ReactElement {
  const { t, f } = useWords()
  // A page that says since when says it with a clock that goes on: the reading began when this was first shown.
  const [began] = useState(() => since ?? Date.now())
  const ms = useNow() - began
  return (
    <div className="loading" role="status">
      <p className="faint meta">{ms > 900 ? t('ui.readingFor', { what, duration: f.duration(ms) }) : t('ui.reading', { what })}</p>
      {Array.from({ length: rows }, (_, i) => (
        <div className="bones" key={i}>
          <i className="bone" style={{ width: `${34 + ((i * 7) % 5) * 3}%` }} />
          <i className="bone" style={{ width: `${14 + ((i * 3) % 4) * 2}%` }} />
          <i className="bone" style={{ width: `${9 + ((i * 5) % 3) * 2}%` }} />
        </div>
      ))}
    </div>
  )
}

/** A failure in three sentences, in their order, with its code and its actions. */
export function Message({ failure, actions, title }: { failure: Failure; actions?: ReactNode; title?: string }): React.ReactElement {
  const rest = [title ? failure.what : null, failure.untouched, failure.next].filter(Boolean).join(' ')
  return (
    <div className="msg failed" role="alert">
      <StateGlyph look="failed" />
      <div>
        <h2 className="big">{title ?? <Clipped text={failure.what} />}</h2>
        {rest && (
          <p>
            <Clipped text={rest} />
          </p>
        )}
        <div className="row">
          {actions}
          <span className="sp" />
          <span className="mut mono">{failure.code}</span>
        </div>
      </div>
    </div>
  )
}

/** Not reachable: the message, and below it what was read last, greyed and dated by the caller. */
export function FailingPicture({ error, retry }: { error: unknown; retry: () => void }): React.ReactElement | null {
  const { t } = useWords()
  const connection = useConnection()
  // The banner already says that the core is away; a second message would say it twice.
  if (connection === 'lost') return null
  return (
    <Message
      failure={failureOf(error)}
      actions={
        <Button size="sm" onClick={retry}>
          {t('ui.tryNow')}
        </Button>
      }
    />
  )
}

/** There, without proof: dashed, what is absent and how to obtain it. */
export function NotProvenPicture({ title, text, action }: { title: string; text: string; action?: ReactNode }): React.ReactElement {
  return (
    <div className="msg unproven">
      <StateGlyph look="unproven" />
      <div>
        <h2 className="big">{title}</h2>
        <p>{text}</p>
        {action && <div className="row">{action}</div>}
      </div>
    </div>
  )
}
