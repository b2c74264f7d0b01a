import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import type { Json } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { profileColumns, type Profiled } from '#renderer/pages/data/queries.ts'
import type { Filter } from '#renderer/pages/data/search.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0)

/** What the scoring of a file came to: the split by the threshold and the distribution of the relevance. */
export function Results({ runId, result, onFilter, another }: { runId: string; result: { readonly [key: string]: Json }; onFilter: (filters: readonly Filter[]) => void; another: ReactNode }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const { data } = useQuery({
    queryKey: ['scoring', 'histogram', runId],
    queryFn: async ({ signal }) => {
      const last: { now: Profiled | null } = { now: null }
      await profileColumns(client, { environment, system: 'scored', name: runId, filters: [], columns: ['relevance_score'] }, signal, (now) => (last.now = now))
      return last.now?.profiles[0] ?? null
    },
    staleTime: Infinity,
  })
  const [rows, relevant, irrelevant] = [number(result.rows), number(result.relevant), number(result.irrelevant)]
  const bars = data?.histogram ?? []
  const most = Math.max(1, ...bars.map(({ count }) => count))
  return (
    <div className="score-results">
      <dl className="fig">
        <div>
          <dt>{t('score.rowsScored')}</dt>
          <dd>{f.n(rows)}</dd>
        </div>
        {(['RELEVANT', 'IRRELEVANT'] as const).map((status) => {
          const count = status === 'RELEVANT' ? relevant : irrelevant
          return (
            <div key={status}>
              <dt>{t(status === 'RELEVANT' ? 'score.relevant' : 'score.irrelevant')}</dt>
              <dd>
                <button type="button" className="plain link" onClick={() => onFilter([{ column: 'relevant_status', op: 'equals', value: status }])}>{f.n(count)}</button>
                <small>{rows > 0 ? f.pct(count / rows) : ''}</small>
              </dd>
            </div>
          )
        })}
        <div>
          <dt>{t('score.threshold')}</dt>
          <dd><small>{t('score.thresholdIs', { confidence: f.n(78.3, 1), relevance: f.n(58.8, 1) })}</small></dd>
        </div>
        <div className="score-hist">
          <dt>{t('score.histogram')}</dt>
          <dd>
            <span className="profile-hist" role="img" aria-label={t('data.distributionOf', { column: 'relevance_score', from: f.n(bars[0]?.from ?? 0, 1), to: f.n(bars.at(-1)?.to ?? 0, 1) })}>
              <span className="bars" aria-hidden="true">
                {bars.map(({ from, to, count }) => <i key={from} className={from >= 58.8 ? 'over' : undefined} title={`${f.n(from, 1)} – ${f.n(to, 1)}: ${f.n(count)}`} style={{ height: `${(count / most) * 100}%` }} />)}
              </span>
            </span>
          </dd>
        </div>
      </dl>
      <div className="row score-links">
        <Link className="link sm" to="/runs/$runId" params={{ runId }}>{t('score.evidence')}</Link>
        <span className="sp" />
        {another}
      </div>
    </div>
  )
}
