import { ActionIcon, Button } from '@mantine/core'
import { IconCopy, IconX } from '@tabler/icons-react'
import type { DataColumn } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { toTsv } from '#renderer/ui/csv.ts'
import { Cell, plainOf } from './cell.tsx'
import type { Row } from './queries.ts'

/** One row, column by column, each value to be copied by itself or with the others. */
export function RowAside({ row, columns, onClose }: { row: Row; columns: readonly DataColumn[]; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  useEscape(onClose)
  const title = t('data.row', { n: f.n(row.index + 1) })
  const shown = columns.flatMap((column, i) => (column.personal ? [] : [{ name: column.name, value: row.cells[i] ?? null }]))
  const copy = (text: string): void => void navigator.clipboard.writeText(text)
  return (
    <Aside title={title} onClose={onClose}>
      <section>
        <div className="sec-h aside-title">
          <h2>{title}</h2>
          <span className="sp" />
          <ActionIcon aria-label={t('ui.close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </div>
        <div className="row">
          <Button size="sm" onClick={() => copy(toTsv([shown.map(({ name }) => name), shown.map(({ value }) => plainOf(value))]))}>{t('data.copyRowTsv')}</Button>
          <Button size="sm" onClick={() => copy(JSON.stringify(Object.fromEntries(shown.map(({ name, value }) => [name, value])), null, 2))}>{t('data.copyRowJson')}</Button>
        </div>
      </section>
      <section>
        <dl className="kv row-cells">
          {columns.map((column, i) => (
            <div key={column.name}>
              <dt className="mono">{column.name}</dt>
              <dd>
                <Cell column={column} value={row.cells[i] ?? null} whole />
                {!column.personal && row.cells[i] !== null && (
                  <ActionIcon size="sm" aria-label={t('data.copyCell', { column: column.name })} onClick={() => copy(plainOf(row.cells[i] ?? null))}>
                    <IconCopy size={13} />
                  </ActionIcon>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </Aside>
  )
}
