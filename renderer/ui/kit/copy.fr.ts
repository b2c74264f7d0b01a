import type { Same } from '#renderer/i18n/same.ts'
import type { kitEn } from './copy.en.ts'

export const kitFr: Same<typeof kitEn> = {
  table: { width: 'Largeur de {{column}}', columns: 'Colonnes', reset: 'Colonnes d’origine' },
}
