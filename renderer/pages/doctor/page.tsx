import { Button } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import type { DoctorCheck } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { StateGlyph, type Look } from '#renderer/ui/glyphs.tsx'
import { PageHead } from '#renderer/ui/page-head.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { Ago, useNow } from '#renderer/ui/time.tsx'
import { doctorQuery } from './queries.ts'

const CHECK_LOOK = { passed: 'succeeded', warning: 'warning', failed: 'failed', 'not-proven': 'unproven' } as const satisfies Record<DoctorCheck['state'], Look>
const ORDER = { failed: 0, warning: 1, 'not-proven': 2, passed: 3 } as const satisfies Record<DoctorCheck['state'], number>
const AREAS = ['machine', 'program'] as const
const SLOW_MS = 2000

/** What is installed, what is missing, what is slow, and how to mend it. What needs somebody stands first. */
export function DoctorPage(): React.ReactElement {
  const { t, f } = useWords()
  const { data, error, refetch, isFetching } = useQuery(doctorQuery(useClient()))
  const since = useNow()
  const bad = (data ?? []).filter(({ state }) => state === 'failed' || state === 'warning').length
  const unknown = (data ?? []).filter(({ state }) => state === 'not-proven').length
  const oldest = data && [...data].sort((a, b) => a.checkedAt.localeCompare(b.checkedAt))[0]
  return (
    <div className="page-fill">
      <PageHead
        title={!data ? t('doctor.title') : bad === 0 ? t('doctor.well', { count: data.length, n: f.n(data.length) }) : t('doctor.unwell', { count: bad, n: f.n(bad) })}
        actions={
          <Button leftSection={<IconStethoscope size={16} stroke={1.6} />} disabled={isFetching} onClick={() => void refetch()}>
            {isFetching ? t('doctor.checking') : t('doctor.checkAgain')}
          </Button>
        }
      >
        {oldest && <Ago at={oldest.checkedAt} />}
        {data && t('doctor.took', { duration: f.duration(Math.max(...data.map(({ tookMs }) => tookMs))) })}
        {unknown > 0 && t('doctor.notProven', { count: unknown, n: f.n(unknown) })}
      </PageHead>
      <div className="doctor">
        {error && !data ? (
          <FailingPicture error={error} retry={() => void refetch()} />
        ) : !data ? (
          <LoadingPicture what={t('doctor.reading')} since={since} />
        ) : (
          AREAS.map((area) => <Checks key={area} area={area} checks={data.filter((check) => check.area === area)} />)
        )}
      </div>
    </div>
  )
}

function Checks({ area, checks }: { area: DoctorCheck['area']; checks: readonly DoctorCheck[] }): React.ReactElement {
  const { t, f } = useWords()
  const sorted = [...checks].sort((a, b) => ORDER[a.state] - ORDER[b.state])
  return (
    <section aria-label={t(`doctor.area.${area}`)}>
      <div className="sec-h">
        <h2>{t(`doctor.area.${area}`)}</h2>
      </div>
      <table className="table checks">
        <thead>
          <tr>
            <th style={{ width: 22 }}>
              <span className="vh">{t('ui.state')}</span>
            </th>
            <th style={{ width: 190 }}>{t('doctor.check')}</th>
            <th>{t('doctor.found')}</th>
            <th>{t('doctor.mend')}</th>
            <th className="n" style={{ width: 110 }}>{t('doctor.age')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((check) => (
            <tr key={check.check}>
              <td>
                <StateGlyph look={CHECK_LOOK[check.state]} />
                <span className="vh">{t(`doctor.state.${check.state}`)}</span>
              </td>
              <td className="b">{t(`doctor.name.${check.check}`)}</td>
              <td className="mut wrap">
                {check.found}
                {check.tookMs > SLOW_MS && <span className="faint"> · {t('doctor.slow', { duration: f.duration(check.tookMs) })}</span>}
              </td>
              <td className="wrap">{check.mend ?? ''}</td>
              <td className="n faint">
                <Ago at={check.checkedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
