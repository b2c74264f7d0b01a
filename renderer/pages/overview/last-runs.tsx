import { Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { isLive } from '#renderer/api/fold-run.ts'
import type { Run } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { RunBadge } from '#renderer/ui/badges.tsx'
import { Ago } from '#renderer/ui/time.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'

/** Bar height is duration; colour only where a run moves or did not end well. Beside them the latest in words. */
export function LastRuns({ runs, read }: { runs: readonly Run[]; read: boolean }): React.ReactElement {
  const { t, f } = useWords()
  const bars = [...runs].reverse()
  const most = Math.max(1, ...bars.map(({ durationMs }) => durationMs))
  return (
    <section aria-label={t('overview.lastRuns')}>
      <div className="sec-h">
        <h2>{t('overview.lastRuns')}</h2>
        <span className="faint">{runs.length > 1 ? t('overview.lastRunsMore') : ''}</span>
      </div>
      {read && runs.length === 0 && <p className="faint">{t('overview.noRuns')}</p>}
      {bars.length > 1 && (
        <div className="runs-bars">
          {bars.map((run) => {
            const look = RUN_LOOK[run.state]
            const label = `${t('shell.run', { number: f.n(run.number) })}, ${run.title}, ${t(`ui.runState.${run.state}`)}${isLive(run) ? '' : `, ${f.duration(run.durationMs)}`}`
            return (
              <Tooltip key={run.runId} label={label}>
                <Link to="/runs/$runId" params={{ runId: run.runId }} aria-label={label}>
                  {look === 'failed' && <StateGlyph look="failed" size={11} />}
                  <i className={look === 'succeeded' ? '' : look} style={{ height: `${Math.max(4, (run.durationMs / most) * 78)}%` }} />
                </Link>
              </Tooltip>
            )
          })}
        </div>
      )}
      <table className="table" style={{ marginTop: 8 }}>
        <tbody>
          {runs.slice(0, 5).map((run) => (
            <tr key={run.runId}>
              <td className="n b tn" style={{ width: 34 }}>{f.n(run.number)}</td>
              <td>
                <Link className="quiet-link" to="/runs/$runId" params={{ runId: run.runId }}>{run.title}</Link>
              </td>
              <td className="mut"><Ago at={run.createdAt} /></td>
              <td className="n tn mut">{isLive(run) ? '' : f.duration(run.durationMs)}</td>
              <td style={{ width: 150 }}><RunBadge state={run.state} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
