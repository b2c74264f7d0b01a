import { Select } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'

interface FieldProps {
  readonly label: string
  /** One line below: what it does, or its limits. */
  readonly hint?: string
  /** What is wrong and how to put it right. */
  readonly error?: string | null
  readonly required?: boolean
  /** Why it cannot be changed. */
  readonly why?: string | null
}

/** Label above, hint or error below, joined to the control for screen readers. */
export function Field({ label, hint, error, required, why, children }: FieldProps & { children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode }): React.ReactElement {
  const { t } = useWords()
  const id = useId()
  const below = error ?? why ?? hint
  return (
    <div className="f-field" data-error={error ? '' : undefined} data-missing={error ? '' : undefined}>
      <label htmlFor={id}>
        {label}
        {required === false && <span className="faint">{t('ui.form.optional')}</span>}
      </label>
      {children({ id, describedBy: below ? `${id}-below` : undefined, invalid: Boolean(error) })}
      {below && (
        <p id={`${id}-below`} className={error ? 'failed' : undefined} aria-live={error ? 'polite' : undefined}>
          {below}
        </p>
      )}
    </div>
  )
}

export interface TextFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  /** Identifiers, commands, hashes. */
  readonly mono?: boolean
  readonly type?: 'text' | 'search' | 'password' | 'url'
  readonly width?: number | string
}

export function TextField({ value, onChange, placeholder, mono, type = 'text', width, ...field }: TextFieldProps): React.ReactElement {
  return (
    <Field {...field}>
      {({ id, describedBy, invalid }) => (
        <input
          id={id}
          className={`input f-input${mono ? ' mono' : ''}`}
          type={type}
          value={value}
          placeholder={placeholder}
          required={field.required}
          disabled={Boolean(field.why)}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          spellCheck={false}
          style={{ width }}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

export interface NumberFieldProps extends FieldProps {
  readonly value: number | null
  readonly onChange: (value: number | null) => void
  readonly min?: number
  readonly max?: number
  readonly step?: number
  /** After the number: "rows", "%", "min". */
  readonly unit?: string
}

/** A number with its unit. An empty field is null, never 0. */
export function NumberField({ value, onChange, min, max, step, unit, ...field }: NumberFieldProps): React.ReactElement {
  return (
    <Field {...field}>
      {({ id, describedBy, invalid }) => (
        <span className="row">
          <input
            id={id}
            className="input f-input n tn"
            type="number"
            inputMode="decimal"
            value={value ?? ''}
            min={min}
            max={max}
            step={step ?? 'any'}
            required={field.required}
            disabled={Boolean(field.why)}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            style={{ width: 116 }}
            onChange={(event) => onChange(event.currentTarget.value === '' || Number.isNaN(event.currentTarget.valueAsNumber) ? null : event.currentTarget.valueAsNumber)}
          />
          {unit && <span className="mut">{unit}</span>}
        </span>
      )}
    </Field>
  )
}

export interface MomentFieldProps extends FieldProps {
  /** ISO with Z, or null. */
  readonly value: string | null
  readonly onChange: (value: string | null) => void
  readonly min?: string
  readonly max?: string
  /** A day without its hour. */
  readonly day?: boolean
}

/** A day or a moment, in UTC as everything in Régie. */
export function MomentField({ value, onChange, min, max, day = false, ...field }: MomentFieldProps): React.ReactElement {
  const { t } = useWords()
  const cut = (iso: string | null | undefined): string => (iso ? iso.slice(0, day ? 10 : 16) : '')
  const whole = (text: string): string | null => (text === '' ? null : day ? `${text}T00:00:00.000Z` : `${text.slice(0, 16)}:00.000Z`)
  return (
    <Field {...field}>
      {({ id, describedBy, invalid }) => (
        <span className="row">
          <input
            id={id}
            className="input f-input tn"
            type={day ? 'date' : 'datetime-local'}
            value={cut(value)}
            min={cut(min) || undefined}
            max={cut(max) || undefined}
            required={field.required}
            disabled={Boolean(field.why)}
            aria-describedby={describedBy}
            aria-invalid={invalid}
            style={{ width: day ? 150 : 200 }}
            onChange={(event) => onChange(whole(event.currentTarget.value))}
          />
          <span className="mut">{t('ui.form.utc')}</span>
        </span>
      )}
    </Field>
  )
}

export interface Option<V extends string = string> {
  readonly value: V
  readonly label: string
  readonly detail?: ReactNode
  /** Why it cannot be chosen. */
  readonly why?: string | null
}

/** One of many, with search from nine on. */
export function SelectField<V extends string>({ value, onChange, options, ...field }: FieldProps & { value: V | null; onChange: (value: V) => void; options: readonly Option<V>[] }): React.ReactElement {
  return (
    <Field {...field}>
      {({ id, describedBy, invalid }) => (
        <Select
          id={id}
          value={value}
          searchable={options.length > 8}
          data={options.map((option) => ({ value: option.value, label: option.label, disabled: Boolean(option.why) }))}
          disabled={Boolean(field.why)}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onChange={(picked) => {
            const option = options.find((each) => each.value === picked)
            if (option) onChange(option.value)
          }}
        />
      )}
    </Field>
  )
}

/** One of a few, each with what it means: radio buttons as rows. */
export function ChoiceField<V extends string>({ label, hint, error, value, onChange, options }: FieldProps & { value: V | null; onChange: (value: V) => void; options: readonly Option<V>[] }): React.ReactElement {
  const id = useId()
  return (
    <fieldset className="f-choice" data-missing={error ? '' : undefined} aria-describedby={error || hint ? `${id}-below` : undefined}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value} data-on={option.value === value || undefined} data-off={option.why ? '' : undefined}>
          <input type="radio" name={id} checked={option.value === value} disabled={Boolean(option.why)} onChange={() => onChange(option.value)} />
          <span>
            <span className={option.value === value ? 'b' : undefined}>{option.label}</span>
            {(option.why ?? option.detail) && <small>{option.why ?? option.detail}</small>}
          </span>
        </label>
      ))}
      {(error ?? hint) && (
        <p id={`${id}-below`} className={error ? 'failed' : undefined} aria-live={error ? 'polite' : undefined}>
          {error ?? hint}
        </p>
      )}
    </fieldset>
  )
}

/** Yes or no, with what yes means. */
export function CheckField({ label, hint, value, onChange, why }: FieldProps & { value: boolean; onChange: (value: boolean) => void }): React.ReactElement {
  const id = useId()
  const below = why ?? hint
  return (
    <div className="f-check">
      <input id={id} type="checkbox" checked={value} disabled={Boolean(why)} aria-describedby={below ? `${id}-below` : undefined} onChange={(event) => onChange(event.currentTarget.checked)} />
      <label htmlFor={id}>{label}</label>
      {below && <p id={`${id}-below`}>{below}</p>}
    </div>
  )
}

/** Fields that belong together, under one small head. */
export function FormSection({ title, note, children }: { title: string; note?: string; children: ReactNode }): React.ReactElement {
  return (
    <section className="f-section">
      <div className="sec-h">
        <h2>{title}</h2>
        {note && <span className="faint">{note}</span>}
      </div>
      <div className="f-fields">{children}</div>
    </section>
  )
}
