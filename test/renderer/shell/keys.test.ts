import { describe, expect, it } from 'vitest'
import { ACTIONS } from '#renderer/shell/actions.ts'
import { bindingsOf, KeyReader, pressed, troubleOf, type Pressed } from '#renderer/shell/keys.ts'

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('a key press', () => {
  it('has one name, whatever keyboard it comes from', () => {
    expect(pressed(press('k', { ctrlKey: true }))).toBe('mod+k')
    expect(pressed(press('K', { metaKey: true, shiftKey: true }))).toBe('mod+shift+k')
    expect(pressed(press('?', { shiftKey: true }))).toBe('?')
    expect(pressed(press('+', { ctrlKey: true, shiftKey: true }))).toBe('mod+=')
    expect(pressed(press('ArrowLeft', { altKey: true }))).toBe('alt+arrowleft')
    for (const alone of ['Control', 'Shift', 'Dead', 'AltGraph']) expect(pressed(press(alone))).toBeNull()
  })
})

describe('the key map', () => {
  it('has no conflict of its own making, and no key that the browser takes', () => {
    const bindings = bindingsOf({})
    expect(ACTIONS.filter(({ id, keys }) => troubleOf(id, keys, bindings) !== null)).toEqual([])
    expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length)
  })

  it('finds the same keys, and keys that begin with others', () => {
    const bindings = bindingsOf({})
    expect(troubleOf('theme', 'mod+k', bindings)).toEqual({ kind: 'conflict', with: 'palette' })
    expect(troubleOf('theme', 'g', bindings)).toMatchObject({ kind: 'conflict' })
    expect(troubleOf('theme', 'j x', bindings)).toEqual({ kind: 'conflict', with: 'down' })
    expect(troubleOf('theme', 'mod+w', bindings)).toEqual({ kind: 'taken' })
    expect(troubleOf('theme', 'escape', bindings)).toEqual({ kind: 'taken' })
    expect(troubleOf('theme', 'g z', bindings)).toBeNull()
    // What was given away is free.
    expect(troubleOf('theme', 'mod+k', bindingsOf({ palette: '' }))).toBeNull()
  })

  it('reads sequences, and forgets one that was begun too long ago', () => {
    const bindings = bindingsOf({})
    const reader = new KeyReader(1000)
    expect(reader.read('g', 0, bindings)).toBe('more')
    expect(reader.read('a', 500, bindings)).toBe('go.audit')
    expect(reader.read('a', 600, bindings)).toBeNull()
    expect(reader.read('g', 1000, bindings)).toBe('more')
    expect(reader.read('a', 2500, bindings)).toBeNull()
    // A wrong second key still counts for itself.
    expect(reader.read('g', 3000, bindings)).toBe('more')
    expect(reader.read('?', 3100, bindings)).toBe('keys')
  })

  it('follows what an operator chose', () => {
    const bindings = bindingsOf({ keys: 'f1', palette: '' })
    const reader = new KeyReader()
    expect(reader.read('f1', 0, bindings)).toBe('keys')
    expect(reader.read('?', 10, bindings)).toBeNull()
    expect(reader.read('mod+k', 20, bindings)).toBeNull()
  })
})
