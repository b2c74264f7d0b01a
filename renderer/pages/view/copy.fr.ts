import type { Same } from '#renderer/i18n/same.ts'
import type { viewEn } from './copy.en.ts'

export const viewFr: Same<typeof viewEn> = {
  counted: '{{n}} {{title}}',
  nothingText: 'Cette vue lit les tables publiées. Elle se remplit quand la première exécution a passé ses contrôles et publié.',
  all: 'Tout : {{title}}',
  shown: '{{shown}} sur {{total}} affichés',
  noRows: 'Rien ici ne correspond. Retirer les filtres, ou choisir un autre.',
  more: 'En montrer plus',
  explained: 'Scores expliqués',
}
