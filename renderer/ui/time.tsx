import { Tooltip } from '@mantine/core'
import { useState, useSyncExternalStore } from 'react'
import { useWords } from '#renderer/i18n/index.ts'

let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time, ms; every part of the page sees the same, and it changes once a second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

/** `value`, let through at most once a second: numbers that jump can't be read. Equal keys pass at once. */
export function useCalm<T>(value: T, key: string): T {
  const second = useNow()
  const [held, hold] = useState({ value, key, second })
  if (held.key === key && held.second === second) return held.value
  hold({ value, key, second })
  return value
}

/** How long ago in the text, the exact moment on hover and on focus. */
export function Ago({ at, focusable = false }: { at: string; focusable?: boolean }): React.ReactElement {
  const { f } = useWords()
  // The text itself is what is watched: “9 min ago” is drawn once a minute.
  const text = useSyncExternalStore(subscribe, () => f.ago(at, Math.max(now, Date.parse(at))))
  return (
    <Tooltip label={f.absolute(at)}>
      <time dateTime={at} tabIndex={focusable ? 0 : undefined}>
        {text}
      </time>
    </Tooltip>
  )
}

/** The hour in the text, the whole date on hover and on focus. `utc`: as a log has it, whatever zone was chosen. */
export function Moment({ at, style = 'time', utc = false }: { at: string; style?: 'time' | 'date'; utc?: boolean }): React.ReactElement {
  const { f: chosen } = useWords()
  const f = utc ? chosen.utc : chosen
  const today = useSyncExternalStore(subscribe, () => f.date(at) === f.date(now))
  const text = style === 'date' ? f.date(at) : today ? f.time(at) : `${f.date(at)} ${f.clock(at)}`
  return (
    <Tooltip label={f.absolute(at)}>
      <time dateTime={at}>{text}</time>
    </Tooltip>
  )
}
