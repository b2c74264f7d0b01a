import type { Same } from '#renderer/i18n/same.ts'
import type { settingsEn } from './copy.en.ts'

export const settingsFr: Same<typeof settingsEn> = {
  title: 'Réglages',
  thisPage: 'Cette page',
  theme: 'Thème',
  themeAuto: 'Système',
  themeLight: 'Clair',
  themeDark: 'Sombre',
  language: 'Langue',
  english: 'English',
  french: 'Français',
}
