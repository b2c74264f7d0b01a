import type { InferContractRouterOutputs } from '@orpc/contract'
import type { Contract } from '#core/api/contract/index.ts'
import { count, duration, plain, table } from './text.ts'

type Comparison = InferContractRouterOutputs<Contract>['runs']['compare']

const signed = (n: number, show: (value: number) => string): string => (n === 0 ? 'same' : `${n > 0 ? '+' : '−'}${show(Math.abs(n))}`)

function sentence(finding: Comparison['findings'][number]): string {
  switch (finding.kind) {
    case 'state':
      return `The first ended ${finding.a}, the second ${finding.b}.`
    case 'step':
      return `Step ${finding.step}: ${finding.a ?? 'absent'}, then ${finding.b ?? 'absent'}.`
    case 'gate':
      return `Gate ${finding.gate}: ${finding.a ?? 'not judged'}, then ${finding.b ?? 'not judged'}.`
    case 'count':
      return `${finding.path.join(' ')}: ${count(finding.a)}, then ${count(finding.b)} (${signed(finding.b - finding.a, count)}, ${finding.b > finding.a ? 'more' : 'fewer'}).`
    case 'duration':
      return `${finding.step === null ? 'The run' : `Step ${finding.step}`} took ${duration(finding.a)}, then ${duration(finding.b)} (${signed(finding.b - finding.a, duration)}, ${finding.b > finding.a ? 'slower' : 'faster'}).`
    case 'config':
      return `They rest on different things: ${finding.differences} ${finding.differences === 1 ? 'difference' : 'differences'} below.`
    default:
      return finding.same ? 'The published content is the same.' : 'The published content differs.'
  }
}

/** Two runs side by side, what matters first. */
export function comparisonText({ a, b, findings, steps, counts, gates, differences }: Comparison): string {
  const short = (value: unknown): string => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return plain(text.length > 60 ? `${text.slice(0, 59)}…` : text)
  }
  const gateValue = (gate: Comparison['gates'][number]['a']): string => (gate === null ? '' : `${gate.value === null ? '' : `${gate.value}${gate.unit ?? ''} `}${gate.verdict}`)
  const limits = (gate: Comparison['gates'][number]['a']): string => [gate?.warnAt === undefined ? '' : `warns at ${gate.warnAt}`, gate?.stopAt === undefined ? '' : `stops at ${gate.stopAt}`].filter(Boolean).join(', ')
  const names = [`run ${a.number}`, `run ${b.number}`] as const
  const blocks = [
    `${plain(a.title)}: run ${a.number} (${a.runId}, ${a.state}) and run ${b.number} (${b.runId}, ${b.state})\n`,
    findings.length === 0 ? 'Nothing differs that the journals know of.\n' : findings.map((finding) => `${plain(sentence(finding))}\n`).join(''),
    table(['step', ...names, 'took', ''], steps.map((step) => [step.id, step.a?.state ?? '', step.b?.state ?? '', [step.a?.ms, step.b?.ms].map((ms) => (ms === null || ms === undefined ? '' : duration(ms))).join(' → '), step.a?.ms == null || step.b?.ms == null ? '' : signed(step.b.ms - step.a.ms, duration)])),
    counts.length > 0 ? table(['count', ...names, ''], counts.map((one) => [one.path.join(' '), one.a ?? '', one.b ?? '', one.a === null || one.b === null ? '' : signed(one.b - one.a, count)])) : '',
    gates.length > 0 ? table(['gate', ...names, 'limits'], gates.map((gate) => [gate.title, gateValue(gate.a), gateValue(gate.b), limits(gate.b ?? gate.a)])) : '',
    differences.length > 0 ? table(['part', 'what', ...names], differences.map((one) => [one.part, one.path.join(' · '), short(one.a), short(one.b)])) : '',
  ]
  return blocks.filter(Boolean).join('\n')
}
