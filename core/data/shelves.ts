import { isCancellation } from '#core/base/errors.ts'
import type { Shelf } from './types.ts'

/** An opened thing stays open this long after its last use, ms: a page is followed by the next. */
const IDLE_MS = 15_000
/** Opened things at once; the one unused for longest is closed first. */
const MOST = 4

interface Held {
  readonly shelf: Promise<Shelf>
  users: number
  timer: NodeJS.Timeout | null
}

/** Keeps opened things for a moment: opening an engine costs more than most pages. */
export class Shelves {
  readonly #held = new Map<string, Held>()

  /** Lends the thing under `key`, opened by `open` when it isn't yet; one that fails to open is forgotten. */
  async use<T>(key: string, open: () => Promise<Shelf>, work: (shelf: Shelf) => Promise<T>): Promise<T> {
    const held = this.#held.get(key) ?? this.#opened(key, open)
    this.#held.delete(key)
    this.#held.set(key, held)
    if (held.timer) clearTimeout(held.timer)
    held.timer = null
    held.users += 1
    try {
      return await work(await held.shelf)
    } catch (thrown) {
      // whatever state it is in, who comes next gets a new one
      if (!isCancellation(thrown) && this.#held.get(key) === held) this.#held.delete(key)
      throw thrown
    } finally {
      held.users -= 1
      if (held.users === 0) {
        if (this.#held.get(key) === held) held.timer = setTimeout(() => this.#drop(key, held), IDLE_MS).unref()
        else close(held)
      }
      this.#trim()
    }
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()]
    this.#held.clear()
    await Promise.allSettled(all.map(async (held) => {
      if (held.timer) clearTimeout(held.timer)
      await (await held.shelf).close()
    }))
  }

  #opened(key: string, open: () => Promise<Shelf>): Held {
    const held: Held = { shelf: open(), users: 0, timer: null }
    held.shelf.catch(() => this.#held.get(key) === held && this.#held.delete(key))
    return held
  }

  #drop(key: string, held: Held): void {
    if (this.#held.get(key) === held) this.#held.delete(key)
    close(held)
  }

  #trim(): void {
    for (const [key, held] of this.#held) {
      if (this.#held.size <= MOST) return
      if (held.users === 0) {
        if (held.timer) clearTimeout(held.timer)
        this.#drop(key, held)
      }
    }
  }
}

function close({ shelf }: Held): void {
  shelf.then((opened) => opened.close()).catch(() => {})
}
