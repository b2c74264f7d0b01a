import { PLACES, type Place } from './places.ts'

/**
 * What keys do, everywhere on the page. The cheat sheet, the settings and the palette show this list; `keys` is what
 * holds until an operator chooses: keys pressed together are joined by +, keys pressed one after the other stand
 * apart ("g o"). '' has no key yet.
 */
const OWN = [
  { id: 'palette', keys: 'mod+k' },
  { id: 'keys', keys: '?' },
  { id: 'tray', keys: 't' },
  { id: 'notices', keys: 'n' },
  { id: 'environment', keys: 'e' },
  { id: 'filter', keys: '/' },
  { id: 'down', keys: 'j' },
  { id: 'up', keys: 'k' },
  { id: 'back', keys: 'alt+arrowleft' },
  { id: 'forward', keys: 'alt+arrowright' },
  { id: 'copyLink', keys: 'y' },
  { id: 'bigger', keys: 'mod+=' },
  { id: 'smaller', keys: 'mod+-' },
  { id: 'usualSize', keys: 'mod+0' },
  { id: 'theme', keys: '' },
  { id: 'language', keys: '' },
  { id: 'dashboard', keys: 'g r' },
] as const satisfies readonly { id: string; keys: string }[]

export type OwnAction = (typeof OWN)[number]['id']
export type ActionId = OwnAction | `go.${Place['id']}`

export interface Action {
  readonly id: ActionId
  readonly place: Place | null
  readonly keys: string
}

export const ACTIONS: readonly Action[] = [
  ...OWN.map(({ id, keys }): Action => ({ id, place: null, keys })),
  ...PLACES.map((place): Action => ({ id: `go.${place.id}`, place, keys: `g ${place.key}` })),
]

/** Keys that parts of the page hold for themselves and nobody can give away. */
export const FIXED = [
  { id: 'open', keys: 'enter' },
  { id: 'leave', keys: 'escape' },
] as const
