import type { Same } from '#renderer/i18n/same.ts'
import type { dashboardEn } from './copy.en.ts'

export const dashboardFr: Same<typeof dashboardEn> = {
  nothing: '{{title}} : rien n’est encore publié',
  nothingHere: 'Aucune table publiée à montrer',
  nothingText: 'Les graphiques lisent les tables publiées. Ils paraissent quand la première exécution a passé ses contrôles et publié.',
  toPipelines: 'Ouvrir les pipelines',
  published: 'Publié',
  any: '{{title}} : tous',
  clear: 'Retirer les filtres',
  noFilter: 'Aucun filtre ; un clic sur une marque en pose un',
  noRows: 'Aucune ligne sous ces filtres.',
}
