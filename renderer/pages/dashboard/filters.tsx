import { Button, Menu } from '@mantine/core'
import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import type { Dashboard } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import type { DashboardSearch, FilterValue } from './search.ts'

const plain = (value: unknown): value is FilterValue => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** One menu per column; every chart obeys all of them. */
export function Filters({ filters, active, onToggle, onClear }: { filters: Dashboard['filters']; active: DashboardSearch['f']; onToggle: (column: string, value: FilterValue) => void; onClear: () => void }): React.ReactElement {
  const { t } = useWords()
  const show = (value: FilterValue): string => (value === true ? t('ui.yes') : value === false ? t('ui.no') : String(value))
  return (
    <div className="filters">
      {filters.map(({ column, title, values }, i) => {
        const held = active?.[column] ?? []
        return (
          <Menu key={column} closeOnItemClick={false} position="bottom-start">
            <Menu.Target>
              <Button size="sm" data-filter={i === 0 ? '' : undefined} className={held.length > 0 ? 'chip-on' : undefined} rightSection={<IconChevronDown size={14} stroke={1.6} />}>
                {held.length === 0 ? t('dashboard.any', { title }) : `${title}: ${held.map(show).join(', ')}`}
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={320} style={{ overflow: 'auto' }}>
              {values.filter(plain).map((value) => (
                <Menu.Item key={String(value)} role="menuitemcheckbox" aria-checked={held.includes(value)} onClick={() => onToggle(column, value)} rightSection={held.includes(value) ? <IconCheck size={14} /> : <span style={{ width: 14 }} />}>
                  {show(value)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )
      })}
      <span className="sp" />
      {active ? (
        <button type="button" className="link sm" onClick={onClear}>
          {t('dashboard.clear')}
        </button>
      ) : (
        <span className="faint meta">{t('dashboard.noFilter')}</span>
      )}
    </div>
  )
}
