import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { DataColumn, DataProfile, Failure } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { Message } from '#renderer/ui/pictures.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { Cell, plainOf } from './cell.tsx'
import { columnValues, MOST_COPIED, profileColumns, type Ask, type Profiled } from './queries.ts'
import type { Filter } from './search.ts'

interface ProfileProps {
  readonly ask: Ask
  readonly columns: readonly DataColumn[]
  readonly onFilter: (filter: Filter) => void
  readonly onClose: () => void
}

/** What the columns hold under the present filters; counted in the system, column after column. */
export function ProfileAside({ ask, columns, onFilter, onClose }: ProfileProps): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  useEscape(onClose)
  const key = JSON.stringify([ask.environment, ask.system, ask.name, ask.version, ask.filters])
  const [now, setNow] = useState<Profiled | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [stop, setStop] = useState<AbortController | null>(null)
  const [again, setAgain] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    const { sort: _, ...at } = ask
    setNow(null)
    setFailure(null)
    setStop(abort)
    profileColumns(client, at, abort.signal, setNow).catch((error: unknown) => {
      if (!abort.signal.aborted) setFailure(failureOf(error))
    }).finally(() => setStop(null))
    return () => abort.abort()
    // `key` is what `ask` says; the object is another one at each render
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, key, again])
  return (
    <Aside title={t('data.profileTitle')} onClose={onClose}>
      <section>
        <div className="sec-h aside-title">
          <h2>{t('data.profileTitle')}</h2>
          <span className="sp" />
          <ActionIcon aria-label={t('ui.close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </div>
        <p className="note">{ask.filters.length > 0 ? t('data.profileFiltered') : t('data.profileAll')}</p>
        {stop && (
          <div className="row profile-run">
            <ProgressBar share={now ? now.done / now.total : null} label={t('data.profiling')} />
            <span className="faint meta">{now ? t('data.ofColumns', { done: f.n(now.done), total: f.n(now.total) }) : ''}</span>
            <Button size="sm" onClick={() => stop.abort()}>{t('data.cancel')}</Button>
          </div>
        )}
        {!stop && !failure && now && now.done < now.total && (
          <p className="note">
            {t('data.profileCancelled', { done: f.n(now.done), total: f.n(now.total) })}{' '}
            <button type="button" className="link" onClick={() => setAgain((count) => count + 1)}>{t('data.again')}</button>
          </p>
        )}
      </section>
      {failure && <Message failure={failure} />}
      {now?.profiles.map((profile) => {
        const column = columns.find(({ name }) => name === profile.column)
        return column && <ColumnSection key={profile.column} profile={profile} column={column} onFilter={onFilter} onCopy={async () => navigator.clipboard.writeText((await columnValues(client, ask, columns.indexOf(column))).map(plainOf).join('\n'))} />
      })}
    </Aside>
  )
}

function ColumnSection({ profile, column, onFilter, onCopy }: { profile: DataProfile; column: DataColumn; onFilter: (filter: Filter) => void; onCopy: () => Promise<void> }): React.ReactElement {
  const { t, f } = useWords()
  const { rows, nulls, distinct, min, max, mean, histogram, top } = profile
  const show = (value: number): string => (column.kind === 'time' ? f.date(value) : f.n(value, Math.abs(value) < 10 ? 2 : 0))
  const most = Math.max(0, ...(histogram ?? []).map(({ count }) => count))
  return (
    <section className="column-profile">
      <div className="sec-h">
        <h3 className="mono">{column.name}</h3>
        <span className="faint">{column.type}</span>
        <span className="sp" />
        {!column.personal && (
          <button type="button" className="link sm" title={t('data.copyColumnMore', { n: f.n(MOST_COPIED) })} onClick={() => void onCopy()}>
            {t('data.copyColumn')}
          </button>
        )}
      </div>
      {column.personal && <p className="note"><Cell column={column} value={null} /></p>}
      <dl className="kv">
        <dt>NULL</dt>
        <dd>
          {f.n(nulls)}
          {rows > 0 && <span className="faint"> {f.pct(nulls / rows)}</span>}
        </dd>
        {distinct !== null && (
          <>
            <dt>{t('data.distinct')}</dt>
            <dd>
              {f.n(distinct)}
              {distinct === rows - nulls && distinct > 1 && <span className="faint"> {t('data.unique')}</span>}
            </dd>
          </>
        )}
        {min !== null && (column.kind === 'number' || column.kind === 'time') && (
          <>
            <dt>{t('data.range')}</dt>
            <dd>
              <Cell column={column} value={min} /> – <Cell column={column} value={max} />
            </dd>
          </>
        )}
        {mean !== null && (
          <>
            <dt>{t('data.mean')}</dt>
            <dd>{f.n(mean, 3)}</dd>
          </>
        )}
      </dl>
      {histogram && histogram.length > 1 && (
        <div className="profile-hist" role="img" aria-label={t('data.distributionOf', { column: column.name, from: show(histogram[0]?.from ?? 0), to: show(histogram.at(-1)?.to ?? 0) })}>
          <div className="bars" aria-hidden="true">
            {histogram.map(({ from, to, count }) => (
              <i key={from} title={`${show(from)} – ${show(to)}: ${f.n(count)}`} style={{ height: `${most > 0 ? Math.max(count > 0 ? 3 : 0, (count / most) * 100) : 0}%` }} />
            ))}
          </div>
          <div className="ends" aria-hidden="true">
            <span>{show(histogram[0]?.from ?? 0)}</span>
            <span>{show(histogram.at(-1)?.to ?? 0)}</span>
          </div>
        </div>
      )}
      {top.length > 0 && (
        <ol className="profile-top" aria-label={t('data.mostFrequent')}>
          {top.slice(0, 6).map(({ value, count }) => (
            <li key={value}>
              <button type="button" title={t('data.filterBy', { value })} onClick={() => onFilter({ column: column.name, op: 'equals', value })}>
                <span className="v">{value === '' ? t('data.emptyText') : value}</span>
                <i style={{ width: `${(count / (top[0]?.count ?? 1)) * 100}%` }} aria-hidden="true" />
                <span className="n">{f.n(count)}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
