import { Link } from '@tanstack/react-router'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { RUN_LOOK } from '#renderer/ui/states.ts'
import type { Need } from './needs.ts'

export function NeedsYou({ needs }: { needs: readonly Need[] }): React.ReactElement {
  const { t, f } = useWords()
  return (
    <section aria-label={t('overview.needsYou')}>
      <div className="sec-h">
        <h2>{t('overview.needsYou')}</h2>
        <span className="faint">{needs.length > 0 ? f.n(needs.length) : ''}</span>
      </div>
      {needs.length === 0 && <p className="faint">{t('overview.nothingNeedsYou')}</p>}
      <ul className="need">
        {needs.slice(0, 5).map((need, i) => (
          <Item key={i} need={need} />
        ))}
      </ul>
    </section>
  )
}

function Item({ need }: { need: Need }): React.ReactElement {
  const { t, f } = useWords()
  switch (need.kind) {
    case 'run': {
      const { run, failure } = need
      return (
        <li>
          <StateGlyph look={RUN_LOOK[run.state]} />
          <span className="b tr">{t('overview.runNeeds', { number: f.n(run.number), state: t(`ui.runState.${run.state}`).toLowerCase() })}</span>
          <p>{failure ? [failure.what, failure.untouched].filter(Boolean).join(' ') : run.title}</p>
          <Link className="link sm" to="/runs/$runId" params={{ runId: run.runId }}>{t('overview.openRun')}</Link>
        </li>
      )
    }
    case 'gate':
      return (
        <li>
          <StateGlyph look="warning" />
          <span className="b tr">{need.title}</span>
          <p>{need.detail}</p>
          <Link className="link sm" to="/runs/$runId" params={{ runId: need.run.runId }}>{t('overview.openRun')}</Link>
        </li>
      )
    case 'paused':
      return (
        <li>
          <StateGlyph look="waiting" />
          <span className="b tr">{t('overview.schedulesPaused')}</span>
          <p>{need.reason}</p>
          <Link className="link sm" to="/pipelines">{t('overview.openPipelines')}</Link>
        </li>
      )
    case 'schedule':
      return (
        <li>
          <StateGlyph look="failed" />
          <span className="b tr">{t('overview.scheduleRefused', { id: need.schedule.id })}</span>
          <p>{need.what}</p>
          <Link className="link sm" to="/pipelines/$pipeline" params={{ pipeline: typeof need.schedule.input.pipeline === 'string' ? need.schedule.input.pipeline : '' }}>{t('overview.openSchedule')}</Link>
        </li>
      )
    case 'system':
      return (
        <li>
          <StateGlyph look="failed" />
          <span className="b tr">{t('overview.systemDown', { system: t(`ui.system.${need.system.system}`) })}</span>
          <p>{[need.system.engine, need.system.note].filter(Boolean).join(' · ')}</p>
          <Link className="link sm" to="/settings">{t('overview.openChecks')}</Link>
        </li>
      )
    default:
      return (
        <li>
          <StateGlyph look="failed" />
          <span className="b tr">{need.check.title}</span>
          <p>{[need.check.found, need.check.mend].filter(Boolean).join(' ')}</p>
          <Link className="link sm" to="/settings">{t('overview.openChecks')}</Link>
        </li>
      )
  }
}
