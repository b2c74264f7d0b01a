import type { QualityGate } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { EmptyPicture } from '#renderer/ui/pictures.tsx'
import { GATE_LOOK } from '#renderer/ui/states.ts'
import { useGateValue, useLimitWords } from './gate-words.ts'
import { Trend } from './trend.tsx'

interface GatesProps {
  readonly gates: readonly QualityGate[]
  readonly judged: boolean
  readonly picked: string | undefined
  readonly onPick: (open: string | null) => void
}

/** One line per gate: its last verdict, what it measured, its limits, and the runs before. */
export function Gates({ gates, judged, picked, onPick }: GatesProps): React.ReactElement {
  const { t } = useWords()
  const show = useGateValue()
  const limits = useLimitWords()
  return (
    <section>
      <div className="sec-h">
        <h2>{t('quality.gates')}</h2>
        <span className="faint">{t('quality.gatesMore')}</span>
      </div>
      <ul className="quality-list quality-gates">
        {gates.map((gate) => {
          const id = `gate/${gate.id}`
          const last = gate.points.at(-1)
          return (
            <li key={id}>
              <button type="button" aria-pressed={picked === id} onClick={() => onPick(picked === id ? null : id)}>
                <span className="quality-verdict">{last && <StateGlyph look={GATE_LOOK[last.verdict]} />}</span>
                <span className="tr" title={gate.title}>{gate.title}</span>
                <span className="faint tr mono">{gate.stepId}</span>
                <span className="mut">{last ? t(`ui.gate.${last.verdict}`) : ''}</span>
                <b className="tn n">{last ? show(last.value, gate.unit) : ''}</b>
                <span className="faint meta tr">{limits(gate)}</span>
                <Trend gate={gate} />
              </button>
            </li>
          )
        })}
      </ul>
      {!judged && <EmptyPicture title={t('quality.noRun')} text={t('quality.noRunText')} />}
    </section>
  )
}
