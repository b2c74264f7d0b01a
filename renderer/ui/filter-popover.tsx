import { Button, Popover, TextInput } from '@mantine/core'
import { IconChevronDown, IconSearch } from '@tabler/icons-react'
import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'

/** A button that opens a small form below itself; Esc closes it and gives the focus back. */
export function FilterPopover({ label, on, first = false, children, onOpen }: { label: string; on: boolean; first?: boolean; children: (close: () => void) => ReactNode; onOpen?: (open: boolean) => void }): React.ReactElement {
  const [opened, set] = useState(false)
  const open = (next: boolean): void => {
    set(next)
    onOpen?.(next)
  }
  return (
    <Popover opened={opened} onChange={open} position="bottom-start" width={272} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button size="sm" data-filter={first ? '' : undefined} className={on ? 'chip-on' : undefined} rightSection={<IconChevronDown size={14} stroke={1.6} aria-hidden="true" />} onClick={() => open(!opened)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className="overlay pick" aria-label={label}>
        {opened && children(() => open(false))}
      </Popover.Dropdown>
    </Popover>
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
  /** Rows with this value under the other filters. */
  readonly count?: number
}

interface ValuesFilterProps {
  readonly title: string
  readonly picked: readonly string[]
  /** undefined: still being read. */
  readonly choices: readonly Choice[] | undefined
  readonly onChange: (picked: readonly string[]) => void
  readonly onOpen?: (open: boolean) => void
  /** Given: the core searches. Not given: long lists are searched here. */
  readonly onFind?: (text: string) => void
  readonly first?: boolean
}

/** More choices than this come with a field to find one. */
const SHORT = 9
/** So many values stand in the button by name. */
const NAMED = 2

/** Several values of one column, with the rows of each. */
export function ValuesFilter({ title, picked, choices, onChange, onOpen, onFind, first }: ValuesFilterProps): React.ReactElement {
  const { t, f } = useWords()
  const [text, setText] = useState('')
  const nameOf = (value: string): string => choices?.find((choice) => choice.value === value)?.label ?? (value.length > 24 ? `${value.slice(0, 12)}…` : value)
  const label =
    picked.length === 0 ? t('ui.filter.any', { title }) : picked.length <= NAMED ? t('ui.filter.some', { title, values: picked.map(nameOf).join(', ') }) : t('ui.filter.many', { title, count: picked.length, n: f.n(picked.length) })
  const all = [...picked.filter((value) => !choices?.some((choice) => choice.value === value)).map((value): Choice => ({ value, label: nameOf(value) })), ...(choices ?? [])]
  const shown = onFind || text === '' ? all : all.filter(({ label: name }) => name.toLowerCase().includes(text.toLowerCase()))
  return (
    <FilterPopover
      label={label}
      on={picked.length > 0}
      first={first}
      onOpen={(open) => {
        setText('')
        onFind?.('')
        onOpen?.(open)
      }}
    >
      {() => (
        <>
          {(onFind || all.length > SHORT) && (
            <TextInput
              data-autofocus
              size="sm"
              aria-label={t('ui.filter.find', { title })}
              placeholder={t('ui.filter.find', { title })}
              leftSection={<IconSearch size={14} aria-hidden="true" />}
              value={text}
              onChange={({ currentTarget: { value } }) => {
                setText(value)
                onFind?.(value)
              }}
            />
          )}
          <fieldset className="pick-list">
            <legend className="vh">{title}</legend>
            {choices === undefined && <p className="faint meta" role="status">{t('ui.filter.reading')}</p>}
            {choices !== undefined && shown.length === 0 && <p className="faint meta">{t('ui.filter.none')}</p>}
            {shown.map(({ value, label: name, count }) => (
              <label key={value} className="pick-row">
                <input type="checkbox" checked={picked.includes(value)} onChange={({ currentTarget }) => onChange(currentTarget.checked ? [...picked, value] : picked.filter((each) => each !== value))} />
                <span className="tr" title={name}>{name}</span>
                {count !== undefined && <small className="tn">{f.n(count)}</small>}
              </label>
            ))}
          </fieldset>
          {picked.length > 0 && (
            <button type="button" className="link sm" onClick={() => onChange([])}>
              {t('ui.filter.clear')}
            </button>
          )}
        </>
      )}
    </FilterPopover>
  )
}

export interface Bounds {
  readonly from?: string
  readonly to?: string
}

interface RangeFilterProps {
  readonly title: string
  readonly kind: 'number' | 'datetime-local' | 'date'
  readonly bounds: Bounds
  /** A bound as the button shows it. */
  readonly show: (bound: string) => string
  readonly hint?: string
  readonly min?: number
  readonly max?: number
  readonly onChange: (bounds: Bounds) => void
}

/** From and to of one column; either may be left open. */
export function RangeFilter({ title, kind, bounds, show, hint, min, max, onChange }: RangeFilterProps): React.ReactElement {
  const { t } = useWords()
  const { from, to } = bounds
  const label =
    from !== undefined && to !== undefined
      ? t('ui.filter.between', { title, from: show(from), to: show(to) })
      : from !== undefined
        ? t('ui.filter.atLeast', { title, from: show(from) })
        : to !== undefined
          ? t('ui.filter.below', { title, to: show(to) })
          : t('ui.filter.any', { title })
  return (
    <FilterPopover label={label} on={from !== undefined || to !== undefined}>
      {(close) => (
        <RangeForm
          kind={kind}
          bounds={bounds}
          hint={hint}
          min={min}
          max={max}
          onApply={(next) => {
            onChange(next)
            close()
          }}
        />
      )}
    </FilterPopover>
  )
}

function RangeForm({ kind, bounds, hint, min, max, onApply }: Pick<RangeFilterProps, 'kind' | 'bounds' | 'hint' | 'min' | 'max'> & { onApply: (bounds: Bounds) => void }): React.ReactElement {
  const { t } = useWords()
  const id = useId()
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const bound = (name: string): string | undefined => {
      const value = form.get(name)
      return typeof value === 'string' && value !== '' ? value : undefined
    }
    onApply({ from: bound('from'), to: bound('to') })
  }
  return (
    <form onSubmit={submit} className="pick-range">
      {(['from', 'to'] as const).map((name, i) => (
        <label key={name} htmlFor={`${id}${name}`}>
          <span className="faint meta">{t(`ui.filter.${name}`)}</span>
          <input id={`${id}${name}`} name={name} type={kind} step={kind === 'number' ? 'any' : 1} min={min} max={max} defaultValue={bounds[name]} data-autofocus={i === 0 ? '' : undefined} />
        </label>
      ))}
      {hint && <p className="faint meta">{hint}</p>}
      <div className="row">
        <Button size="sm" type="submit">{t('ui.filter.apply')}</Button>
        <button type="button" className="link sm" onClick={() => onApply({})}>{t('ui.filter.clear')}</button>
      </div>
    </form>
  )
}
