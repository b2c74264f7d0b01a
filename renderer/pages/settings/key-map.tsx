import { Button } from '@mantine/core'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { ACTIONS, type Action, type ActionId } from '#renderer/shell/actions.ts'
import { KeyCaps } from '#renderer/shell/key-caps.tsx'
import { useActionName } from '#renderer/shell/key-sheet.tsx'
import { bindingsOf, pressed, troubleOf } from '#renderer/shell/keys.ts'

/** Every action with its keys. A key is changed by pressing it; what would not work is said and not taken. */
export function KeyMap(): React.ReactElement {
  const { t } = useWords()
  const { values, set } = useSettings()
  const [editing, edit] = useState<ActionId | null>(null)
  const changed = Object.keys(values.keys).length
  const put = (id: ActionId, keys: string | null): void => {
    const { [id]: _old, ...others } = values.keys
    set({ keys: keys === null ? others : { ...others, [id]: keys } })
    edit(null)
  }
  return (
    <section aria-label={t('settings.keyMap')} id="setting-keyMap">
      <div className="sec-h" id="setting-keys">
        <h2>{t('settings.keyMap')}</h2>
        <span className="sp" />
        <Button size="sm" disabled={changed === 0} onClick={() => set({ keys: {} })}>
          {t('settings.resetAll')}
        </Button>
      </div>
      <ul className="key-map">
        {ACTIONS.map((action) => (
          <KeyRow key={action.id} action={action} editing={editing === action.id} onEdit={(on) => edit(on ? action.id : null)} onPut={(keys) => put(action.id, keys)} />
        ))}
      </ul>
    </section>
  )
}

function KeyRow({ action, editing, onEdit, onPut }: { action: Action; editing: boolean; onEdit: (on: boolean) => void; onPut: (keys: string | null) => void }): React.ReactElement {
  const { t } = useWords()
  const { keys: changes } = useSettings().values
  const nameOf = useActionName()
  const bindings = bindingsOf(changes)
  const keys = bindings.get(action.id) ?? ''
  const own = changes[action.id] !== undefined
  const name = nameOf(action)
  const change = useRef<HTMLButtonElement>(null)
  const leave = (): void => {
    onEdit(false)
    setTimeout(() => change.current?.focus(), 0)
  }
  return (
    <li>
      <span className="tr">{name}</span>
      <span className="sp" />
      {editing ? (
        <Recorder
          action={action}
          onLeave={leave}
          onPut={(put) => {
            onPut(put)
            leave()
          }}
        />
      ) : (
        <>
          {keys === '' ? <span className="faint">{t('settings.noKey')}</span> : <KeyCaps keys={keys} />}
          {own && (
            <button type="button" className="link sm" aria-label={t('settings.resetKey', { name })} onClick={() => onPut(null)}>
              {t('settings.reset')}
            </button>
          )}
          <button type="button" ref={change} className="link sm" aria-label={t('settings.changeKey', { name })} onClick={() => onEdit(true)}>
            {t('settings.change')}
          </button>
        </>
      )}
    </li>
  )
}

/** Takes up to two presses. Enter keeps them, Escape leaves, Backspace begins again or, on nothing, takes the key away. */
function Recorder({ action, onLeave, onPut }: { action: Action; onLeave: () => void; onPut: (keys: string) => void }): React.ReactElement {
  const { t } = useWords()
  const nameOf = useActionName()
  const bindings = bindingsOf(useSettings().values.keys)
  const [keys, setKeys] = useState('')
  const trouble = troubleOf(action.id, keys, bindings)
  const other = trouble?.kind === 'conflict' ? ACTIONS.find(({ id }) => id === trouble.with) : undefined
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    const key = pressed(event)
    if (key === null) return
    if (key === 'escape') onLeave()
    else if (key === 'enter') {
      if (!trouble && keys !== '') onPut(keys)
    } else if (key === 'backspace') {
      if (keys === '') onPut('')
      else setKeys('')
    } else setKeys(keys === '' || keys.includes(' ') ? key : `${keys} ${key}`)
  }
  return (
    <span className="recorder">
      <span className="row">
        <input className="input" aria-label={t('settings.pressKeys', { name: nameOf(action) })} aria-invalid={trouble !== null} placeholder={t('settings.press')} value={keys} readOnly autoFocus onKeyDown={onKeyDown} />
        <Button size="sm" disabled={keys === '' || trouble !== null} onClick={() => onPut(keys)}>
          {t('settings.keep')}
        </Button>
        <Button size="sm" variant="quiet" onClick={onLeave}>
          {t('settings.leave')}
        </Button>
      </span>
      <span className={trouble ? 'meta failed' : 'meta faint'} role="status">
        {trouble?.kind === 'taken' ? t('settings.keyTaken') : other ? t('settings.keyConflict', { name: nameOf(other) }) : t('settings.recordHint')}
      </span>
    </span>
  )
}
