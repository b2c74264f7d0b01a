import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { runQuery } from '#renderer/api/queries.ts'
import type { RunDetail } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { Ago } from '#renderer/ui/time.tsx'
import { tablesQuery } from './queries.ts'

/** Version of a table that the recorded way back would publish again; null when there is none. */
export function keptVersion(undo: RunDetail['undo'] | undefined, table: string): number | null {
  const input = undo?.input
  if (typeof input !== 'object' || input === null || !('tables' in input) || !Array.isArray(input.tables)) return null
  const tables = input.tables as readonly { readonly table?: unknown; readonly version?: unknown }[]
  const version = tables.find((each) => each.table === table)?.version
  return typeof version === 'number' ? version : null
}

/** Published tables, and whether the version before each was kept. */
export function GoBack({ environment }: { environment: string }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const published = (useQuery(tablesQuery(client, environment)).data ?? []).filter(({ kind, version }) => kind === 'table' && version !== null)
  const runIds = [...new Set(published.flatMap(({ runId }) => runId ?? []))]
  const runs = useQueries({ queries: runIds.map((runId) => runQuery(client, runId)) })
  const undo = new Map(runIds.map((runId, i) => [runId, runs[i]?.data?.undo ?? null]))
  return (
    <section aria-label={t('overview.goBack')}>
      <div className="sec-h">
        <h2>{t('overview.goBack')}</h2>
        <span className="faint">{t('overview.goBackMore')}</span>
      </div>
      {published.length === 0 && <p className="faint">{t('overview.nothingPublished')}</p>}
      <ul>
        {published.slice(0, 6).map((table) => {
          const kept = keptVersion(undo.get(table.runId ?? ''), table.name)
          return (
            <li key={table.name} className="bk">
              <span className="b tr mono" title={table.name}>{table.name}</span>
              <span className="mut nw">{table.publishedAt && <Ago at={table.publishedAt} />}</span>
              <span className="n tn mut rows">{table.rows === null ? '' : f.n(table.rows)}</span>
              <span className="n nw">
                {kept !== null ? (
                  <Link className="link sm" to="/runs/$runId" params={{ runId: table.runId ?? '' }} search={{ do: 'undo' }}>{t('overview.versionKept', { version: f.n(kept) })}</Link>
                ) : (
                  <span className="row unproven meta" style={{ justifyContent: 'flex-end' }}><StateGlyph look="unproven" size={12} />{t('overview.firstVersion')}</span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
