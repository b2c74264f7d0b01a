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
  proof: {
    root: 'racine',
    entry: 'entrée {{seq}}',
    ladder_one: 'Une empreinte de l’entrée {{seq}} à la racine',
    ladder_other: '{{n}} empreintes de l’entrée {{seq}} à la racine',
    never: 'jamais',
    ageOf: '{{age}} sur {{most}}',
  },
  restore: {
    now: 'maintenant',
    keeps: 'conserve',
    compared: 'restauré et comparé',
    checksummed: 'somme vérifiée',
    listed: 'listé seulement',
    cancelled: 'annulé',
    anyMoment: 'tout instant',
    says_one: '{{at}} : {{n}} système sur {{of}} peut y revenir',
    says_other: '{{at}} : {{n}} systèmes sur {{of}} peuvent y revenir',
  },
}
