import { Button, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import { setLanguage, useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import { StateGlyph, type Look } from '#renderer/ui/glyphs.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { doctorQuery } from './queries.ts'

const CHECK_LOOK = { passed: 'succeeded', warning: 'warning', failed: 'failed', 'not-proven': 'unproven' } as const satisfies Record<string, Look>

/** Theme, language, what this is, and whether it is well. */
export function SettingsPage(): React.ReactElement {
  const { t, f, language } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { info } = usePlace()
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery(doctorQuery(useClient()))
  const since = useNow()
  const bad = (data ?? []).filter(({ state }) => state === 'failed' || state === 'warning').length
  return (
    <div className="page-fill">
      <PageHead
        title={!data ? t('settings.title') : bad === 0 ? t('settings.well', { count: data.length, n: f.n(data.length) }) : t('settings.unwell', { count: bad, n: f.n(bad) })}
        actions={
          <Button leftSection={<IconStethoscope size={16} stroke={1.6} />} disabled={isFetching} onClick={() => void refetch()}>
            {t('settings.checkAgain')}
          </Button>
        }
      >
        {t('settings.version', { version: info.version })}
        <span>{t('settings.coreStarted')} <Ago at={info.startedAt} /></span>
      </PageHead>
      <div className="settings">
        <section aria-label={t('settings.doctor')}>
          <div className="sec-h">
            <h2>{t('settings.doctor')}</h2>
            {data && <span className="faint"><Ago at={new Date(dataUpdatedAt).toISOString()} /></span>}
          </div>
          {error && !data ? (
            <FailingPicture error={error} retry={() => void refetch()} />
          ) : !data ? (
            <LoadingPicture what={t('settings.doctor')} since={since} />
          ) : (
            <table className="table">
              <thead>
                <tr>
                  <th style={{ width: 22 }}>
                    <span className="vh">{t('ui.state')}</span>
                  </th>
                  <th>{t('settings.check')}</th>
                  <th>{t('settings.found')}</th>
                </tr>
              </thead>
              <tbody>
                {data.map((check) => (
                  <tr key={check.check}>
                    <td>
                      <StateGlyph look={CHECK_LOOK[check.state]} />
                      <span className="vh">{t(`settings.checkState.${check.state}`)}</span>
                    </td>
                    <td className="b">{check.title}</td>
                    <td className="mut" style={{ whiteSpace: 'normal', padding: '6px 0', overflowWrap: 'anywhere' }}>
                      {check.found}
                      {check.mend && <div className="faint meta">{check.mend}</div>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
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
          <div className="sec-h" style={{ marginTop: 22 }}>
            <h2>{t('settings.about')}</h2>
          </div>
          <dl className="kv">
            <dt>{t('settings.workspace')}</dt>
            <dd>{info.workspace.name}</dd>
            <dt>{t('settings.folder')}</dt>
            <dd className="mono" title={info.workspace.path}>{info.workspace.path}</dd>
            <dt>{t('settings.home')}</dt>
            <dd className="mono" title={info.home}>{info.home}</dd>
            <dt>{t('settings.operator')}</dt>
            <dd>{info.actor}</dd>
            <dt>{t('settings.process')}</dt>
            <dd>{t('settings.processIs', { pid: info.pid, node: info.node })}</dd>
          </dl>
        </section>
      </div>
    </div>
  )
}
