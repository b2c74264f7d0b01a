import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import { DASHBOARD_KEY, PLACES } from './places.ts'

const CHORD_MS = 1200
const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
const overlayOpen = (): boolean => document.querySelector('[role="dialog"]') !== null

/**
 * Keys of the whole page: G then a letter goes somewhere, `/` filters, `?` lists the keys, J and K move in the
 * page's list wherever the focus is. Ctrl/Cmd-K belongs to the palette.
 */
export function useKeyboard(options: { dashboard: string | undefined; openKeys: () => void }): void {
  const navigate = useNavigate()
  const chord = useRef(0)
  const onKeyDown = useEffectEvent((event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || inField(event.target) || overlayOpen()) return
      const { dashboard, openKeys } = options
      if (event.timeStamp - chord.current < CHORD_MS) {
        chord.current = 0
        const place = PLACES.find(({ key }) => key === event.key)
        if (place) void navigate({ to: place.to })
        else if (event.key === DASHBOARD_KEY && dashboard) void navigate({ to: '/dashboards/$dashboard', params: { dashboard } })
        else return
        event.preventDefault()
        return
      }
      if (event.key === 'g') chord.current = event.timeStamp
      else if (event.key === '?') openKeys()
      else if (event.key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus()
      else if (/^(j|k|ArrowDown|ArrowUp)$/.test(event.key)) {
        const list = document.querySelector<HTMLElement>('[data-primary-list]')
        if (!list || list.contains(document.activeElement)) return
        list.focus()
      } else return
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
