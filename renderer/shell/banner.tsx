import { useEffect, useRef } from 'react'
import { useConnection, useFeed } from '#renderer/api/core.tsx'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'

/** Says that the core is away while it is, and reads everything again once it is back. */
export function ConnectionBanner(): React.ReactElement {
  const { t } = useWords()
  const state = useConnection()
  const feed = useFeed()
  const before = useRef(state)
  useEffect(() => {
    if (state === 'open' && before.current === 'lost') feed.resync()
    before.current = state
  }, [state, feed])
  return (
    <div role="status" aria-live="polite">
      {(state === 'lost' || state === 'refused') && (
        <p className="banner">
          <StateGlyph look="stale" />
          {state === 'lost' ? t('shell.lost') : t('shell.refused')}
          <span className="mut">{state === 'lost' ? t('shell.lostMore') : t('shell.refusedMore')}</span>
        </p>
      )}
    </div>
  )
}
