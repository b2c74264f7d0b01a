import type { QualityRule } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'

interface RulesProps {
  readonly rules: readonly QualityRule[]
  readonly picked: string | undefined
  readonly onPick: (open: string | null) => void
}

/** The reject rules in their order: what each checks, what it does, what it found last. */
export function Rules({ rules, picked, onPick }: RulesProps): React.ReactElement {
  const { t, f } = useWords()
  return (
    <section>
      <div className="sec-h">
        <h2>{t('quality.rules')}</h2>
        <span className="faint">{t('quality.rulesMore')}</span>
      </div>
      <ol className="quality-list quality-rules">
        {rules.map((rule) => {
          const id = `rule/${rule.index}`
          return (
            <li key={id}>
              <button type="button" aria-pressed={picked === id} data-off={rule.enforce === 'off' ? '' : undefined} onClick={() => onPick(picked === id ? null : id)}>
                <span className="faint tn">{f.n(rule.index + 1)}</span>
                <span className="mono tr">{rule.reason}</span>
                <span className="mono mut tr">{rule.when ?? t('quality.repeats', { columns: rule.repeats?.join(', ') ?? '' })}</span>
                <span className="faint">{t(`quality.family.${rule.family ?? 'row'}`)}</span>
                <span className={rule.enforce === 'reject' ? '' : 'faint'}>{t(`quality.enforce.${rule.enforce}`)}</span>
                <span className="tn n">{rule.found === null ? '' : f.n(rule.found)}</span>
              </button>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
