import type { RowLayout } from './row-layout.ts'

export interface RowPoolOptions {
  /** The element that scrolls. */
  readonly scroll: HTMLElement
  /** Inside it, as high as all rows; its children belong to the pool alone. */
  readonly plane: HTMLElement
  /** Height of what sticks above the rows, px. */
  readonly head?: number
  readonly overscan?: number
  /** A new, empty row. */
  readonly create: () => HTMLElement
  /** Fills a row that now stands for `index`. */
  readonly bind: (row: HTMLElement, index: number) => void
  /** Rows in the window, overscan included; after each change. */
  readonly onRange?: (first: number, last: number) => void
  /** The window has rested for a moment: time for what is too slow while it flies. */
  readonly onSettle?: () => void
}

/** Browsers cut elements off at about 33 M px; beyond this the rows move through a shorter plane. */
const MOST_PX = 15_000_000
const SETTLE_MS = 120

/**
 * Rows of a long list, drawn by hand: as many elements as fit the window and a little more, bound again when
 * they come round. A frame of scrolling costs the rows that came into sight and nothing else.
 */
export class RowPool {
  readonly #options: RowPoolOptions
  readonly #overscan: number
  #layout: RowLayout
  #rows: HTMLElement[] = []
  #bound: number[] = []
  #first = 0
  #last = -1
  #shift = 0
  #view = 0
  #settle: ReturnType<typeof setTimeout> | undefined
  readonly #resized: ResizeObserver
  readonly #onScroll = (): void => {
    this.update()
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => this.#rest(), SETTLE_MS)
  }

  constructor(options: RowPoolOptions, layout: RowLayout) {
    this.#options = options
    this.#overscan = options.overscan ?? 6
    this.#layout = layout
    this.#view = options.scroll.clientHeight
    options.scroll.addEventListener('scroll', this.#onScroll, { passive: true })
    this.#resized = new ResizeObserver(() => {
      const view = options.scroll.clientHeight
      if (view === this.#view) return
      this.#view = view
      this.update()
      this.#order()
    })
    this.#resized.observe(options.scroll)
    this.setLayout(layout)
  }

  /** First and last row that are drawn. */
  get range(): { readonly first: number; readonly last: number } {
    return { first: this.#first, last: this.#last }
  }

  /** Another number of rows, or other heights: everything in the window is drawn again. */
  setLayout(layout: RowLayout): void {
    this.#layout = layout
    this.#options.plane.style.height = `${Math.min(layout.total, MOST_PX)}px`
    this.refresh()
  }

  /** Binds every row of the window again: what they show has changed. */
  refresh(): void {
    this.#bound.fill(-1)
    this.update()
    this.#order()
  }

  /** Binds again the rows that are drawn, of those asked for. */
  rebind(indices: readonly number[]): void {
    for (const index of indices) {
      const row = this.rowOf(index)
      if (row) this.#options.bind(row, index)
    }
  }

  /** The element of a row, while it is drawn. */
  rowOf(index: number): HTMLElement | null {
    const slot = this.#rows.length === 0 ? 0 : index % this.#rows.length
    return this.#bound[slot] === index ? (this.#rows[slot] ?? null) : null
  }

  /** Calls back for every row that is drawn, top to bottom. */
  each(visit: (row: HTMLElement, index: number) => void): void {
    for (let index = this.#first; index <= this.#last; index++) {
      const row = this.rowOf(index)
      if (row) visit(row, index)
    }
  }

  scrollTo(index: number, where: 'nearest' | 'center' | 'end' = 'nearest'): void {
    const { scroll, head = 0 } = this.#options
    const view = this.#view - head
    const top = this.#layout.topOf(index)
    const bottom = top + this.#layout.heightOf(index)
    const at = this.#virtualTop(scroll.scrollTop)
    if (where === 'center') scroll.scrollTop = this.#realTop(top - (view - (bottom - top)) / 2)
    else if (where === 'end') scroll.scrollTop = this.#realTop(bottom - view)
    else if (top < at) scroll.scrollTop = this.#realTop(top)
    else if (bottom > at + view) scroll.scrollTop = this.#realTop(bottom - view)
    this.update()
  }

  /** Draws what the window shows now. */
  update(): void {
    const { scroll, head = 0, onRange } = this.#options
    const layout = this.#layout
    if (layout.count === 0) {
      this.#hide()
      return
    }
    const real = scroll.scrollTop
    const top = this.#virtualTop(real)
    const first = Math.max(0, layout.rowAt(top) - this.#overscan)
    const last = Math.min(layout.count - 1, layout.rowAt(top + Math.max(0, this.#view - head)) + this.#overscan)
    const shift = real - top
    const moved = shift !== this.#shift
    this.#shift = shift
    this.#grow(last - first + 1)
    const size = this.#rows.length
    for (let index = first; index <= last; index++) {
      const slot = index % size
      const row = this.#rows[slot]
      if (!row) continue
      const fresh = this.#bound[slot] !== index
      if (fresh) {
        this.#bound[slot] = index
        this.#options.bind(row, index)
        row.hidden = false
      }
      if (fresh || moved) row.style.transform = `translateY(${layout.topOf(index) + shift}px)`
    }
    this.#bound.forEach((index, slot) => {
      if (index < first || index > last) this.#release(slot)
    })
    if (first !== this.#first || last !== this.#last) {
      this.#first = first
      this.#last = last
      onRange?.(first, last)
    }
  }

  destroy(): void {
    clearTimeout(this.#settle)
    this.#resized.disconnect()
    this.#options.scroll.removeEventListener('scroll', this.#onScroll)
    this.#options.plane.replaceChildren()
    this.#rows = []
    this.#bound = []
  }

  #virtualTop(real: number): number {
    const { head = 0 } = this.#options
    if (this.#layout.total <= MOST_PX) return real
    const view = this.#view - head
    return (real * (this.#layout.total - view)) / (MOST_PX - view)
  }

  #realTop(virtual: number): number {
    const { head = 0 } = this.#options
    if (this.#layout.total <= MOST_PX) return virtual
    const view = this.#view - head
    return (virtual * (MOST_PX - view)) / (this.#layout.total - view)
  }

  #grow(wanted: number): void {
    if (wanted <= this.#rows.length) return
    // A few more than asked for: heights that differ a little would otherwise make it grow row by row.
    for (let missing = wanted + 4 - this.#rows.length; missing > 0; missing--) {
      const row = this.#options.create()
      row.hidden = true
      this.#rows.push(row)
      this.#options.plane.append(row)
    }
    this.#bound = this.#rows.map(() => -1)
  }

  #release(slot: number): void {
    const row = this.#rows[slot]
    if (row && !row.hidden) {
      row.hidden = true
      // Another row may carry this name next.
      row.removeAttribute('id')
    }
    this.#bound[slot] = -1
  }

  #hide(): void {
    this.#bound.forEach((_, slot) => this.#release(slot))
    if (this.#last !== -1) this.#options.onRange?.(0, -1)
    this.#first = 0
    this.#last = -1
  }

  #rest(): void {
    this.#order()
    this.#options.onSettle?.()
  }

  /** Elements in the order of their rows, as a screen reader walks them. */
  #order(): void {
    let before: Element | null = null
    for (let index = this.#first; index <= this.#last; index++) {
      const row = this.rowOf(index)
      if (!row) continue
      const due: Element | null = before ? before.nextElementSibling : this.#options.plane.firstElementChild
      if (row !== due) this.#options.plane.insertBefore(row, due)
      before = row
    }
  }
}
