import { useMemo, useState } from 'react'
import type { Column } from './types.ts'

/** Widths in px that the reader has set, and columns put away; by column id. */
interface Layout {
  readonly widths: Readonly<Record<string, number>>
  readonly hidden: readonly string[]
}

export interface Columns<T> {
  readonly visible: readonly Column<T>[]
  /** The value of grid-template-columns. */
  readonly template: string
  readonly hidden: readonly string[]
  readonly changed: boolean
  readonly resize: (column: string, width: number) => void
  readonly toggle: (column: string) => void
  readonly reset: () => void
}

export const NARROWEST = 40
export const WIDEST = 1200

/** Which columns show and how wide. With a `name` the reader's choice is kept on this machine. */
export function useColumns<T>(columns: readonly Column<T>[], name: string | undefined): Columns<T> {
  const key = name ? `regie.columns.${name}` : null
  const [layout, setLayout] = useState<Layout>(() => read(key))
  const change = (next: Layout): void => {
    setLayout(next)
    if (!key) return
    try {
      localStorage.setItem(key, JSON.stringify(next))
    } catch {
      // Storage full or closed: the choice holds until the page goes.
    }
  }
  const shown = useMemo(() => {
    const visible = columns.filter(({ id }) => !layout.hidden.includes(id))
    return visible.length > 0 ? visible : columns
  }, [columns, layout.hidden])
  return {
    visible: shown,
    template: shown.map(({ id, width }) => (layout.widths[id] === undefined ? width : `${layout.widths[id]}px`)).join(' '),
    hidden: layout.hidden,
    changed: layout.hidden.length > 0 || Object.keys(layout.widths).length > 0,
    resize: (column, width) => change({ ...layout, widths: { ...layout.widths, [column]: Math.round(Math.max(NARROWEST, Math.min(WIDEST, width))) } }),
    toggle: (column) => change({ ...layout, hidden: layout.hidden.includes(column) ? layout.hidden.filter((each) => each !== column) : [...layout.hidden, column] }),
    reset: () => change({ widths: {}, hidden: [] }),
  }
}

function read(key: string | null): Layout {
  const none = { widths: {}, hidden: [] }
  if (!key) return none
  try {
    const held = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Layout> | null
    if (held === null || typeof held !== 'object') return none
    const widths = Object.entries(held.widths ?? {}).filter(([, width]) => typeof width === 'number' && width >= NARROWEST && width <= WIDEST)
    return { widths: Object.fromEntries(widths), hidden: Array.isArray(held.hidden) ? held.hidden.filter((id) => typeof id === 'string') : [] }
  } catch {
    return none
  }
}
