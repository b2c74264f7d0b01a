import { describe, expect, it } from 'vitest'
import { steadyRows } from '#renderer/ui/table/use-steady.ts'

const id = (row: { id: string }): string => row.id
const rows = (...ids: (string | null)[]): ({ id: string } | null)[] => ids.map((each) => (each === null ? null : { id: each }))

describe('rows under the pointer', () => {
  it('keep their places while new ones come in above them', () => {
    expect(steadyRows(rows('b', 'a'), rows('c', 'b', 'a'), id)).toEqual(rows('b', 'a'))
  })
  it('grow at the end: a page that was read, or the first one after none', () => {
    expect(steadyRows(rows(), rows('a', 'b'), id)).toEqual(rows('a', 'b'))
    expect(steadyRows(rows('a', 'b', null), rows('a', 'b', 'c', 'd', null), id)).toEqual(rows('a', 'b', 'c', 'd', null))
  })
  it('are other rows when the list became another', () => {
    expect(steadyRows(rows('a', 'b', 'c'), rows('x', 'y'), id)).toEqual(rows('x', 'y'))
  })
})
