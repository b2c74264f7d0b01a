import type { ReactNode } from 'react'
import { fixedRows } from '#renderer/ui/pool/row-layout.ts'
import { RowPool } from '#renderer/ui/pool/row-pool.ts'
import { paint } from './paint.ts'
import type { Column } from './types.ts'

/** A cell that React fills: its place, and what stands in it. */
export interface LiveCell {
  readonly key: string
  readonly place: HTMLElement
  readonly node: ReactNode
}

/** Everything that the rows show; given whole whenever any of it changes. */
export interface TableView<T> {
  readonly columns: readonly Column<T>[]
  readonly rows: readonly (T | null)[]
  /** Positions in `rows`, as shown. */
  readonly order: Uint32Array
  readonly rowHeight: number
  readonly rowId: (row: T) => string
  readonly picked: string | null
  readonly opens: boolean
  readonly active: number
  readonly idBase: string
}

interface PainterOptions {
  readonly scroll: HTMLElement
  readonly plane: HTMLElement
  readonly head: number
  readonly onRange: (first: number, last: number) => void
  /** The cells that React has to fill now. */
  readonly onLive: (cells: readonly LiveCell[]) => void
}

/** Faster than this, px per ms, the list flies: components wait until it rests. */
const FLYING = 4

/** Draws the rows of a table into pooled elements; React only fills the cells that hold components. */
export class RowsPainter<T> {
  readonly #options: PainterOptions
  readonly #pool: RowPool
  #view: TableView<T>
  #made = 0
  #top = 0
  #at = 0
  #filled = 0

  constructor(options: PainterOptions, view: TableView<T>) {
    this.#options = options
    this.#view = view
    this.#pool = new RowPool(
      {
        scroll: options.scroll,
        plane: options.plane,
        head: options.head,
        create: () => this.#create(),
        bind: (row, index) => this.#bind(row, index),
        onRange: (first, last) => {
          options.onRange(first, last)
          if (!this.#flies()) this.#fill()
        },
        onSettle: () => this.#fill(),
      },
      fixedRows(0, view.rowHeight),
    )
    this.#pool.setLayout(fixedRows(view.order.length, view.rowHeight))
    this.#fill()
  }

  /** Other rows, order, columns or marks. */
  show(view: TableView<T>): void {
    const before = this.#view
    this.#view = view
    if (before.order.length !== view.order.length || before.rowHeight !== view.rowHeight) this.#pool.setLayout(fixedRows(view.order.length, view.rowHeight))
    else if (before.rows !== view.rows || before.order !== view.order || before.columns !== view.columns) this.#pool.refresh()
    else {
      this.#pool.each((row, index) => this.#mark(row, index))
      return
    }
    this.#fill()
  }

  scrollTo(index: number): void {
    this.#pool.scrollTo(index)
  }

  destroy(): void {
    this.#pool.destroy()
  }

  #rowAt(index: number): T | null {
    const at = this.#view.order[index]
    return at === undefined ? null : (this.#view.rows[at] ?? null)
  }

  #flies(): boolean {
    const { scrollTop } = this.#options.scroll
    const now = performance.now()
    const speed = Math.abs(scrollTop - this.#top) / Math.max(1, now - this.#at)
    this.#top = scrollTop
    this.#at = now
    return speed > FLYING
  }

  #create(): HTMLElement {
    const row = document.createElement('div')
    row.setAttribute('role', 'row')
    row.dataset['slot'] = String(this.#made++)
    for (const column of this.#view.columns) {
      const cell = document.createElement('div')
      cell.setAttribute('role', 'gridcell')
      if (column.numeric) cell.className = 'n'
      // First the text that is always there, then the place that React fills.
      cell.append(document.createTextNode(''))
      row.append(cell)
    }
    return row
  }

  #bind(element: HTMLElement, index: number): void {
    const row = this.#rowAt(index)
    element.style.height = `${this.#view.rowHeight}px`
    element.setAttribute('aria-rowindex', String(index + 2))
    element.id = `${this.#view.idBase}-${index}`
    element.dataset['index'] = String(index)
    this.#mark(element, index)
    const { children } = element
    this.#view.columns.forEach((column, i) => {
      const cell = children[i]
      if (cell instanceof HTMLElement) this.#cell(cell, column, row)
    })
  }

  #mark(element: HTMLElement, index: number): void {
    const { opens, picked, rowId, active } = this.#view
    const row = this.#rowAt(index)
    element.className = opens && row !== null ? 'dt-row opens' : 'dt-row'
    if (opens) element.setAttribute('aria-selected', String(row !== null && rowId(row) === picked))
    else element.removeAttribute('aria-selected')
    if (index === active) element.dataset['active'] = 'true'
    else delete element.dataset['active']
  }

  #cell(cell: HTMLElement, column: Column<T>, row: T | null): void {
    const text = cell.firstChild as Text
    const place = cell.lastElementChild instanceof HTMLElement && cell.lastElementChild.dataset['live'] !== undefined ? cell.lastElementChild : null
    while (text.nextSibling && text.nextSibling !== place) text.nextSibling.remove()
    if (place) {
      place.hidden = true
      place.dataset['live'] = ''
    }
    if (row === null) {
      text.data = ''
      const bone = document.createElement('i')
      bone.className = 'bone'
      cell.insertBefore(bone, place)
      return
    }
    const plain = column.value(row)
    if (!column.render) {
      text.data = plain === null ? '' : String(plain)
      return
    }
    const node = column.render(row)
    if (typeof node === 'string' || typeof node === 'number') {
      text.data = String(node)
      return
    }
    const painted = paint(node)
    if (painted) {
      text.data = ''
      for (const each of painted) cell.insertBefore(each, place)
      return
    }
    text.data = column.mark || plain === null ? '' : String(plain)
    const live = place ?? document.createElement('span')
    live.dataset['live'] = 'wanted'
    if (place) return
    live.hidden = true
    cell.append(live)
  }

  /** Hands React the cells that it has to fill, and shows them. */
  #fill(): void {
    const live: LiveCell[] = []
    this.#pool.each((element, index) => {
      const row = this.#rowAt(index)
      if (row === null) return
      this.#view.columns.forEach((column, i) => {
        const cell = element.children[i]
        const place = cell?.lastElementChild
        if (!column.render || !(place instanceof HTMLElement) || place.dataset['live'] !== 'wanted') return
        live.push({ key: `${element.dataset['slot']}:${column.id}:${this.#view.rowId(row)}`, place, node: column.render(row) })
      })
    })
    if (live.length > 0 || this.#filled > 0) this.#options.onLive(live)
    this.#filled = live.length
  }
}

/** React has filled these cells: they take the place of the text that stood for them. */
export function reveal(cells: readonly LiveCell[]): void {
  for (const { place } of cells) {
    place.hidden = false
    const text = place.parentElement?.firstChild
    if (text instanceof Text) text.data = ''
  }
}
