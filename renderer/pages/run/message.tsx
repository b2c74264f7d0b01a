import type { LiveRun } from '#renderer/api/fold-run.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'

/** What happened, what is untouched, what next: when a run did not end well. */
export function RunMessage({ run }: { run: LiveRun }): React.ReactElement | null {
  const { t } = useWords()
  const step = run.steps.find(({ state }) => state === 'failed' || state === 'stopped')
  const failure = run.failure ?? step?.failure ?? null
  if (run.state === 'cancelled') {
    return (
      <div className="run-msg">
        <div className="msg running" role="status" style={{ background: 'var(--cancelled-tint)' }}>
          <StateGlyph look="cancelled" />
          <div>
            <h2 className="big">{failure?.what ?? t('run.cancelledWhat')}</h2>
            <p style={{ marginBottom: 0 }}>{[failure?.untouched, failure?.next ?? t('run.cancelledNext')].filter(Boolean).join(' ')}</p>
          </div>
        </div>
      </div>
    )
  }
  if (run.state === 'interrupted') {
    return (
      <div className="run-msg">
        <div className="msg" role="status" style={{ background: 'var(--waiting-tint)' }}>
          <StateGlyph look="waiting" />
          <div>
            <h2 className="big">{failure?.what ?? t('run.interruptedWhat')}</h2>
            <p style={{ marginBottom: 0 }}>{[failure?.untouched ?? t('run.interruptedUntouched'), failure?.next ?? t('run.interruptedNext')].filter(Boolean).join(' ')}</p>
          </div>
        </div>
      </div>
    )
  }
  if (!failure || run.state === 'succeeded' || run.state === 'running') return null
  return (
    <div className="run-msg">
      <div className="msg failed" role="alert">
        <StateGlyph look="failed" />
        <div>
          <h2 className="big">{failure.what}</h2>
          <div className="row">
            <p style={{ marginBottom: 0 }}>{[failure.untouched, failure.next].filter(Boolean).join(' ')}</p>
            <span className="sp" />
            <span className="mut mono">{failure.code}</span>
          </div>
        </div>
      </div>
    </div>
  )
}
