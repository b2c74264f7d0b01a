import type { Evidence, Gate, Json } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from './glyphs.tsx'
import { EVIDENCE_LOOK, GATE_LOOK } from './states.ts'

/** What was read back, from where, and what is missing. */
export function EvidenceList({ evidence }: { evidence: readonly Evidence[] }): React.ReactElement {
  const { t } = useWords()
  const show = useJsonWords()
  return (
    <ul className="evi">
      {evidence.map((item) => (
        <li key={item.what}>
          <StateGlyph look={EVIDENCE_LOOK[item.state]} />
          <div>
            {item.what}
            <span className="vh">{t(`ui.evidence.${item.state}`)}</span>
            <small>{item.state === 'not-proven' ? item.missing : item.readFrom}</small>
            {isRecord(item.found) && <small className="mut">{show(item.found)}</small>}
          </div>
          <span className={`v${item.state === 'disproven' ? ' failed' : ''}`} title={item.found === undefined ? undefined : show(item.found)}>
            {item.found === undefined || isRecord(item.found) ? '' : show(item.found)}
            {item.state === 'disproven' && item.expected !== undefined && <small>{t('ui.evidence.expected', { value: show(item.expected) })}</small>}
          </span>
        </li>
      ))}
    </ul>
  )
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Verdicts of gates, each with its limits. */
export function GateList({ gates }: { gates: readonly Gate[] }): React.ReactElement {
  const { t } = useWords()
  const limits = useGateWords()
  return (
    <ul className="evi">
      {gates.map((gate) => (
        <li key={gate.gate}>
          <StateGlyph look={GATE_LOOK[gate.verdict]} />
          <div>
            {gate.title}
            <span className="vh">{t(`ui.gate.${gate.verdict}`)}</span>
            <small>{[limits(gate).limit, gate.detail].filter(Boolean).join(' · ')}</small>
          </div>
          <span className={`v ${gate.verdict === 'stop' ? 'failed' : gate.verdict === 'warning' ? 'warning' : ''}`}>{limits(gate).value}</span>
        </li>
      ))}
    </ul>
  )
}

/** A gate's number and its limits in words. Every number carries its limit. */
export function useGateWords(): (gate: Gate) => { value: string; limit: string } {
  const { t, f } = useWords()
  return (gate) => {
    const show = (value: number): string =>
      gate.unit === '%' ? `${f.n(value, 2)}\u00A0%` : gate.unit === 'share' ? f.pct(value, 2) : `${f.n(value, 2)}${gate.unit ? `\u00A0${gate.unit}` : ''}`
    return {
      value: gate.value === null ? t('ui.notEnoughData') : show(gate.value),
      limit: [gate.warnAt === undefined ? '' : t('ui.gate.warnAt', { limit: show(gate.warnAt) }), gate.stopAt === undefined ? '' : t('ui.gate.stopAt', { limit: show(gate.stopAt) })]
        .filter(Boolean)
        .join(', '),
    }
  }
}

/** A JSON value as a person reads it. */
export function useJsonWords(): (value: Json) => string {
  const { t, f } = useWords()
  const show = (value: Json): string => {
    if (value === null) return t('ui.none')
    if (typeof value === 'number') return f.n(value, 4)
    if (typeof value === 'boolean') return value ? t('ui.yes') : t('ui.no')
    if (typeof value === 'string') return /^[0-9a-f]{40,}$/.test(value) ? `${value.slice(0, 8)} … ${value.slice(-4)}` : value
    if (Array.isArray(value)) return value.map(show).join(', ')
    return Object.entries(value).map(([key, inner]) => `${key} ${show(inner)}`).join(', ')
  }
  return show
}
