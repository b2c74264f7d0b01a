import { SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { isLive, type LiveRun } from '#renderer/api/fold-run.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { LogPanel } from '#renderer/ui/log/log-panel.tsx'
import { FailingPicture } from '#renderer/ui/pictures.tsx'
import { useLogs } from './queries.ts'

const route = getRouteApi('/runs/$runId')

/** The whole log, of all steps or of the picked one; step and level stand in the URL. */
export function RunLog({ run, stepId, stepTitle }: { run: LiveRun; stepId: string | undefined; stepTitle: string | undefined }): React.ReactElement {
  const { t } = useWords()
  const { only, level } = route.useSearch()
  const navigate = route.useNavigate()
  const live = isLive(run)
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search, 250)
  const step = only ? (stepId ?? null) : null
  const { data, reading, error, refetch } = useLogs(run.runId, live, { level: level ?? 'info', step, search: asked })
  return (
    <div className="run-log">
      {error && !data ? <FailingPicture error={error} retry={refetch} /> : null}
      <LogPanel
        lines={data?.lines ?? []}
        total={data?.total}
        live={live}
        startAtEnd={run.state === 'failed' || run.state === 'stopped' || run.state === 'interrupted'}
        step={step}
        onSearch={setSearch}
        reading={reading || search !== asked}
        level={level ?? 'info'}
        onLevel={(value) => void navigate({ search: (old) => ({ ...old, level: value === 'info' ? undefined : value }), replace: true })}
        tools={
          <SegmentedControl
            aria-label={t('run.logOf')}
            value={only ? 'step' : 'all'}
            onChange={(value) => void navigate({ search: (old) => ({ ...old, step: stepId, only: value === 'step' ? true : undefined }), replace: true })}
            data={[
              { value: 'step', label: <span title={stepTitle}>{t('run.thisStep')}</span> },
              { value: 'all', label: t('run.allSteps') },
            ]}
          />
        }
      />
    </div>
  )
}
