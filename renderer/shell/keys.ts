import { ACTIONS, FIXED, type ActionId } from './actions.ts'

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

const MODIFIERS = new Set(['control', 'meta', 'alt', 'shift', 'altgraph', 'capslock', 'dead', 'process', 'unidentified'])

/** One key press as the registry writes it: "mod+k", "?", "shift+arrowup"; null for a modifier alone. */
export function pressed({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string | null {
  const name = key === ' ' ? 'space' : key === '+' ? '=' : key.toLowerCase()
  if (MODIFIERS.has(name)) return null
  // A symbol already says that Shift was held, and on which keyboard it stands doesn't matter.
  const symbol = name.length === 1 && !/[\p{L}\d]/u.test(name)
  return [ctrlKey || metaKey ? 'mod' : '', altKey ? 'alt' : '', shiftKey && !symbol ? 'shift' : '', name].filter(Boolean).join('+')
}

/** Keys of every action as they hold now: the page's own, with what the operator changed. */
export function bindingsOf(changed: Readonly<Record<string, string>>): ReadonlyMap<ActionId, string> {
  return new Map(ACTIONS.map(({ id, keys }) => [id, changed[id] ?? keys]))
}

/** What the browser or the system takes before a page can. */
const TAKEN = new Set(['mod+t', 'mod+n', 'mod+w', 'mod+q', 'mod+shift+t', 'mod+shift+n', 'mod+shift+w', 'mod+tab', 'tab', 'shift+tab', 'f5', 'f11', 'f12', ...FIXED.map(({ keys }) => keys)])

export type KeyTrouble = { readonly kind: 'taken' } | { readonly kind: 'conflict'; readonly with: ActionId }

/** Why keys would not work for an action: the browser has them, or another action has the same or begins with them. */
export function troubleOf(action: ActionId, keys: string, bindings: ReadonlyMap<ActionId, string>): KeyTrouble | null {
  if (keys === '') return null
  if (keys.split(' ').some((key) => TAKEN.has(key))) return { kind: 'taken' }
  for (const [other, theirs] of bindings) {
    if (other === action || theirs === '') continue
    if (theirs === keys || `${theirs} `.startsWith(`${keys} `) || `${keys} `.startsWith(`${theirs} `)) return { kind: 'conflict', with: other }
  }
  return null
}

/** Follows presses: which action they complete, and whether more is awaited. A sequence is forgotten after `chordMs`. */
export class KeyReader {
  #begun = ''
  #at = -Infinity
  readonly #chordMs: number

  constructor(chordMs = 1200) {
    this.#chordMs = chordMs
  }

  /** @param at ms, from any start */
  read(key: string, at: number, bindings: ReadonlyMap<ActionId, string>): ActionId | 'more' | null {
    const begun = at - this.#at < this.#chordMs ? this.#begun : ''
    this.#begun = ''
    for (const keys of begun === '' ? [key] : [`${begun} ${key}`, key]) {
      for (const [action, wanted] of bindings) if (wanted === keys) return action
      for (const wanted of bindings.values()) {
        if (!wanted.startsWith(`${keys} `)) continue
        this.#begun = keys
        this.#at = at
        return 'more'
      }
    }
    return null
  }
}
