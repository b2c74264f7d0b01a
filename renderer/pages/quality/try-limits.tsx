import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import type { QualityGate } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Message } from '#renderer/ui/pictures.tsx'
import { Asking } from './asking.tsx'
import { GatesAnswer } from './gates-answer.tsx'
import { usePreview } from './use-preview.ts'

const limitOf = (value: string | number): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

/** Other limits for a gate, tried against the last run and those before. */
export function TryLimits({ file, pipeline, gate }: { file: string; pipeline: string; gate: QualityGate }): React.ReactElement {
  const { t } = useWords()
  const [warn, setWarn] = useState<string | number>(gate.warn ?? '')
  const [stop, setStop] = useState<string | number>(gate.stop ?? '')
  const { answer, failure, running, ask, cancel } = usePreview(pipeline)
  const field = { min: 0, max: 1_000_000, decimalScale: 3, hideControls: true, suffix: '\u00A0%', w: 120 } as const
  return (
    <section>
      <div className="sec-h">
        <h2>{t('quality.tryLimits')}</h2>
      </div>
      <form
        className="quality-form"
        onSubmit={(event) => {
          event.preventDefault()
          ask({ gates: [{ id: gate.id, warn: limitOf(warn), stop: limitOf(stop) }] })
        }}
      >
        <div className="row">
          <NumberInput label={t('quality.warnLimit')} value={warn} onChange={setWarn} {...field} />
          <NumberInput label={t('quality.stopLimit')} value={stop} onChange={setStop} {...field} />
        </div>
        <Asking label={t('quality.askLimits')} running={running} onCancel={cancel} />
      </form>
      {failure && <Message failure={failure} />}
      <div aria-live="polite">{answer && <GatesAnswer gates={answer.gates} />}</div>
      <p className="note quality-detail">{t('quality.keepText', { file: `blueprints/${file}` })}</p>
    </section>
  )
}
