import { useEffect, useEffectEvent, useState } from 'react'
import { useSettings } from '#renderer/settings/context.tsx'
import type { ActionId } from './actions.ts'
import { bindingsOf, KeyReader, pressed } from './keys.ts'

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type)))
const overlayOpen = (): boolean => document.querySelector('[role="dialog"]') !== null
/** Work above an overlay too. */
const ANYWHERE = new Set<ActionId>(['palette', 'bigger', 'smaller', 'usualSize'])

/**
 * Keys of the whole page, as the registry and the operator's settings have them. In a field only keys with Ctrl or
 * Alt count, below an overlay only those that make sense anywhere.
 */
export function useKeyboard(handlers: Readonly<Partial<Record<ActionId, () => void>>>): void {
  const { keys } = useSettings().values
  const [reader] = useState(() => new KeyReader())
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const key = pressed(event)
    if (key === null || (inField(event.target) && !/^(mod|alt)\+/.test(key))) return
    const found = reader.read(key, event.timeStamp, bindingsOf(keys))
    if (found === 'more') {
      if (!overlayOpen()) event.preventDefault()
      return
    }
    const action = found ?? (key === 'arrowdown' ? 'down' : key === 'arrowup' ? 'up' : null)
    if (action === null || (overlayOpen() && !ANYWHERE.has(action))) return
    if (action === 'down' || action === 'up') {
      const list = document.querySelector<HTMLElement>('[data-primary-list]')
      if (!list || list.contains(document.activeElement)) return
      list.focus()
    } else if (action === 'filter') document.querySelector<HTMLElement>('[data-filter]')?.focus()
    else {
      const handle = handlers[action]
      if (!handle) return
      handle()
    }
    event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKeyDown(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}

/** Esc leaves: calls `leave` when nothing nearer (a field, an overlay, a list) took it. */
export function useEscape(leave: (() => void) | null): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
    if (event.key === 'Escape' && leave && !event.defaultPrevented && !inField(event.target) && !overlayOpen()) {
      event.preventDefault()
      leave()
    }
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKeyDown(event)
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
