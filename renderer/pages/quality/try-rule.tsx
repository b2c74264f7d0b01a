import { NativeSelect, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { QualityBoard, QualityRule } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Message } from '#renderer/ui/pictures.tsx'
import { Asking } from './asking.tsx'
import { RowsAnswer } from './rows-answer.tsx'
import { ruleYaml } from './rule-yaml.ts'
import { usePreview } from './use-preview.ts'

const EFFECTS = ['reject', 'warn', 'off'] as const

/** One rule, changed in thought: what would it have rejected of the last run's rows? */
export function TryRule({ board, pipeline, rule }: { board: QualityBoard; pipeline: string; rule: QualityRule }): React.ReactElement {
  const { t } = useWords()
  const [when, setWhen] = useState(rule.when ?? '')
  const [enforce, setEnforce] = useState(rule.enforce)
  const { answer, failure, running, ask, cancel } = usePreview(pipeline)
  const { index, reason } = rule
  const changed = when !== (rule.when ?? '') || enforce !== rule.enforce
  const wrong = failure?.code === 'RULE_INVALID' ? failure : null
  const place = typeof wrong?.data?.place === 'number' ? wrong.data.place : null
  return (
    <>
      <section>
        <div className="sec-h">
          <h2>{t('quality.tryRule')}</h2>
        </div>
        <p className="note">{t('quality.tryText')}</p>
        <form
          className="quality-form"
          onSubmit={(event) => {
            event.preventDefault()
            ask({ rules: [{ index, reason, enforce, ...(rule.when === undefined ? {} : { when }) }] })
          }}
        >
          {rule.when !== undefined && (
            <Textarea className="quality-expression" label={t('quality.fits')} autosize minRows={2} maxRows={10} maxLength={4000} spellCheck={false} value={when} error={wrong?.what} onChange={(event) => setWhen(event.currentTarget.value)} />
          )}
          {place !== null && (
            <p className="mono note" aria-hidden="true">
              {when.slice(Math.max(0, place - 28), place)}
              <mark className="quality-place">{when.slice(place, place + 14) || '␣'}</mark>
            </p>
          )}
          <NativeSelect
            label={t('quality.effect')}
            value={enforce}
            onChange={(event) => {
              const to = event.currentTarget.value
              setEnforce(EFFECTS.find((one) => one === to) ?? 'reject')
            }}
            data={EFFECTS.map((one) => ({ value: one, label: t(`quality.enforce.${one}`) }))}
          />
          <Asking label={t('quality.askRows')} running={running} disabled={rule.when !== undefined && when.trim() === ''} onCancel={cancel} />
        </form>
      </section>
      {failure && !wrong && <Message failure={failure} />}
      {answer?.rows && <RowsAnswer answer={answer} rows={answer.rows} />}
      {changed && (
        <section>
          <div className="sec-h">
            <h2>{t('quality.keep')}</h2>
          </div>
          <p className="note">{t('quality.keepText', { file: `blueprints/${board.file}` })}</p>
          <pre className="quality-code" tabIndex={0} aria-label={t('quality.keep')}>{ruleYaml({ ...rule, when: rule.when === undefined ? undefined : when, enforce })}</pre>
        </section>
      )}
    </>
  )
}
