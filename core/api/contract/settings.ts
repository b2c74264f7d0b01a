import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { SettingChanges, SettingsSchema } from '#core/settings/values.ts'
import { procedure } from './base.ts'

const SettingsView = z.object({ revision: z.number(), values: SettingsSchema })

/** What the caller's operator chose on this machine. */
export const settings = {
  get: procedure('settings.read').input(z.object({})).output(SettingsView),
  /** Members that are left out stay as they are. */
  set: procedure('settings.write').input(z.object({ changes: SettingChanges })).output(SettingsView),
  /** The present first, then every change, also one made through another door. */
  watch: procedure('settings.read').input(z.object({})).output(eventIterator(SettingsView)),
}
