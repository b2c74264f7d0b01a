import { ActionIcon, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconCopy, IconSearch } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { isLive, type LiveRun } from '#renderer/api/fold-run.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { LogView } from '#renderer/ui/log-view.tsx'
import { FailingPicture } from '#renderer/ui/pictures.tsx'
import { useLogs } from './queries.ts'

const route = getRouteApi('/runs/$runId')

/** The log with its filters, which stand in the URL. */
export function RunLog({ run, stepId, stepTitle }: { run: LiveRun; stepId: string | undefined; stepTitle: string | undefined }): React.ReactElement {
  const { t, f } = useWords()
  const { only, level, q } = route.useSearch()
  const navigate = route.useNavigate()
  const live = isLive(run)
  const [following, follow] = useState(live)
  const { data, error, refetch } = useLogs(run.runId, { stepId: only ? stepId : undefined, minimumLevel: level ?? 'info', search: q }, live)
  const lines = data?.lines ?? []
  const find = useDebouncedCallback((value: string) => void navigate({ search: (old) => ({ ...old, q: value || undefined }), replace: true }), 250)
  const copy = (): void => void navigator.clipboard.writeText(lines.map((line) => [line.at, line.level, line.stepId ?? '', line.message].join('\t')).join('\n'))
  return (
    <section className="run-log" aria-label={t('ui.log')}>
      <div className="log-tool">
        <h2>{t('ui.log')}</h2>
        <span className="faint meta nw">
          {live ? (following ? t('run.following') : t('run.notFollowing')) : null} {t('run.lines', { count: data?.total ?? 0, n: f.n(data?.total ?? 0) })}
        </span>
        {live && !following && (
          <button type="button" className="link sm" onClick={() => follow(true)}>
            {t('run.follow')}
          </button>
        )}
        <span className="sp" />
        <TextInput data-filter="" aria-label={t('run.searchLog')} placeholder={t('run.searchShort')} leftSection={<IconSearch size={14} />} defaultValue={q} onChange={(event) => find(event.currentTarget.value)} w={124} />
        <SegmentedControl
          aria-label={t('run.logOf')}
          value={only ? 'step' : 'all'}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, step: stepId, only: value === 'step' ? true : undefined }), replace: true })}
          data={[
            { value: 'step', label: <span title={stepTitle}>{t('run.thisStep')}</span> },
            { value: 'all', label: t('run.allSteps') },
          ]}
        />
        <SegmentedControl
          aria-label={t('run.level')}
          value={level ?? 'info'}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, level: value === 'warn' || value === 'debug' ? value : undefined }), replace: true })}
          data={[
            { value: 'debug', label: t('run.levelAll') },
            { value: 'info', label: t('run.levelInfo') },
            { value: 'warn', label: t('run.levelWarn') },
          ]}
        />
        <ActionIcon aria-label={t('run.copy')} disabled={lines.length === 0} onClick={copy}>
          <IconCopy size={16} stroke={1.6} />
        </ActionIcon>
      </div>
      {error && !data ? <FailingPicture error={error} retry={refetch} /> : null}
      <LogView lines={lines} following={following && live} onFollow={follow} empty={data ? (q || only || level ? t('run.noLineMatches') : t('run.noLines')) : t('ui.reading', { what: t('ui.log') })} />
    </section>
  )
}
