import { changeLanguage, use as using, type TFunction } from 'i18next'
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

const KEY = 'regie.language'
const formats = { en: createFormat('en'), fr: createFormat('fr') }

/** French has a plural of its own for millions; Régie says it as it says all others. */
export function withFrenchMany<T>(catalogue: T): T {
  if (typeof catalogue !== 'object' || catalogue === null) return catalogue
  const entries = Object.entries(catalogue).flatMap(([key, value]): [string, unknown][] =>
    key.endsWith('_other') ? [[key, value], [key.replace(/_other$/, '_many'), value]] : [[key, withFrenchMany(value)]],
  )
  return Object.fromEntries(entries) as T
}

const known = (tag: string | null | undefined): Language | null => (tag?.startsWith('fr') ? 'fr' : tag?.startsWith('en') ? 'en' : null)

/** The language asked for last, else the reader's own, else English. */
export async function startLanguage(page: Window): Promise<void> {
  const language = known(page.localStorage.getItem(KEY)) ?? known(page.navigator.language) ?? 'en'
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

export async function setLanguage(language: Language): Promise<void> {
  window.localStorage.setItem(KEY, language)
  document.documentElement.lang = language
  await changeLanguage(language)
  for (const listener of listeners) listener(language)
}

/** Words and formats in the reader's language. */
export function useWords(): { t: TFunction; f: Format; language: Language } {
  const { t, i18n } = useTranslation()
  const language = known(i18n.language) ?? 'en'
  return { t, f: formats[language], language }
}
