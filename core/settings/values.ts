import { z } from 'zod'

/** Name of an action of the page, as its registry of keys has it. */
const ActionId = z.string().regex(/^[a-zA-Z][\w.-]{0,60}$/)
const MOST_USES = 300
const MOST_READ = 500

const few = <V>(most: number) => (record: Readonly<Record<string, V>>): boolean => Object.keys(record).length <= most

/** What one operator chose on this machine, by member. Every door reads and writes the same. */
export const SettingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'fr']),
  /** Size of the page, %. */
  zoom: z.number().int().min(50).max(200),
  timeZone: z.enum(['utc', 'local']),
  /** Keys that differ from the page's own; '' takes an action's key away. */
  keys: z.record(ActionId, z.string().max(40)).refine(few(200)),
  /** Told by the operating system when a run ends out of sight. */
  osNotifications: z.boolean(),
  startPage: z.string().regex(/^\/[\w/-]{0,80}$/),
  tour: z.object({ state: z.enum(['new', 'skipped', 'done']), step: z.number().int().min(0).max(9), runId: z.string().max(40).nullable() }),
  /** How often and when (ms since the epoch) an entry of the palette was used. */
  palette: z.record(z.string().max(120), z.object({ count: z.number().int().min(1), at: z.number() })).refine(few(MOST_USES)),
  /** Runs up to number `readTo` were read, and each of `read` (run ids). */
  notices: z.object({ readTo: z.number().int().min(0).nullable(), read: z.array(z.string().max(60)).max(MOST_READ) }),
})
export type SettingValues = z.infer<typeof SettingsSchema>
export type SettingKey = keyof SettingValues

export const SettingChanges = SettingsSchema.partial()
export type SettingChanges = Partial<SettingValues>

/** What holds until somebody chooses. */
export const DEFAULTS: SettingValues = {
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
