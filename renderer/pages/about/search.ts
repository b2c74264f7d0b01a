import { text } from '#renderer/api/search.ts'

/** `package` = whose licence is open, as name@version. */
export const aboutSearch = (raw: Record<string, unknown>): { package?: string } => ({ package: text(raw, 'package') })
