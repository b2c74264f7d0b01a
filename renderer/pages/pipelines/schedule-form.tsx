import { Button, SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { Schedule } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { Dialog } from '#renderer/ui/dialog.tsx'
import { TextField } from '#renderer/ui/forms/fields.tsx'
import { inZone, useScheduleChange } from './schedules.tsx'

const PRESETS = [
  { key: 'hourly', cron: '0 * * * *' },
  { key: 'daily', cron: '30 2 * * *' },
  { key: 'weekdays', cron: '0 6 * * 1-5' },
  { key: 'weekly', cron: '0 6 * * 1' },
] as const

/** Expression, zone and policy; the next five due times are shown before anything is saved. */
export function ScheduleForm({ pipeline, schedule, taken, onClose }: { pipeline: string; schedule: Schedule | null; taken: readonly string[]; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const [id, setId] = useState(schedule?.id ?? freeId(pipeline, taken))
  const [cron, setCron] = useState(schedule?.cron ?? '30 2 * * *')
  const [zone, setZone] = useState(schedule?.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [misfire, setMisfire] = useState<Schedule['misfire']>(schedule?.misfire ?? 'once')
  const [asked] = useDebouncedValue(`${cron}\n${zone}`, 250)
  const [askedCron = '', askedZone = ''] = asked.split('\n')
  const preview = useQuery({ queryKey: ['schedule-preview', asked], queryFn: ({ signal }) => client.schedules.preview({ cron: askedCron, zone: askedZone }, { signal }), enabled: askedCron !== '' && askedZone !== '', retry: false })
  const { change, busy } = useScheduleChange(onClose)
  const wrongId = !/^[a-z][a-z0-9-]{0,60}$/.test(id) ? t('pipelines.schedule.idWrong') : schedule === null && taken.includes(id) ? t('pipelines.schedule.idTaken') : null
  const save = (): void => change((with_) => with_.schedules.set({ id, environment, pipeline, cron, zone, misfire, ...(schedule?.input.scoring === false ? { scoring: false } : {}) }))
  return (
    <Dialog onClose={onClose} title={schedule ? t('pipelines.schedule.editTitle', { id: schedule.id }) : t('pipelines.schedule.newTitle')} size={520}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (wrongId === null && preview.data) save()
        }}
        style={{ display: 'grid', gap: 14 }}
      >
        {schedule === null && <TextField label={t('pipelines.schedule.name')} value={id} onChange={setId} error={wrongId} />}
        <div>
          <TextField label={t('pipelines.schedule.cron')} hint={t('pipelines.schedule.cronMore')} value={cron} onChange={setCron} error={preview.error ? failureOf(preview.error).what : null} />
          <div className="acts-row" style={{ display: 'flex', gap: 12, marginTop: 6 }}>
            {PRESETS.map(({ key, cron: value }) => (
              <button key={key} type="button" className="link sm" onClick={() => setCron(value)}>{t(`pipelines.schedule.preset.${key}`)}</button>
            ))}
          </div>
        </div>
        <TextField label={t('pipelines.schedule.zone')} value={zone} onChange={setZone} />
        <div>
          <div className="b" id="misfire-label" style={{ marginBottom: 4 }}>{t('pipelines.schedule.misfire')}</div>
          <SegmentedControl
            aria-labelledby="misfire-label"
            value={misfire}
            onChange={(value) => setMisfire(value === 'skip' ? 'skip' : 'once')}
            data={[
              { value: 'once', label: t('pipelines.schedule.once') },
              { value: 'skip', label: t('pipelines.schedule.skip') },
            ]}
          />
          <p className="faint" style={{ marginTop: 4 }}>{misfire === 'once' ? t('pipelines.schedule.onceMore') : t('pipelines.schedule.skipMore')}</p>
        </div>
        <div aria-live="polite">
          <div className="b">{t('pipelines.schedule.next')}</div>
          {preview.data ? (
            <div className="next-times">{preview.data.map((time) => <div key={time}>{inZone(time, askedZone, f.locale)}</div>)}</div>
          ) : (
            <p className="faint">{preview.error ? t('pipelines.schedule.noNext') : t('ui.reading', { what: t('pipelines.schedule.next') })}</p>
          )}
        </div>
        <p className="faint">{t('pipelines.schedule.guarded')}</p>
        <div>
          <Button type="submit" variant="act" disabled={busy || wrongId !== null || !preview.data}>{t('pipelines.schedule.save')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

function freeId(pipeline: string, taken: readonly string[]): string {
  for (let i = 1; ; i++) {
    const id = i === 1 ? `${pipeline}-daily` : `${pipeline}-daily-${i}`
    if (!taken.includes(id)) return id
  }
}
