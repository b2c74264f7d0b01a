import type { ReactNode } from 'react'

export type CellValue = string | number | null

export interface Column<T> {
  readonly id: string
  readonly title: string
  /** A CSS grid track that does not depend on its content: "120px", "minmax(160px, 1fr)". */
  readonly width: string
  readonly numeric?: boolean
  readonly sortable?: boolean
  /** What is sorted, copied and exported. */
  readonly value: (row: T) => CellValue
  /**
   * What the cell shows; without it, the value. Elements without components (and badges, glyphs, squares) are drawn at
   * once; a component of another kind shows `value` while the list flies and itself as soon as it rests.
   */
  readonly render?: (row: T) => ReactNode
  /** A mark only: its title is for screen readers, and it is neither copied nor exported. */
  readonly mark?: true
}

export interface Sort {
  readonly column: string
  readonly descending: boolean
}
