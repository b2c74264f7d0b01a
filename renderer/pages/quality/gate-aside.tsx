import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { QualityGate } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { LineChart } from '#renderer/ui/plot/line-chart.tsx'
import { GATE_LOOK } from '#renderer/ui/states.ts'
import { AsideHead } from './aside-head.tsx'
import { TryLimits } from './try-limits.tsx'
import { useGateValue, useLimitWords } from './gate-words.ts'

/** One gate over the runs: a line against its limits, and each run with its verdict. */
export function GateAside({ file, pipeline, gate, onClose }: { file: string; pipeline: string; gate: QualityGate; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  useEscape(onClose)
  const show = useGateValue()
  const limits = useLimitWords()
  const { title, unit, warn, stop, points } = gate
  const newestFirst = points.flatMap((_, i) => points[points.length - 1 - i] ?? [])
  const line = useMemo(() => {
    const known = points.flatMap(({ number, value }) => (value === null ? [] : [{ number, value }]))
    return { name: title, x: known.map(({ number }) => number), y: known.map(({ value }) => value) }
  }, [points, title])
  const drawn = [
    ...(warn === undefined ? [] : [{ at: warn, name: t('ui.gate.warnAt', { limit: show(warn, unit) }) }]),
    ...(stop === undefined ? [] : [{ at: stop, name: t('ui.gate.stopAt', { limit: show(stop, unit) }) }]),
  ]
  return (
    <Aside title={title} onClose={onClose} wide>
      <section>
        <AsideHead title={title} onClose={onClose} />
        <dl className="kv">
          <dt>{t('quality.limits')}</dt>
          <dd>{limits(gate)}</dd>
        </dl>
        {points.at(-1)?.detail && <p className="note quality-detail">{points.at(-1)?.detail}</p>}
      </section>
      <section>
        <div className="sec-h">
          <h2>{t('quality.trend')}</h2>
        </div>
        {line.x.length > 1 && <LineChart label={title} lines={[line]} x="number" show={(value) => show(value, unit)} limits={drawn} height={170} />}
        {points.length === 0 ? (
          <p className="note">{t('quality.noRunText')}</p>
        ) : (
          <table className="table quality-runs">
            <thead>
              <tr>
                <th>{t('quality.run')}</th>
                <th className="n">{t('quality.measured')}</th>
                <th>{t('quality.limitsThen')}</th>
                <th>{t('quality.verdict')}</th>
              </tr>
            </thead>
            <tbody>
              {newestFirst.map(({ runId, number, value, verdict, warnAt, stopAt }) => (
                <tr key={runId}>
                  <td>
                    <Link className="link" to="/runs/$runId" params={{ runId }}>
                      {f.n(number)}
                    </Link>
                  </td>
                  <td className="n tn">{show(value, unit)}</td>
                  <td className="faint tn">{[warnAt, stopAt].flatMap((limit) => (limit === undefined ? [] : [show(limit, unit)])).join(' · ')}</td>
                  <td>
                    <span className="row">
                      <StateGlyph look={GATE_LOOK[verdict]} />
                      {t(`ui.gate.${verdict}`)}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {gate.kind !== null && unit === '%' && points.length > 0 && <TryLimits file={file} pipeline={pipeline} gate={gate} />}
    </Aside>
  )
}
