import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import type { ChartRow, Detail, Listing } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { ImageReference } from './image-reference.tsx'
import { rowQuery } from './queries.ts'
import { Score } from './score.tsx'
import { cellText, type Speaker } from './values.ts'

/** One row in full: its text, its image's reference, facts, and how its score was made. */
export function RowAside({ dashboard, listing, id, speak, onClose }: { dashboard: string; listing: Listing; id: string; speak: Speaker; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  const since = useNow()
  const { data, error, refetch } = useQuery(rowQuery(useClient(), useEnvironment(), dashboard, id))
  useEscape(onClose)
  const title = t('dashboard.rowTitle', { title: speak.say(listing.title), id })
  return (
    <Aside title={title} onClose={onClose} wide>
      {error && !data ? (
        <FailingPicture error={error} retry={() => void refetch()} />
      ) : !data ? (
        <LoadingPicture what={title} since={since} rows={4} />
      ) : (
        <>
          <section>
            <div className="sec-h aside-title">
              <h2>{title}</h2>
              <span className="sp" />
              <ActionIcon aria-label={t('ui.close')} onClick={onClose}>
                <IconX size={16} />
              </ActionIcon>
            </div>
            {listing.detail && <RowText detail={listing.detail} row={data} speak={speak} />}
          </section>
          {listing.detail?.score && <Score score={listing.detail.score} row={data} text={listing.detail.text === undefined ? null : cellText(data[listing.detail.text])} speak={speak} />}
        </>
      )}
    </Aside>
  )
}

export function RowText({ detail, row, speak }: { detail: Detail; row: ChartRow; speak: Speaker }): React.ReactElement {
  const { t } = useWords()
  const { heading, text, image, facts } = detail
  const reference = image === undefined ? null : (row[image] ?? null)
  return (
    <>
      {heading !== undefined && <h3 className="big">{cellText(row[heading]) || t('dashboard.noTitle')}</h3>}
      {text !== undefined && <p className="row-text" dir="auto">{cellText(row[text])}</p>}
      {reference !== null && <ImageReference reference={cellText(reference)} />}
      <dl className="kv">
        {facts.map((fact) => {
          const value = row[fact.column]
          const shown = value === null || value === undefined ? t('ui.none') : speak.cell(fact, value)
          return (
            <div key={fact.column} style={{ display: 'contents' }}>
              <dt>{speak.say(fact.title)}</dt>
              <dd className={shown.length > 30 && !shown.includes(' ') ? 'mono' : undefined} title={shown}>{shown}</dd>
            </div>
          )
        })}
      </dl>
    </>
  )
}
