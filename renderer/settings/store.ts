import { failureOf } from '#renderer/api/open.ts'
import type { Client, Failure, SettingValues } from '#renderer/api/types.ts'

/** What holds before the core has answered for the first time; a test holds it against the core's own. */
export const START: SettingValues = {
  theme: 'system',
  language: 'system',
  zoom: 100,
  timeZone: 'utc',
  keys: {},
  osNotifications: false,
  startPage: '/',
  tour: { state: 'new', step: 0, runId: null },
  palette: {},
  notices: { readTo: null, read: [] },
}

export interface SettingsState {
  readonly values: SettingValues
  /** False until the core has said what this operator chose. */
  readonly known: boolean
  /** Why the last change is kept by this window only; null when everything is stored. */
  readonly unsaved: Failure | null
}

const MEMORY = 'regie.settings'
const AGAIN_MS = 1000

/**
 * What this operator chose, as this window shows it. A change shows at once, then goes to the core; changes from
 * other windows arrive over the watch. The browser's copy is for the first paint only.
 */
export class SettingsStore {
  readonly #client: Client
  readonly #memory: Storage
  readonly #abort = new AbortController()
  readonly #listeners = new Set<() => void>()
  #stored: SettingValues
  #waiting: Partial<SettingValues> = {}
  #state: SettingsState

  constructor(client: Client, memory: Storage) {
    this.#client = client
    this.#memory = memory
    this.#stored = { ...START, ...remembered(memory) }
    this.#state = { values: this.#stored, known: false, unsaved: null }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly get = (): SettingsState => this.#state

  /** Shows the change at once. What the core could not keep stays in this window and is said in `unsaved`. */
  readonly set = (changes: Partial<SettingValues>): void => {
    this.#waiting = { ...this.#waiting, ...changes }
    this.#publish({ unsaved: null })
    void this.#send()
  }

  /** Sends again what could not be stored. */
  readonly retry = (): void => void this.#send()

  /** Follows the core until `stop`. */
  async start(): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        for await (const { values } of await this.#client.settings.watch({}, { signal })) {
          this.#stored = values
          this.#publish({ known: true })
        }
      } catch {
        // The core is away; the page says so elsewhere, and what was chosen still holds here.
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }

  stop(): void {
    this.#abort.abort()
  }

  async #send(): Promise<void> {
    const changes = this.#waiting
    try {
      const { values } = await this.#client.settings.set({ changes })
      this.#stored = values
      // What was changed again meanwhile is still on its way.
      this.#waiting = Object.fromEntries(Object.entries(this.#waiting).filter(([key, value]) => changes[key as keyof SettingValues] !== value))
      this.#publish({ known: true, unsaved: null })
    } catch (error) {
      this.#publish({ unsaved: failureOf(error) })
    }
  }

  #publish(change: Partial<SettingsState>): void {
    this.#state = { ...this.#state, ...change, values: { ...this.#stored, ...this.#waiting } }
    try {
      this.#memory.setItem(MEMORY, JSON.stringify(this.#state.values))
    } catch {
      // A full or closed browser storage costs the first paint its theme, nothing else.
    }
    for (const listener of this.#listeners) listener()
  }
}

function remembered(memory: Storage): Partial<SettingValues> {
  try {
    const found: unknown = JSON.parse(memory.getItem(MEMORY) ?? '{}')
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.fromEntries(Object.entries(found).filter(([key, value]) => key in START && typeof value === typeof START[key as keyof SettingValues] && value !== null)) : {}
  } catch {
    return {}
  }
}
