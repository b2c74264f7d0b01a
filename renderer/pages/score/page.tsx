import { SegmentedControl } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { runQuery } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'
import '#renderer/pages/data/data.css'
import './score.css'
import { FileScoring } from './file.tsx'
import { Models } from './models.tsx'
import { OneReview } from './one.tsx'
import type { ScoreSearch, Tab } from './search.ts'

const route = getRouteApi('/score')

/** Scores of one review with their reasons, of a whole file, and the models behind them; nothing leaves the machine. */
export function ScorePage(): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const tab: Tab = search.tab ?? (search.run ? 'file' : 'one')
  const run = useQuery({ ...runQuery(client, search.run ?? ''), enabled: search.run !== undefined }).data
  const rows = typeof run?.result?.rows === 'number' ? run.result.rows : null
  const title =
    tab === 'models' ? t('score.titleModels') : tab === 'one' ? t('score.titleOne') : run && isLive(run) ? t('score.titleLive') : run && rows !== null ? t('score.titleDone', { count: rows, n: f.n(rows) }) : run ? t('score.titleEnded', { state: t(`ui.runState.${run.state}`) }) : t('score.titleFile')
  return (
    <div className="page-fill">
      <PageHead
        title={title}
        actions={
          <SegmentedControl
            aria-label={t('score.what')}
            value={tab}
            onChange={(to) => void navigate({ search: (old) => ({ env: old.env, tab: to }) })}
            data={[{ value: 'one', label: t('score.one') }, { value: 'file', label: t('score.file') }, { value: 'models', label: t('score.models') }]}
          />
        }
      >
        {t('score.offline')}
        {run && <span>{run.title}</span>}
      </PageHead>
      <div className="score-body">
        {tab === 'one' && <OneReview />}
        {tab === 'file' && <FileScoring search={search} onSearch={(change, replace) => void navigate({ search: (old) => ({ env: old.env, ...change(old as ScoreSearch) }), replace })} />}
        {tab === 'models' && <Models />}
      </div>
    </div>
  )
}
