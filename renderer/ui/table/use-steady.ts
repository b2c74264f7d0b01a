import { useMemo, useState } from 'react'

/**
 * While the pointer is over the list its rows keep their places: known rows are updated where they are, new ones wait
 * until it leaves.
 */
export function useSteady<T>(rows: readonly (T | null)[], rowId: (row: T) => string): { rows: readonly (T | null)[]; hover: { onPointerEnter: () => void; onPointerLeave: () => void } } {
  const [held, hold] = useState<readonly (T | null)[] | null>(null)
  const shown = useMemo(() => {
    if (held === null || held === rows) return rows
    const order = held.map((row) => (row === null ? null : rowId(row)))
    const byId = new Map(rows.flatMap((row): [string, T][] => (row === null ? [] : [[rowId(row), row]])))
    if (order.length !== rows.length && order.some((id) => id !== null && !byId.has(id))) return rows
    const seen = order.map((id, i) => (id === null ? (rows[i] ?? null) : (byId.get(id) ?? null)))
    return seen.length <= rows.length ? seen : rows
  }, [rows, held, rowId])
  return { rows: shown, hover: { onPointerEnter: () => hold(rows), onPointerLeave: () => hold(null) } }
}
