import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { setLanguage, useWords } from '#renderer/i18n/index.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'

/** How the page shows itself to this operator. */
export function SettingsPage(): React.ReactElement {
  const { t, language } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className="page-fill">
      <PageHead title={t('settings.title')} />
      <div className="settings">
        <section aria-label={t('settings.thisPage')}>
          <div className="sec-h">
            <h2>{t('settings.thisPage')}</h2>
          </div>
          <div className="field">
            <span id="theme">{t('settings.theme')}</span>
            <SegmentedControl
              aria-labelledby="theme"
              value={colorScheme}
              onChange={(value) => setColorScheme(value)}
              data={[
                { value: 'auto', label: t('settings.themeAuto') },
                { value: 'light', label: t('settings.themeLight') },
                { value: 'dark', label: t('settings.themeDark') },
              ]}
            />
          </div>
          <div className="field">
            <span id="language">{t('settings.language')}</span>
            <SegmentedControl
              aria-labelledby="language"
              value={language}
              onChange={(value) => void setLanguage(value)}
              data={[
                { value: 'en', label: <span lang="en">{t('settings.english')}</span> },
                { value: 'fr', label: <span lang="fr">{t('settings.french')}</span> },
              ]}
            />
          </div>
        </section>
      </div>
    </div>
  )
}
