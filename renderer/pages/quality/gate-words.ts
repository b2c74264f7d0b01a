import type { QualityGate } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'

/** A measured value with its unit; a dash where a run measured none. */
export function useGateValue(): (value: number | null, unit: string | undefined) => string {
  const { f } = useWords()
  return (value, unit) => (value === null ? '–' : `${f.n(value, 3)}${unit ? `\u00A0${unit}` : ''}`)
}

/** The limits of the pipeline's file in words. */
export function useLimitWords(): (gate: Pick<QualityGate, 'kind' | 'warn' | 'stop' | 'unit'>) => string {
  const { t } = useWords()
  const show = useGateValue()
  return ({ kind, warn, stop, unit }) => {
    if (kind === null) return t('quality.notInFile')
    if (unit === undefined) return t('quality.fixedLimit')
    const words = [warn === undefined ? null : t('ui.gate.warnAt', { limit: show(warn, unit) }), stop === undefined ? null : t('ui.gate.stopAt', { limit: show(stop, unit) })].filter((one) => one !== null)
    return words.length > 0 ? words.join(' · ') : t('quality.noLimit')
  }
}
