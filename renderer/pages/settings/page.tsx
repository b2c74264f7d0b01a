import { Button, SegmentedControl, Select } from '@mantine/core'
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useId, useState, type ReactNode } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { PLACES } from '#renderer/shell/places.ts'
import { SIZES, zoomed } from '#renderer/shell/zoom.ts'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { Message } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { KeyMap } from './key-map.tsx'

/** What this operator chose: stored by the core, the same in every window and through every door. */
export function SettingsPage(): React.ReactElement {
  const { t, f } = useWords()
  const { values, unsaved, set, retry } = useSettings()
  const now = useNow()
  useAnchor()
  const uses = Object.keys(values.palette).length
  return (
    <div className="page-fill">
      <PageHead title={unsaved ? t('settings.titleUnsaved') : t('settings.title')}>
        {t('settings.perOperator')}
        {!unsaved && t('settings.stored')}
      </PageHead>
      {unsaved && (
        <div className="settings-trouble">
          <Message
            failure={unsaved}
            title={t('settings.unsaved')}
            actions={
              <Button size="sm" onClick={retry}>
                {t('settings.saveAgain')}
              </Button>
            }
          />
        </div>
      )}
      <div className="settings">
        <section aria-label={t('settings.look')}>
          <div className="sec-h">
            <h2>{t('settings.look')}</h2>
          </div>
          <Row id="theme" label={t('settings.theme')}>
            {(labelled) => (
              <SegmentedControl
                aria-labelledby={labelled}
                value={values.theme}
                onChange={(theme) => set({ theme })}
                data={[
                  { value: 'system', label: t('settings.themeAuto') },
                  { value: 'light', label: t('settings.themeLight') },
                  { value: 'dark', label: t('settings.themeDark') },
                ]}
              />
            )}
          </Row>
          <Row id="language" label={t('settings.language')}>
            {(labelled) => (
              <SegmentedControl
                aria-labelledby={labelled}
                value={values.language}
                onChange={(language) => set({ language })}
                data={[
                  { value: 'system', label: t('settings.themeAuto') },
                  { value: 'en', label: <span lang="en">{t('settings.english')}</span> },
                  { value: 'fr', label: <span lang="fr">{t('settings.french')}</span> },
                ]}
              />
            )}
          </Row>
          <Row id="zoom" label={t('settings.zoom')} hint={t('settings.zoomHint')}>
            {(labelled) => (
              <span className="row" role="group" aria-labelledby={labelled}>
                <Button size="sm" disabled={values.zoom <= 50} aria-label={t('settings.smaller')} onClick={() => set({ zoom: zoomed(values.zoom, -1) })}>
                  −
                </Button>
                <Select
                  aria-labelledby={labelled}
                  w={92}
                  value={String(values.zoom)}
                  data={SIZES.map((size) => ({ value: String(size), label: f.pct(size / 100, 0) }))}
                  onChange={(size) => size && set({ zoom: Number(size) })}
                />
                <Button size="sm" disabled={values.zoom >= 200} aria-label={t('settings.bigger')} onClick={() => set({ zoom: zoomed(values.zoom, 1) })}>
                  +
                </Button>
              </span>
            )}
          </Row>
          <Row id="timeZone" label={t('settings.timeZone')} hint={t('settings.timeZoneHint', { now: f.absolute(now) })}>
            {(labelled) => (
              <SegmentedControl
                aria-labelledby={labelled}
                value={values.timeZone}
                onChange={(timeZone) => set({ timeZone })}
                data={[
                  { value: 'utc', label: t('settings.utc') },
                  { value: 'local', label: t('settings.local') },
                ]}
              />
            )}
          </Row>
          <div className="sec-h settings-next">
            <h2>{t('settings.work')}</h2>
          </div>
          <Row id="startPage" label={t('settings.startPage')}>
            {(labelled) => (
              <Select
                aria-labelledby={labelled}
                w={220}
                value={values.startPage}
                data={PLACES.map(({ id, to }) => ({ value: to, label: t(`shell.pages.${id}`) }))}
                onChange={(startPage) => startPage && set({ startPage })}
              />
            )}
          </Row>
          <OsNotifications />
          <Row id="tour" label={t('settings.tour')} hint={t(`settings.tourState.${values.tour.state}`)}>
            {() => <Button onClick={() => set({ tour: { state: 'new', step: 0, runId: null } })}>{t('settings.tourAgain')}</Button>}
          </Row>
          <Row id="palette" label={t('settings.palette')} hint={t('settings.paletteHint', { count: uses, n: f.n(uses) })}>
            {() => (
              <Button disabled={uses === 0} onClick={() => set({ palette: {} })}>
                {t('settings.forget')}
              </Button>
            )}
          </Row>
        </section>
        <KeyMap />
      </div>
    </div>
  )
}

/** A deep link names a setting behind the page's address: it is brought into view and named to the eye. */
function useAnchor(): void {
  const anchor = useRouterState({ select: ({ location }) => location.hash })
  useEffect(() => {
    if (anchor) document.getElementById(`setting-${anchor}`)?.scrollIntoView({ block: 'center' })
  }, [anchor])
}

function Row({ id, label, hint, children }: { id: string; label: string; hint?: string; children: (labelled: string) => ReactNode }): React.ReactElement {
  const labelled = useId()
  const anchor = useRouterState({ select: ({ location }) => location.hash })
  return (
    <div className="field" id={`setting-${id}`} data-here={anchor === id || undefined}>
      <span>
        <span id={labelled}>{label}</span>
        {hint && <span className="field-hint">{hint}</span>}
      </span>
      {children(labelled)}
    </div>
  )
}

type Permission = NotificationPermission | 'absent'
const permissionNow = (): Permission => ('Notification' in window ? Notification.permission : 'absent')

/** The browser's own leave is asked for when somebody turns this on, never before. */
function OsNotifications(): React.ReactElement {
  const { t } = useWords()
  const { values, set } = useSettings()
  const [permission, setPermission] = useState(permissionNow)
  const choose = async (on: boolean): Promise<void> => {
    set({ osNotifications: on })
    if (on && permissionNow() === 'default') await Notification.requestPermission()
    setPermission(permissionNow())
  }
  return (
    <Row id="osNotifications" label={t('settings.osNotifications')} hint={values.osNotifications && permission !== 'granted' ? t(`settings.permission.${permission}`) : t('settings.osHint')}>
      {(labelled) => (
        <SegmentedControl
          aria-labelledby={labelled}
          value={values.osNotifications ? 'on' : 'off'}
          onChange={(value) => void choose(value === 'on')}
          data={[
            { value: 'off', label: t('settings.off') },
            { value: 'on', label: t('settings.on') },
          ]}
        />
      )}
    </Row>
  )
}
