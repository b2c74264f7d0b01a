import type { EnvironmentClass, RunState, StepState } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EnvironmentSquare, StateGlyph, type Look } from './glyphs.tsx'
import { RUN_LOOK, STEP_LOOK } from './states.ts'

/** Glyph and word. In lists the word of a success is grey and the tick alone is coloured. */
export function StateBadge({ look, word, pill = false }: { look: Look; word: string; pill?: boolean }): React.ReactElement {
  const grey = !pill && (look === 'succeeded' || look === 'ahead')
  return (
    <span className={`st ${look}${pill ? ' pill' : ''}`}>
      <StateGlyph look={look} />
      <span className={grey ? 'quiet' : undefined}>{word}</span>
    </span>
  )
}

export function RunBadge({ state, pill }: { state: RunState; pill?: boolean }): React.ReactElement {
  const { t } = useWords()
  return <StateBadge look={RUN_LOOK[state]} word={t(`ui.runState.${state}`)} pill={pill} />
}

/** `next`: everything that this waiting step needs is done. */
export function StepBadge({ state, next = false }: { state: StepState; next?: boolean }): React.ReactElement {
  const { t } = useWords()
  return <StateBadge look={STEP_LOOK[state]} word={state === 'waiting' && next ? t('ui.stepNext') : t(`ui.stepState.${state}`)} />
}

/** Square and full word, never an abbreviation. */
export function EnvironmentChip({ of, size = 12 }: { of: EnvironmentClass; size?: number }): React.ReactElement {
  const { t } = useWords()
  return (
    <span className={`env ${of}`}>
      <EnvironmentSquare of={of} size={size} />
      {t(`ui.environment.${of}`)}
    </span>
  )
}
