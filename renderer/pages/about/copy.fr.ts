import type { Same } from '#renderer/i18n/same.ts'
import type { aboutEn } from './copy.en.ts'

export const aboutFr: Same<typeof aboutEn> = {
  title: 'Régie {{version}}, sous licence Apache 2.0',
  started: 'Cœur démarré',
  packages_one: '{{n}} paquet est livré avec elle',
  packages_other: '{{n}} paquets sont livrés avec elle',
  licences: 'Licences de ce qui est livré',
  reading: 'les licences',
  name: 'Paquet',
  version: 'Version',
  licence: 'Licence',
  notStated: 'non indiquée par son auteur',
  search: 'Filtrer les paquets',
  noneTitle: 'Aucun paquet ne s’appelle « {{search}} »',
  noneText: 'La recherche porte sur les noms et les licences.',
  noText: 'Le paquet n’apporte pas le texte de sa licence.',
  close: 'Fermer la licence',
  workspace: 'Espace',
  folder: 'Dossier',
  home: 'État',
  operator: 'Opérateur',
  process: 'Processus',
  processIs: '{{pid}}, Node {{node}}',
  browser: 'La page tourne dans',
  here: 'Cette installation',
}
