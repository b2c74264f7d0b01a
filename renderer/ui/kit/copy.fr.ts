import type { Same } from '#renderer/i18n/same.ts'
import type { kitEn } from './copy.en.ts'

export const kitFr: Same<typeof kitEn> = {
  table: { width: 'Largeur de {{column}}', columns: 'Colonnes', reset: 'Colonnes d’origine' },
  plot: {
    asTable: 'En tableau',
    asChart: 'En graphique',
    points_one: '{{n}} point',
    points_other: '{{n}} points',
    thinned_one: 'Chaque point ({{n}})',
    thinned_other: 'Un point sur {{n}}',
    x: 'À',
  },
}
