import type { QualityPreview } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { GATE_LOOK } from '#renderer/ui/states.ts'
import { useGateValue } from './gate-words.ts'

/** What gates would say, each beside what it said. */
export function GatesAnswer({ gates }: { gates: QualityPreview['gates'] }): React.ReactElement {
  const { t, f } = useWords()
  const show = useGateValue()
  return (
    <ul className="evi quality-detail">
      {gates.map(({ id, title, unit, value, verdict, verdictBefore, history }) => (
        <li key={id}>
          <StateGlyph look={GATE_LOOK[verdict]} />
          <div>
            {title}: {t(`quality.wouldSay.${verdict}`)}
            <small>{verdict === verdictBefore ? t('quality.asBefore') : t('quality.saidBefore', { verdict: t(`ui.gate.${verdictBefore}`) })}</small>
            <small>{t('quality.overRuns', { count: history.runs, n: f.n(history.runs), warned: f.n(history.warning), stopped: f.n(history.stop) })}</small>
          </div>
          <span className="v">{show(value, unit)}</span>
        </li>
      ))}
    </ul>
  )
}
