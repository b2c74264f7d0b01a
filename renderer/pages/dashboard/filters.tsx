import { Button, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { DashboardFilter } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { RangeFilter, ValuesFilter, type Bounds } from '#renderer/ui/filter-popover.tsx'
import { narrowed, withRange, withValues, type FilterValue, type RangeValue, type SelectionSearch } from './search.ts'
import type { Speaker } from './values.ts'

export type AskValues = (column: string, search: SelectionSearch, text: string, signal: AbortSignal) => Promise<readonly { readonly value: FilterValue; readonly label: string; readonly count: number }[]>

export interface FilterBarProps {
  readonly filters: readonly DashboardFilter[]
  /** Columns that words are looked for in; none: no field. */
  readonly searchable: boolean
  readonly search: SelectionSearch
  readonly speak: Speaker
  /** Tells one bar's values from another's. */
  readonly cacheKey: readonly unknown[]
  readonly values: AskValues
  readonly onChange: (next: SelectionSearch, how: 'push' | 'replace') => void
  readonly children?: ReactNode
}

/** A field for words, one popover per filter, a chip for what only a mark can set; all in the address. */
export function FilterBar({ filters, searchable, search, speak, cacheKey, values, onChange, children }: FilterBarProps): React.ReactElement {
  const { t, f } = useWords()
  const [typed, type] = useState(search.q ?? '')
  const find = useDebouncedCallback((text: string) => onChange({ ...search, q: text || undefined }, 'replace'), 250)
  return (
    <div className="filters">
      {searchable && (
        <TextInput
          data-filter=""
          aria-label={t('dashboard.search')}
          placeholder={t('dashboard.search')}
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            type(value)
            find(value)
          }}
          w={180}
        />
      )}
      {filters.map((filter) => {
        const { column, kind } = filter
        const title = speak.say(filter.title)
        if (kind === 'values') return <OneValues key={column} filter={filter} search={search} speak={speak} cacheKey={cacheKey} values={values} onChange={(list) => onChange({ ...search, f: withValues(search.f, column, list) }, 'push')} />
        if (kind === 'mark') {
          const held = search.f?.[column] ?? []
          return held.map((value) => {
            const name = speak.value(column, value)
            const label = `${title}: ${name.length > 24 ? `${name.slice(0, 12)}…` : name}`
            return (
              <Button key={`${column} ${name}`} size="sm" className="chip-on" aria-label={t('ui.filter.remove', { filter: label })} rightSection={<IconX size={12} aria-hidden="true" />} onClick={() => onChange({ ...search, f: withValues(search.f, column, held.filter((each) => each !== value)) }, 'push')}>
                {label}
              </Button>
            )
          })
        }
        const numbers = kind === 'range'
        return (
          <RangeFilter
            key={column}
            title={title}
            kind={numbers ? 'number' : 'date'}
            bounds={textBounds(search.r?.[column])}
            show={(bound) => (numbers ? f.n(Number(bound), 2) : f.date(bound))}
            min={filter.min}
            max={filter.max}
            onChange={(bounds) => onChange({ ...search, r: withRange(search.r, column, numbers ? numberBounds(bounds) : bounds) }, 'push')}
          />
        )
      })}
      <span className="sp" />
      {narrowed(search) && (
        <button
          type="button"
          className="link sm"
          onClick={() => {
            type('')
            onChange({}, 'push')
          }}
        >
          {t('dashboard.clear')}
        </button>
      )}
      {children}
    </div>
  )
}

const textBounds = (bounds: RangeValue | undefined): Bounds => {
  const to = bounds?.to ?? bounds?.below
  return { from: bounds?.from === undefined ? undefined : String(bounds.from), to: to === undefined ? undefined : String(to) }
}
const numberBounds = ({ from, to }: Bounds): RangeValue => ({ from: from === undefined ? undefined : Number(from), to: to === undefined ? undefined : Number(to) })

function OneValues({ filter, search, speak, cacheKey, values, onChange }: Pick<FilterBarProps, 'search' | 'speak' | 'cacheKey' | 'values'> & { filter: DashboardFilter; onChange: (values: readonly FilterValue[]) => void }): React.ReactElement {
  const [asked, ask] = useState(false)
  const [text, setText] = useState('')
  const { column } = filter
  const { f: held = {}, r, q } = search
  const { [column]: picked = [], ...others } = held
  const found = useQuery({
    queryKey: [...cacheKey, 'values', column, others, r ?? null, q ?? null, text],
    queryFn: ({ signal }) => values(column, search, text, signal),
    enabled: asked || picked.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  }).data
  const named = (value: FilterValue, label: string): string => (filter.label ? label : speak.value(column, value))
  const byText = new Map([...picked, ...(found ?? []).map(({ value }) => value)].map((value) => [String(value), value]))
  return (
    <ValuesFilter
      title={speak.say(filter.title)}
      picked={picked.map(String)}
      choices={found?.map(({ value, label, count }) => ({ value: String(value), label: named(value, label), count }))}
      onOpen={(open) => {
        if (open) ask(true)
      }}
      onFind={filter.label ? setText : undefined}
      onChange={(list) => onChange(list.flatMap((each) => byText.get(each) ?? []))}
    />
  )
}
