import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { setLanguage, setTimeZone } from '#renderer/i18n/index.ts'
import { useSettings } from './context.tsx'

/** Below this many CSS pixels the navigation shows icons only; the same in theme/frame.css. */
const NARROW = 1180

/** Makes the page what the settings say: theme, language, size, zone. Renders nothing. */
export function ApplySettings(): null {
  const { theme, language, zoom, timeZone } = useSettings().values
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => setColorScheme(theme === 'system' ? 'auto' : theme), [theme, setColorScheme])
  useEffect(() => void setLanguage(language), [language])
  useEffect(() => setTimeZone(timeZone), [timeZone])
  useEffect(() => {
    const page = document.documentElement
    const measure = (): void => {
      page.style.setProperty('zoom', zoom === 100 ? '' : String(zoom / 100))
      page.style.setProperty('--zoom', String(zoom / 100))
      page.toggleAttribute('data-narrow', zoom !== 100 && window.innerWidth / (zoom / 100) < NARROW)
    }
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [zoom])
  return null
}
