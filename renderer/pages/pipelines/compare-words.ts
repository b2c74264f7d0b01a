import type { Comparison, Finding } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import type { Look } from '#renderer/ui/glyphs.tsx'

/** Sign and amount; `−` is the typographic minus. Null when both are the same or one is missing. */
export function delta(a: number | null | undefined, b: number | null | undefined, show: (value: number) => string): string | null {
  if (a === null || a === undefined || b === null || b === undefined || a === b) return null
  return `${b > a ? '+' : '−'}${show(Math.abs(b - a))}`
}

/** What a finding calls for: a failure in the later run is filled, what only changed has no mark. */
export function lookOf(finding: Finding): Look | null {
  switch (finding.kind) {
    case 'state':
      return finding.b === 'failed' || finding.b === 'stopped' ? 'failed' : finding.b === 'succeeded' ? 'succeeded' : 'waiting'
    case 'step':
      return finding.b === 'failed' || finding.b === 'stopped' ? 'failed' : 'warning'
    case 'gate':
      return finding.b === 'stop' ? 'failed' : finding.b === 'warning' ? 'warning' : finding.b === null ? 'unproven' : 'succeeded'
    case 'content':
      return finding.same ? 'succeeded' : null
    default:
      return null
  }
}

/** Sentences of a comparison. */
export function useCompareWords(): { finding: (finding: Finding, comparison: Comparison) => string; path: (path: readonly string[]) => string } {
  const { t, f } = useWords()
  const path = (parts: readonly string[]): string => {
    const [first, last] = [parts[0] ?? '', parts.at(-1) ?? '']
    if (first === 'rejectedByReason') return t('pipelines.compare.rejectedAs', { reason: last.replaceAll('_', ' ') })
    if (first === 'counts' && parts[1] === 'extracted' && parts.length > 2) return t('pipelines.compare.extractedOf', { table: last })
    const known = { accepted: t('run.counts.accepted'), rejected: t('run.counts.rejected'), relevant: t('run.counts.relevant'), irrelevant: t('run.counts.irrelevant') } as const
    return first === 'counts' && last in known ? known[last as keyof typeof known] : parts.join(' · ')
  }
  const finding = (each: Finding, { steps, gates }: Comparison): string => {
    const titleOf = (id: string): string => steps.find((step) => step.id === id)?.title ?? id
    switch (each.kind) {
      case 'state':
        return t('pipelines.compare.stateFinding', { a: t(`ui.runState.${each.a}`), b: t(`ui.runState.${each.b}`) })
      case 'step':
        return t('pipelines.compare.stepFinding', { step: titleOf(each.step), a: each.a ? t(`ui.stepState.${each.a}`) : t('pipelines.compare.absent'), b: each.b ? t(`ui.stepState.${each.b}`) : t('pipelines.compare.absent') })
      case 'gate':
        return t('pipelines.compare.gateFinding', {
          gate: gates.find(({ gate }) => gate === each.gate)?.title ?? each.gate,
          a: each.a ? t(`ui.gate.${each.a}`) : t('pipelines.compare.absent'),
          b: each.b ? t(`ui.gate.${each.b}`) : t('pipelines.compare.absent'),
        })
      case 'count':
        return t('pipelines.compare.countFinding', { what: path(each.path), a: f.n(each.a), b: f.n(each.b), delta: delta(each.a, each.b, f.n) ?? '', word: each.b > each.a ? t('pipelines.compare.more') : t('pipelines.compare.fewer') })
      case 'duration':
        return t('pipelines.compare.durationFinding', {
          what: each.step === null ? t('pipelines.compare.wholeRun') : titleOf(each.step),
          a: f.duration(each.a),
          b: f.duration(each.b),
          delta: delta(each.a, each.b, f.duration) ?? '',
          word: each.b > each.a ? t('pipelines.compare.slower') : t('pipelines.compare.faster'),
        })
      case 'config':
        return t('pipelines.compare.configFinding', { count: each.differences, n: f.n(each.differences) })
      default:
        return each.same ? t('pipelines.compare.sameContent') : t('pipelines.compare.otherContent')
    }
  }
  return { finding, path }
}
