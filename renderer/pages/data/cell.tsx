import { IconEyeOff } from '@tabler/icons-react'
import type { DataColumn, Json } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'

/** A value as its column shows it: what is hidden, NULL or empty says so in words. */
export function Cell({ column, value, whole = false }: { column: Pick<DataColumn, 'kind' | 'personal'>; value: Json; whole?: boolean }): React.ReactElement {
  const { t, f } = useWords()
  if (column.personal)
    return (
      <span className="hidden-cell">
        <IconEyeOff size={12} aria-hidden="true" />
        {t('data.hidden')}
      </span>
    )
  if (value === null) return <span className="faint">NULL</span>
  if (value === '') return <span className="faint">{t('data.emptyText')}</span>
  if (value === true) return <>{t('ui.yes')}</>
  if (value === false) return <>{t('ui.no')}</>
  if (typeof value === 'number') return <span className="tn">{Number.isInteger(value) ? String(value) : f.n(value, 6)}</span>
  const text = typeof value === 'object' ? JSON.stringify(value) : value
  return <>{whole ? text : text.slice(0, 300)}</>
}

/** The same for the clipboard. */
export const plainOf = (value: Json): string => (value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value))
