import { changeLanguage, use as using, type TFunction } from 'i18next'
import { useSyncExternalStore } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import { createFormat, type Format } from './format.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

export type Language = 'en' | 'fr'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

const formats = new Map<string, Format>()
const formatIn = (language: Language, zone: string): Format => {
  const held = formats.get(`${language} ${zone}`) ?? createFormat(language, zone)
  formats.set(`${language} ${zone}`, held)
  return held
}

/** French has a plural of its own for millions; Régie says it as it says all others. */
export function withFrenchMany<T>(catalogue: T): T {
  if (typeof catalogue !== 'object' || catalogue === null) return catalogue
  const entries = Object.entries(catalogue).flatMap(([key, value]): [string, unknown][] =>
    key.endsWith('_other') ? [[key, value], [key.replace(/_other$/, '_many'), value]] : [[key, withFrenchMany(value)]],
  )
  return Object.fromEntries(entries) as T
}

const known = (tag: string | null | undefined): Language | null => (tag?.startsWith('fr') ? 'fr' : tag?.startsWith('en') ? 'en' : null)

const spoken = (chosen: Language | 'system', page: Window): Language => (chosen === 'system' ? (known(page.navigator.language) ?? 'en') : chosen)

/** Words in the language that was chosen, else the reader's own, else English. */
export async function startLanguage(page: Window, chosen: Language | 'system' = 'system'): Promise<void> {
  const language = spoken(chosen, page)
  await using(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { en: { translation: en }, fr: { translation: withFrenchMany(fr) } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  page.document.documentElement.lang = language
}

const listeners = new Set<(language: Language) => void>()

/** Called with every language that is chosen from now on. */
export const onLanguage = (listener: (language: Language) => void): void => void listeners.add(listener)

/** The language that the page starts with. */
export const currentLanguage = (): Language => known(document.documentElement.lang) ?? 'en'

export async function setLanguage(chosen: Language | 'system'): Promise<void> {
  const language = spoken(chosen, window)
  document.documentElement.lang = language
  await changeLanguage(language)
  for (const listener of listeners) listener(language)
}

/* The zone of the machine can change while the page is open: a laptop travels. */
let zoneChosen: 'utc' | 'local' = 'utc'
let zone = 'UTC'
const zoneListeners = new Set<() => void>()
const readZone = (): void => {
  const now = zoneChosen === 'utc' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone
  if (now === zone) return
  zone = now
  for (const listener of zoneListeners) listener()
}
const LOOK_MS = 30_000

export function setTimeZone(chosen: 'utc' | 'local'): void {
  zoneChosen = chosen
  readZone()
}

function watchZone(listener: () => void): () => void {
  zoneListeners.add(listener)
  if (zoneListeners.size === 1) {
    window.addEventListener('focus', readZone)
    zoneTimer = setInterval(readZone, LOOK_MS)
  }
  return () => {
    zoneListeners.delete(listener)
    if (zoneListeners.size > 0) return
    window.removeEventListener('focus', readZone)
    clearInterval(zoneTimer)
  }
}
let zoneTimer: ReturnType<typeof setInterval> | undefined

const currentZone = (): string => zone

/** Words and formats in the reader's language. */
export function useWords(): { t: TFunction; f: Format; language: Language } {
  const { t, i18n } = useTranslation()
  const language = known(i18n.language) ?? 'en'
  return { t, f: formatIn(language, useSyncExternalStore(watchZone, currentZone, currentZone)), language }
}
