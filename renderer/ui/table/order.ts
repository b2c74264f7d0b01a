import type { Column, Sort } from './types.ts'

const PLAIN = /^[\u0020-\u007E]*$/
const MARKS = /\p{Diacritic}/gu

/** A text as it is sorted: letter case and accents aside. Plain ASCII takes the short way: 111,185 of them in one go. */
const folded = (text: string): string => (PLAIN.test(text) ? text.toLowerCase() : text.normalize('NFD').replaceAll(MARKS, '').toLowerCase())

/**
 * Positions of the rows that are shown, in their order: filtered by `keep`, sorted by the column's value. Equal values stay
 * in the order that they came in; missing values and rows that are not there yet stand last, whichever the direction.
 */
export function orderOf<T>(rows: readonly (T | null)[], keep: ((row: T) => boolean) | undefined, column: Column<T> | undefined, sort: Sort | null): Uint32Array {
  const kept = new Uint32Array(rows.length)
  let count = 0
  rows.forEach((row, i) => {
    if (!keep || (row !== null && keep(row))) kept[count++] = i
  })
  const order = kept.subarray(0, count)
  if (!column || !sort) return order
  const keys = rows.map((row): string | number | null => {
    const value = row === null ? null : column.value(row)
    return typeof value === 'string' ? folded(value) : Number.isNaN(value) ? null : value
  })
  const sign = sort.descending ? -1 : 1
  return order.sort((a, b) => {
    const [x, y] = [keys[a] ?? null, keys[b] ?? null]
    if (x === y) return a - b
    if (x === null) return 1
    if (y === null) return -1
    if (typeof x === typeof y) return x < y ? -sign : sign
    return typeof x === 'number' ? -sign : sign
  })
}
