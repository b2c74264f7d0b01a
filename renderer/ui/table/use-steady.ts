import { useMemo, useState } from 'react'

type Rows<T> = readonly (T | null)[]

/**
 * Rows in the places that they had in `held`: known rows are updated where they are, and new ones among them wait.
 * A list that only grew at its end moved nobody: it is shown as it is. So is one whose rows are other rows.
 */
export function steadyRows<T>(held: Rows<T>, rows: Rows<T>, rowId: (row: T) => string): Rows<T> {
  const idOf = (row: T | null | undefined): string | null => (row === null || row === undefined ? null : rowId(row))
  const order = held.map(idOf)
  if (rows.length >= order.length && order.every((id, i) => id === null || id === (idOf(rows[i]) ?? id))) return rows
  const byId = new Map(rows.flatMap((row): [string, T][] => (row === null ? [] : [[rowId(row), row]])))
  if (order.length !== rows.length && order.some((id) => id !== null && !byId.has(id))) return rows
  const seen = order.map((id, i) => (id === null ? (rows[i] ?? null) : (byId.get(id) ?? null)))
  return seen.length <= rows.length ? seen : rows
}

/**
 * While the pointer is over the list its rows keep their places; what is new among them waits until it leaves.
 * Rows that answer another question (a filter, an order) are shown at once.
 */
export function useSteady<T>(rows: Rows<T>, rowId: (row: T) => string, question: string): { rows: Rows<T>; hover: { onPointerEnter: () => void; onPointerLeave: () => void } } {
  const [held, hold] = useState<{ readonly rows: Rows<T>; readonly question: string } | null>(null)
  const shown = useMemo(() => (held === null || held.question !== question || held.rows === rows ? rows : steadyRows(held.rows, rows, rowId)), [rows, held, rowId, question])
  return { rows: shown, hover: { onPointerEnter: () => hold({ rows, question }), onPointerLeave: () => hold(null) } }
}
