import type { Look } from '#renderer/ui/glyphs.tsx'

/** Mark of an entry, from its kind alone: what it reports, not whether the log is sound. None for what only begins. */
export function lookOf(kind: string, summary: string): Look | null {
  if (/refused|failed|stopped/.test(kind)) return 'failed'
  if (/cancel/.test(kind)) return 'cancelled'
  if (/interrupted|retry|reopened/.test(kind)) return 'warning'
  if (/^run\.ended$/.test(kind)) return /\b(failed|stopped)\b/.test(summary) ? 'failed' : /\bcancelled\b/.test(summary) ? 'cancelled' : 'succeeded'
  if (/finished|ended|published|verified|reconfirmed|taken-over/.test(kind)) return 'succeeded'
  return null
}
