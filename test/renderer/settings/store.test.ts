import { describe, expect, it } from 'vitest'
import { DEFAULTS, type SettingValues } from '#core/settings/values.ts'
import type { Client } from '#renderer/api/types.ts'
import { SettingsStore, START } from '#renderer/settings/store.ts'

/** A core that keeps settings, and can be full. */
function coreOf() {
  let values: SettingValues = DEFAULTS
  const core = { full: false, sent: [] as unknown[] }
  const settings = {
    set: async ({ changes }: { changes: Partial<SettingValues> }) => {
      if (core.full) throw new Error('full')
      core.sent.push(changes)
      values = { ...values, ...changes }
      return { revision: 1, values }
    },
    async watch() {
      return (async function* () {
        yield { revision: 0, values }
        await new Promise(() => undefined)
      })()
    },
  }
  return { core, client: { settings } as unknown as Client }
}
const memoryOf = (text: string | null = null): Storage => {
  let held = text
  return { getItem: () => held, setItem: (_key: string, value: string) => { held = value } } as unknown as Storage
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('settings in a window', () => {
  it('begin as the core begins', () => {
    expect(START).toEqual(DEFAULTS)
  })

  it('show a change at once and store it', async () => {
    const { core, client } = coreOf()
    const store = new SettingsStore(client, memoryOf())
    store.set({ theme: 'dark' })
    expect(store.get().values.theme).toBe('dark')
    await soon()
    expect(core.sent).toEqual([{ theme: 'dark' }])
    expect(store.get()).toMatchObject({ unsaved: null, known: true })
  })

  it('on a full disk hold in this window, say so, and are stored once there is room', async () => {
    const { core, client } = coreOf()
    const store = new SettingsStore(client, memoryOf())
    core.full = true
    store.set({ zoom: 150 })
    await soon()
    expect(store.get().values.zoom).toBe(150)
    expect(store.get().unsaved).not.toBeNull()
    core.full = false
    store.set({ theme: 'light' })
    await soon()
    expect(core.sent).toEqual([{ zoom: 150, theme: 'light' }])
    expect(store.get().unsaved).toBeNull()
  })

  it('paint first what the browser remembers, and nothing that is broken', () => {
    const { client } = coreOf()
    expect(new SettingsStore(client, memoryOf('{"theme":"dark","zoom":"huge","odd":1}')).get().values).toEqual({ ...START, theme: 'dark' })
    for (const broken of ['{', '[]', 'null', '7']) expect(new SettingsStore(client, memoryOf(broken)).get().values).toEqual(START)
  })
})
