import type { ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from './glyphs.tsx'
import { ProgressBar } from './progress.tsx'

export interface EvidenceCardProps {
  readonly state: 'proven' | 'stale' | 'disproven' | 'not-proven'
  /** The verdict as a sentence: "25 of 25 equal". */
  readonly verdict: string
  /** ms since it was read; null = never. */
  readonly age: number | null
  /** ms after which it no longer counts; null = it does not age. */
  readonly maximumAge: number | null
  /** Where it was read, plan hash, audit entry. */
  readonly facts?: readonly { readonly name: string; readonly value: ReactNode }[]
  /** Of what is not proven: what is absent and how to obtain it. */
  readonly text?: string
  readonly action?: ReactNode
}

const LOOK = { proven: 'succeeded', stale: 'stale', disproven: 'failed', 'not-proven': 'unproven' } as const

/** A proof that can be picked up: its verdict, its age of the age allowed, where it was read. Missing = dashed. */
export function EvidenceCard({ state, verdict, age, maximumAge, facts = [], text, action }: EvidenceCardProps): React.ReactElement {
  const { t, f } = useWords()
  const says = age === null ? t('ui.proof.never') : f.duration(age)
  return (
    <section className={`evc ${LOOK[state]}`} aria-label={verdict}>
      <div className="evc-head">
        <span className={`st ${LOOK[state]}`}>
          <StateGlyph look={LOOK[state]} />
          {verdict}
        </span>
        <span className="vh">{t(`ui.look.${LOOK[state]}`)}</span>
        <span className="sp" />
        <span className="meta mut nw">{maximumAge === null ? says : t('ui.proof.ageOf', { age: says, most: f.duration(maximumAge) })}</span>
      </div>
      {age !== null && maximumAge !== null && <ProgressBar share={age / maximumAge} done />}
      {text && <p className="note">{text}</p>}
      {facts.length > 0 && (
        <dl className="kv meta">
          {facts.map(({ name, value }) => (
            <div key={name} className="kv-row">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {action && <div className="row">{action}</div>}
    </section>
  )
}
