import { useEffect, useRef } from 'react'
import { useConnection, useFeed } from '#renderer/api/core.tsx'
import { useSilence } from '#renderer/api/silence.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'

/** Says that the core is away or does not answer while that is so, and reads everything again once it is back. */
export function ConnectionBanner(): React.ReactElement {
  const { t } = useWords()
  const state = useConnection()
  const silent = useSilence()
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
      {silent && (
        <p className="banner">
          <StateGlyph look="stale" />
          {t('shell.silent')}
          <span className="mut">{t('shell.silentMore')}</span>
        </p>
      )}
    </div>
  )
}
