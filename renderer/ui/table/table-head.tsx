import { ActionIcon, Menu } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconColumns, IconCopy, IconDots, IconDownload } from '@tabler/icons-react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import type { Column, Sort } from './types.ts'
import { NARROWEST, WIDEST, type Columns } from './use-columns.ts'

/** Height of the sticky head, px; frame and rows rely on it. */
export const HEAD_HEIGHT = 30

/** Titles, sort, and an edge to pull (or to move with the arrow keys) for the width. */
export function TableHead<T>({ columns, sorted, onSort }: { columns: Columns<T>; sorted: Sort | null; onSort: (column: string) => void }): React.ReactElement {
  return (
    <div className="dt-head" role="row" aria-rowindex={1}>
      {columns.visible.map((column) => {
        const on = sorted?.column === column.id
        return (
          <div key={column.id} role="columnheader" className={column.numeric ? 'n' : undefined} aria-sort={on ? (sorted.descending ? 'descending' : 'ascending') : undefined}>
            {column.sortable ? (
              <button type="button" onClick={() => onSort(column.id)}>
                {column.title}
                {on && (sorted.descending ? <IconChevronDown size={12} /> : <IconChevronUp size={12} />)}
              </button>
            ) : (
              <span className={column.mark ? 'vh' : 'h'}>{column.title}</span>
            )}
            {!column.mark && <Edge title={column.title} resize={(width) => columns.resize(column.id, width)} />}
          </div>
        )
      })}
    </div>
  )
}

function Edge({ title, resize }: { title: string; resize: (width: number) => void }): React.ReactElement {
  const { t } = useWords()
  const widthOf = (edge: HTMLElement): number => edge.parentElement?.getBoundingClientRect().width ?? 100
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    const edge = event.currentTarget
    const from = { x: event.clientX, width: widthOf(edge) }
    edge.setPointerCapture(event.pointerId)
    const onMove = (moved: globalThis.PointerEvent): void => resize(from.width + moved.clientX - from.x)
    edge.addEventListener('pointermove', onMove)
    edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', onMove), { once: true })
    event.preventDefault()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const by = event.key === 'ArrowRight' ? 16 : event.key === 'ArrowLeft' ? -16 : 0
    if (by === 0) return
    resize(widthOf(event.currentTarget) + by)
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <span
      className="dt-edge"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t('ui.table.width', { column: title })}
      aria-valuemin={NARROWEST}
      aria-valuemax={WIDEST}
      aria-valuenow={NARROWEST}
      ref={(edge) => {
        if (edge) edge.setAttribute('aria-valuenow', String(Math.round(widthOf(edge))))
      }}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  )
}

interface TableMenuProps<T> {
  readonly label: string
  readonly empty: boolean
  readonly onCopy: () => void
  readonly onSave: () => void
  readonly all: readonly Column<T>[]
  readonly columns: Columns<T>
}

/** Copy, export, and which columns show. */
export function TableMenu<T>({ label, columns, all, empty, onCopy, onSave }: TableMenuProps<T>): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="dt-menu">
      <Menu position="bottom-end" closeOnItemClick={false}>
        <Menu.Target>
          <ActionIcon aria-label={label}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown mah={420} className="dt-menu-list">
          <Menu.Item closeMenuOnClick leftSection={<IconCopy size={14} />} disabled={empty} onClick={onCopy}>
            {t('ui.copyRows')}
          </Menu.Item>
          <Menu.Item closeMenuOnClick leftSection={<IconDownload size={14} />} disabled={empty} onClick={onSave}>
            {t('ui.exportCsv')}
          </Menu.Item>
          <Menu.Label>{t('ui.table.columns')}</Menu.Label>
          {all.filter(({ mark }) => !mark).map((column) => {
            const shown = !columns.hidden.includes(column.id)
            return (
              <Menu.CheckboxItem key={column.id} checked={shown} disabled={shown && columns.visible.length === 1} onChange={() => columns.toggle(column.id)}>
                {column.title}
              </Menu.CheckboxItem>
            )
          })}
          {columns.changed && (
            <Menu.Item closeMenuOnClick leftSection={<IconColumns size={14} />} onClick={columns.reset}>
              {t('ui.table.reset')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
