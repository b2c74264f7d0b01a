import type { Same } from '#renderer/i18n/same.ts'
import type { rejectsEn } from './copy.en.ts'

export const rejectsFr: Same<typeof rejectsEn> = {
  title: 'Rejets',
  noRunYet: 'Aucune exécution n’a encore publié',
  noRunText: 'Les rejets arrivent avec la première exécution qui publie. Chacun garde sa raison et la ligne telle qu’extraite.',
  none: 'La dernière exécution n’a rejeté aucune ligne',
  noneText: 'Toutes les lignes ont passé les règles de rejet.',
  sentence_one: 'Une ligne rejetée, pour {{reasons}}',
  sentence_other: '{{n}} lignes rejetées, pour {{reasons}}',
  reasons_one: 'une raison',
  reasons_other: '{{n}} raisons',
  pseudonymised: 'Les personnes sont ici des pseudonymes, comme dans le stockage brut',
  reviewId: 'Ligne',
  reason: 'Raison',
  details: 'Ce qui ne va pas',
  rejectedAt: 'Rejetée',
  search: 'Chercher dans les rejets',
  shown_one: 'Une ligne correspond.',
  shown_other: '{{n}} lignes correspondent.',
  clear: 'Retirer les filtres',
  noMatch: 'Aucune ligne ne répond à ces filtres',
  noMatchText: 'Les rejets de l’exécution sont intacts. Retirer les filtres pour les voir tous.',
  row: 'Ligne {{id}}',
  original: 'Ligne d’origine',
  asExtracted: 'telle qu’extraite, pseudonymisée',
  emptyText: 'texte vide',
}
