import { describe, expect, it } from 'vitest'
import { Settings } from '#core/settings/settings.ts'
import { settingsSchema } from '#core/settings/schema.ts'
import { DEFAULTS, SettingChanges } from '#core/settings/values.ts'
import { StoreFull } from '#core/store/errors.ts'
import { openStore } from '#core/store/store.ts'
import { open, scratchFile, TickingClock } from '#test/core/store/support.ts'

const migrations = [{ version: 1, ...settingsSchema }]
const over = (file: string) => {
  const store = open(file, { migrations })
  return { store, settings: new Settings(store, new TickingClock()) }
}

describe('settings', () => {
  it('are the defaults until somebody chooses, per operator, and outlive the program', () => {
    const file = scratchFile()
    const store = openStore(file, { clock: new TickingClock(), migrations })
    const settings = new Settings(store, new TickingClock())
    expect(settings.get('nadia')).toEqual({ revision: 0, values: DEFAULTS })
    settings.set('nadia', { theme: 'dark', zoom: 150 })
    expect(settings.get('omar').values).toEqual(DEFAULTS)
    store.close()
    expect(over(file).settings.get('nadia')).toEqual({ revision: 1, values: { ...DEFAULTS, theme: 'dark', zoom: 150 } })
  })

  it('of two windows that change different members both stand', () => {
    const { settings } = over(scratchFile())
    settings.set('nadia', { language: 'fr' })
    expect(settings.set('nadia', { timeZone: 'local' }).values).toMatchObject({ language: 'fr', timeZone: 'local' })
  })

  it('that this version does not understand are the defaults, the others stand', () => {
    const { store, settings } = over(scratchFile())
    settings.set('nadia', { theme: 'dark', language: 'fr' })
    store.db.prepare("UPDATE settings SET value = '\"sepia\"' WHERE key = 'theme'").run()
    store.db.prepare("INSERT INTO settings VALUES ('nadia', 'of-tomorrow', '1', 9, '')").run()
    expect(settings.get('nadia').values).toEqual({ ...DEFAULTS, language: 'fr' })
  })

  it('reach a second process on the same home, and one in this process at once', async () => {
    const file = scratchFile()
    const here = over(file)
    const there = over(file)
    const abort = new AbortController()
    const seen: string[] = []
    const watching = (async () => {
      for await (const { values } of there.settings.watch('nadia', abort.signal)) {
        seen.push(values.theme)
        if (seen.length === 2) there.settings.set('nadia', { theme: 'light' })
        if (seen.length === 3) abort.abort()
      }
    })()
    await new Promise((resolve) => setTimeout(resolve, 50))
    here.settings.set('nadia', { theme: 'dark' })
    await watching
    expect(seen).toEqual(['system', 'dark', 'light'])
  })

  it('on a full disk say so and change nothing', () => {
    const { store, settings } = over(scratchFile())
    settings.set('nadia', { theme: 'dark' })
    store.db.pragma(`max_page_count = ${store.db.pragma('page_count', { simple: true }) as number}`)
    const keys = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`action-${i}-${'x'.repeat(40)}`, 'ctrl+k']))
    expect(() => settings.set('nadia', { theme: 'light', keys })).toThrow(StoreFull)
    expect(settings.get('nadia').values).toMatchObject({ theme: 'dark', keys: {} })
  })

  it('refuse what no page could mean', () => {
    for (const wrong of [{ theme: 'sepia' }, { zoom: 20 }, { zoom: 201 }, { startPage: 'https://elsewhere.example' }, { startPage: '//elsewhere.example' }, { keys: { '<script>': 'k' } }])
      expect(SettingChanges.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false)
    expect(SettingChanges.safeParse({ zoom: 200, startPage: '/dashboards/reviews' }).success).toBe(true)
  })
})
