import { notifications } from '@mantine/notifications'
import type { useWords } from '#renderer/i18n/index.ts'

/** The address of what is shown: page, what is open, filters. The session's token is never part of it. */
export const linkOf = ({ origin, pathname, hash }: Pick<Location, 'origin' | 'pathname' | 'hash'>): string => `${origin}${pathname}${hash}`

export async function copyLink(t: ReturnType<typeof useWords>['t']): Promise<void> {
  const link = linkOf(window.location)
  try {
    await navigator.clipboard.writeText(link)
    notifications.show({ title: t('shell.linkCopied'), message: link })
  } catch {
    notifications.show({ title: t('shell.copyLink'), message: t('shell.linkNotCopied') })
  }
}
