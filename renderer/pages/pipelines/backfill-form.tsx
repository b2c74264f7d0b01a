import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Pipeline } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { MomentField } from '#renderer/ui/forms/fields.tsx'

export interface Days {
  readonly from: string
  readonly to: string
}

/** A range of days; what it would do is planned next, and nothing starts from here. */
export function BackfillForm({ pipeline, days, onClose, onPlan }: { pipeline: Pipeline; days: Days | null; onClose: () => void; onPlan: (days: Days) => void }): React.ReactElement {
  const { t } = useWords()
  const [from, setFrom] = useState<string | null>(days?.from ?? null)
  const [to, setTo] = useState<string | null>(days?.to ?? null)
  const turned = from !== null && to !== null && from > to
  const ready = from !== null && to !== null && !turned
  const cut = (set: (day: string | null) => void) => (iso: string | null) => set(iso?.slice(0, 10) ?? null)
  return (
    <Dialog onClose={onClose} title={t('pipelines.backfill.title', { title: pipeline.title })} size={520}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) onPlan({ from, to })
        }}
        style={{ display: 'grid', gap: 14 }}
      >
        <div style={{ display: 'flex', gap: 24, flexWrap: 'wrap' }}>
          <MomentField day label={t('pipelines.backfill.from')} value={from} onChange={cut(setFrom)} />
          <MomentField day label={t('pipelines.backfill.to')} value={to} onChange={cut(setTo)} error={turned ? t('pipelines.backfill.turned') : null} />
        </div>
        <p className="mut">{t('pipelines.backfill.what')}</p>
        {pipeline.window && <p className="faint">{t('pipelines.backfill.dated', { column: `${pipeline.window.table}.${pipeline.window.column}` })}</p>}
        <div>
          <Button type="submit" variant="act" disabled={!ready}>{t('pipelines.backfill.plan')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
