import type { LiveRun } from '#renderer/api/fold-run.ts'
import type { Failure, RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'

/** The step that stopped a run. */
export const troubledStep = (run: LiveRun): RunStep | undefined => run.steps.find(({ state }) => state === 'failed' || state === 'stopped')

/** What the page says at its head about a run that did not end well; null when there is nothing to say. */
export const failureOfRun = (run: LiveRun): Failure | null => (run.state === 'succeeded' || run.state === 'running' || run.state === 'queued' ? null : (run.failure ?? troubledStep(run)?.failure ?? null))

const LOOKS = { cancelled: 'cancelled', interrupted: 'waiting' } as const

/** What happened and where, what is untouched, what next: when a run did not end well. */
export function RunMessage({ run }: { run: LiveRun }): React.ReactElement | null {
  const { t, f } = useWords()
  const failure = failureOfRun(run)
  const ended = run.state === 'cancelled' || run.state === 'interrupted' ? run.state : null
  if (!failure && !ended) return null
  const look = ended ? LOOKS[ended] : 'failed'
  const step = troubledStep(run)
  const at = step && [f.n(run.steps.indexOf(step) + 1), f.n(run.steps.length)] as const
  const untouched = failure?.untouched ?? (ended === 'interrupted' ? t('run.interruptedUntouched') : undefined)
  const next = failure?.next ?? (ended ? t(`run.${ended}Next`) : undefined)
  return (
    <div className="run-msg">
      <div className={`msg ${look}`} role={ended ? 'status' : 'alert'}>
        <StateGlyph look={look} />
        <div>
          <div className="row">
            <h2 className="big">{failure?.what ?? t(`run.${ended ?? 'cancelled'}What`)}</h2>
            <span className="sp" />
            {failure && <span className="mut mono">{failure.code}</span>}
          </div>
          <dl className="told">
            {step && at && (
              <div>
                <dt>{t('run.toldStep', { at: at[0], n: at[1] })}</dt>
                <dd>{step.title}</dd>
              </div>
            )}
            {untouched && (
              <div>
                <dt>{t('run.toldUntouched')}</dt>
                <dd>{untouched}</dd>
              </div>
            )}
            {next && (
              <div>
                <dt>{t('run.toldNext')}</dt>
                <dd>{next}</dd>
              </div>
            )}
          </dl>
        </div>
      </div>
    </div>
  )
}
