import { Modal } from '@mantine/core'
import { useWords } from '#renderer/i18n/index.ts'
import { MOD } from './bar.tsx'
import { PLACES } from './places.ts'

/** `?` lists the keys. */
export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  const rows: [readonly string[], string][] = [
    [[MOD, 'K'], t('shell.find')],
    ...PLACES.map(({ id, key }): [string[], string] => [['G', key.toUpperCase()], t(`shell.pages.${id}`)]),
    [['G', 'R'], t('shell.keyDashboard')],
    [['/'], t('shell.keyFilter')],
    [['J', 'K'], t('shell.keyMove')],
    [['Enter'], t('shell.keyOpen')],
    [['Esc'], t('shell.keyLeave')],
    [['?'], t('shell.keyKeys')],
  ]
  return (
    <Modal opened={opened} onClose={onClose} title={t('shell.keys')} size={380} centered>
      <dl className="keys">
        {rows.map(([keys, label]) => (
          <div key={label} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
