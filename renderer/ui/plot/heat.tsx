import { useWords } from '#renderer/i18n/index.ts'

export interface HeatProps {
  readonly label: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  /** `values[row][column]`; null = no data. */
  readonly values: readonly (readonly (number | null)[])[]
  readonly show: (value: number) => string
  readonly onPick?: (row: number, column: number) => void
}

/** Levels of ink; each cell also says its number, so that none is told by shade alone. */
const LEVELS = 5

/** Which level of ink a value takes, 0 to 4. */
export function levelOf(value: number, most: number): number {
  return most <= 0 ? 0 : Math.min(LEVELS - 1, Math.floor((Math.max(0, value) / most) * LEVELS))
}

/** Two dimensions as a table whose cells are shaded by their value. */
export function Heat({ label, rows, columns, values, show, onPick }: HeatProps): React.ReactElement {
  const { t } = useWords()
  const most = Math.max(0, ...values.flatMap((row) => row.map((value) => value ?? 0)))
  return (
    <table className="heat" aria-label={label}>
      <thead>
        <tr>
          <td />
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={row}>
            <th scope="row">{row}</th>
            {columns.map((column, j) => {
              const value = values[i]?.[j] ?? null
              const level = value === null ? 'none' : levelOf(value, most)
              const text = value === null ? <span className="vh">{t('ui.notEnoughData')}</span> : show(value)
              return (
                <td key={column} data-level={level} title={`${row}, ${column}`}>
                  {onPick && value !== null ? (
                    <button type="button" onClick={() => onPick(i, j)}>
                      {text}
                    </button>
                  ) : (
                    text
                  )}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
