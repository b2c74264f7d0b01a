import { Button, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import type { DataColumn } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { FilterPopover } from '#renderer/ui/filter-popover.tsx'
import { opsOf } from './queries.ts'
import { OPS, type Filter } from './search.ts'

/** The conditions on the rows, each removable, and a small form for another one. */
export function Filters({ columns, filters, onChange }: { columns: readonly DataColumn[]; filters: readonly Filter[]; onChange: (filters: readonly Filter[]) => void }): React.ReactElement {
  const { t } = useWords()
  return (
    <>
      <FilterPopover label={t('data.addFilter')} on={false} first>
        {(close) => (
          <FilterForm
            columns={columns}
            onAdd={(filter) => {
              onChange([...filters, filter])
              close()
            }}
          />
        )}
      </FilterPopover>
      {filters.map((filter, i) => (
        <span key={`${filter.column}-${filter.op}-${i}`} className="filter-chip">
          <span className="mono">{filter.column}</span> {t(`data.op.${filter.op}`)} {filter.value !== undefined && <b>{String(filter.value)}</b>}
          <CloseButton size="xs" aria-label={t('data.removeFilter', { column: filter.column })} onClick={() => onChange(filters.filter((_, at) => at !== i))} />
        </span>
      ))}
    </>
  )
}

function FilterForm({ columns, onAdd }: { columns: readonly DataColumn[]; onAdd: (filter: Filter) => void }): React.ReactElement {
  const { t } = useWords()
  const [name, setName] = useState(columns.find(({ personal }) => !personal)?.name ?? columns[0]?.name ?? '')
  const column = columns.find((one) => one.name === name)
  const ops = column ? opsOf(column) : []
  const [asked, setOp] = useState<Filter['op']>('contains')
  const op = ops.includes(asked) ? asked : (ops[0] ?? 'null')
  const [value, setValue] = useState('')
  const wordless = op === 'null' || op === 'not-null'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!wordless && value === '') return
    onAdd(wordless ? { column: name, op } : { column: name, op, value: column?.kind === 'number' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value })
  }
  return (
    <form className="filter-form" onSubmit={submit}>
      <NativeSelect data-autofocus size="sm" label={t('data.column')} value={name} onChange={(event) => setName(event.currentTarget.value)} data={columns.map((one) => ({ value: one.name, label: one.personal ? `${one.name} (${t('data.hidden')})` : one.name }))} />
      <NativeSelect size="sm" label={t('data.condition')} value={op} onChange={(event) => setOp(OPS.find((one) => one === event.currentTarget.value) ?? op)} data={ops.map((one) => ({ value: one, label: t(`data.op.${one}`) }))} />
      {!wordless &&
        (column?.kind === 'boolean' ? (
          <NativeSelect size="sm" label={t('data.value')} value={value} onChange={(event) => setValue(event.currentTarget.value)} data={[{ value: '', label: '' }, { value: 'true', label: t('ui.yes') }, { value: 'false', label: t('ui.no') }]} />
        ) : (
          <TextInput size="sm" label={t('data.value')} type={column?.kind === 'time' ? 'date' : 'text'} inputMode={column?.kind === 'number' ? 'decimal' : undefined} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        ))}
      <Button type="submit" size="sm" disabled={!wordless && value === ''}>
        {t('data.apply')}
      </Button>
    </form>
  )
}
