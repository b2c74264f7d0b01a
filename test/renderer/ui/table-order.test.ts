import { describe, expect, it } from 'vitest'
import { orderOf } from '#renderer/ui/table/order.ts'
import type { Column } from '#renderer/ui/table/types.ts'

interface Row { readonly name: string | null; readonly n: number | null }
const name: Column<Row> = { id: 'name', title: 'name', width: '1fr', value: (row) => row.name }
const n: Column<Row> = { id: 'n', title: 'n', width: '1fr', numeric: true, value: (row) => row.n }
const rows: (Row | null)[] = [{ name: 'Été', n: 10 }, null, { name: 'abc', n: 9 }, { name: null, n: null }, { name: 'ete', n: 9 }, { name: 'Zoo', n: -1 }]

describe('the order of a table', () => {
  it('is what came in without a sort, filtered when asked', () => {
    expect([...orderOf(rows, undefined, undefined, null)]).toEqual([0, 1, 2, 3, 4, 5])
    expect([...orderOf(rows, (row) => (row.n ?? 0) > 5, undefined, null)]).toEqual([0, 2, 4])
  })
  it('sorts texts without regard to case and accents, equal ones as they came', () => {
    expect([...orderOf(rows, undefined, name, { column: 'name', descending: false })]).toEqual([2, 0, 4, 5, 1, 3])
  })
  it('sorts numbers as numbers, and keeps what is missing last both ways', () => {
    expect([...orderOf(rows, undefined, n, { column: 'n', descending: false })]).toEqual([5, 2, 4, 0, 1, 3])
    expect([...orderOf(rows, undefined, n, { column: 'n', descending: true })]).toEqual([0, 2, 4, 5, 1, 3])
  })
})
