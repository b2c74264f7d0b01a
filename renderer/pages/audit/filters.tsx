import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { useWords } from '#renderer/i18n/index.ts'
import { RangeFilter, ValuesFilter } from '#renderer/ui/filter-popover.tsx'
import { valuesQuery } from './queries.ts'
import type { AuditSearch } from './search.ts'

const route = getRouteApi('/audit')

/** Fields of a datetime-local input say UTC: `2026-11-21T14:03:00`. */
const toField = (at: string | undefined): string | undefined => at?.slice(0, 19)
const toMoment = (field: string | undefined): string | undefined => {
  const at = field === undefined ? Number.NaN : Date.parse(`${field}Z`)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** Who, what, where, when, and words; all in the address. */
export function AuditFilters({ filtered, total, newer, onNewer }: { filtered: boolean; total: number | undefined; newer: number; onNewer: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [asked, ask] = useState(false)
  const [typed, type] = useState(search.q ?? '')
  const values = useQuery({ ...valuesQuery(useClient()), enabled: asked }).data
  const set = (next: Partial<AuditSearch>): void => void navigate({ search: (old) => ({ ...old, ...next }), replace: true })
  // “#1204” opens that entry.
  const find = useDebouncedCallback((text: string) => {
    const number = /^#(\d+)$/.exec(text.trim())?.[1]
    if (number === undefined) set({ q: text || undefined })
    else set({ q: undefined, entry: Number(number) })
  }, 250)
  const choices = (list: readonly { value: string; count: number }[] | undefined) => list?.map(({ value, count }) => ({ value, label: value, count }))
  const picker = (title: string, key: 'kind' | 'actor' | 'where', list: readonly { value: string; count: number }[] | undefined): React.ReactElement => (
    <ValuesFilter title={title} picked={search[key] ?? []} choices={choices(list)} onOpen={() => ask(true)} onChange={(picked) => set({ [key]: picked.length > 0 ? picked : undefined })} />
  )
  return (
    <div className="filters">
      <TextInput data-filter="" aria-label={t('audit.search')} placeholder={t('audit.searchHint')} leftSection={<IconSearch size={14} aria-hidden="true" />} value={typed}
        onChange={({ currentTarget: { value } }) => {
          type(value)
          find(value)
        }}
        w={230} />
      {picker(t('audit.who'), 'actor', values?.actors)}
      {picker(t('audit.kind'), 'kind', values?.kinds)}
      {picker(t('audit.where'), 'where', values?.environments)}
      <RangeFilter title={t('audit.when')} kind="datetime-local" bounds={{ from: toField(search.from), to: toField(search.to) }} show={(at) => `${f.utc.date(`${at}Z`)} ${f.utc.time(`${at}Z`)}`} hint={t('audit.whenHint')} onChange={({ from, to }) => set({ from: toMoment(from), to: toMoment(to) })} />
      {search.run && (
        <Button size="sm" className="chip-on" aria-label={t('ui.filter.remove', { filter: search.run })} rightSection={<IconX size={12} aria-hidden="true" />} onClick={() => set({ run: undefined })}>
          <span className="mono">{search.run}</span>
        </Button>
      )}
      <span className="sp" />
      {filtered && (
        <span className="mut meta" role="status">
          {total === undefined ? t('audit.counting') : t('audit.shown', { count: total, n: f.n(total) })}{' '}
          <button type="button" className="link sm" onClick={() => {
              type('')
              void navigate({ search: ({ entry }) => ({ entry }), replace: true })
            }}
          >
            {t('audit.clear')}</button>
        </span>
      )}
      {newer > 0 && (
        <button type="button" className="link sm" onClick={onNewer}>
          {t('audit.newer', { count: newer, n: f.n(newer) })}
        </button>
      )}
    </div>
  )
}
