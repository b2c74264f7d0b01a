import { Modal } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { ACTIONS, FIXED, type Action, type OwnAction } from './actions.ts'
import { KeyCaps } from './key-caps.tsx'
import { bindingsOf } from './keys.ts'

/** What an action is called. */
export function useActionName(): (action: Action) => string {
  const { t } = useWords()
  const own = (id: OwnAction): string => t(`shell.actions.${id}`)
  return ({ id, place }) => (place ? t(`shell.pages.${place.id}`) : own(id as OwnAction))
}

/** Lists the keys as they hold now. */
export function KeySheet({ opened, onClose }: { opened: boolean; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  const bindings = bindingsOf(useSettings().values.keys)
  const nameOf = useActionName()
  const listed = (actions: readonly Action[]): React.ReactElement[] =>
    actions.filter(({ id }) => bindings.get(id) !== '').map((action) => <Row key={action.id} keys={bindings.get(action.id) ?? ''} name={nameOf(action)} />)
  return (
    <Modal opened={opened} onClose={onClose} title={t('shell.keys')} size={620} centered>
      <div className="key-sheet">
        <section aria-label={t('shell.everywhere')}>
          <h3>{t('shell.everywhere')}</h3>
          <dl className="keys">
            {listed(ACTIONS.filter(({ place }) => place === null))}
            {FIXED.map(({ id, keys }) => (
              <Row key={id} keys={keys} name={t(`shell.fixed.${id}`)} />
            ))}
          </dl>
        </section>
        <section aria-label={t('shell.goTo')}>
          <h3>{t('shell.goTo')}</h3>
          <dl className="keys">{listed(ACTIONS.filter(({ place }) => place !== null))}</dl>
        </section>
      </div>
      <p className="tray-foot">
        <Link className="link sm" to="/settings" hash="keys" onClick={onClose}>
          {t('shell.changeKeys')}
        </Link>
      </p>
    </Modal>
  )
}

function Row({ keys, name }: { keys: string; name: string }): React.ReactElement {
  return (
    <div style={{ display: 'contents' }}>
      <dt>
        <KeyCaps keys={keys} />
      </dt>
      <dd>{name}</dd>
    </div>
  )
}
