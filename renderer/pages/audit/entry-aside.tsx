import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import type { AuditProof } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { usePlace } from '#renderer/shell/environment.tsx'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { EnvironmentChip, StateBadge } from '#renderer/ui/badges.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { ProofLadder } from '#renderer/ui/proof/proof-ladder.tsx'
import { Moment, useNow } from '#renderer/ui/time.tsx'
import { entryQuery } from './queries.ts'
import { recompute } from './recompute.ts'

/** One entry: who and what, its proof of inclusion, and the exact bytes that were hashed. */
export function EntryAside({ seq, onClose }: { seq: number; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const since = useNow()
  const { data, error, refetch } = useQuery(entryQuery(useClient(), seq))
  useEscape(onClose)
  const title = t('audit.entryTitle', { seq: f.n(seq) })
  return (
    <Aside title={title} onClose={onClose} wide>
      {error && !data ? <FailingPicture error={error} retry={() => void refetch()} /> : !data ? <LoadingPicture what={title} since={since} rows={4} /> : <Entry entry={data} title={title} onClose={onClose} />}
    </Aside>
  )
}

function Entry({ entry, title, onClose }: { entry: AuditProof; title: string; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const { info } = usePlace()
  const environment = info.environments.find(({ name }) => name === entry.environment)
  return (
    <>
      <section>
        <div className="sec-h aside-title">
          <h2>{title}</h2>
          <span className="sp" />
          {environment && <EnvironmentChip of={environment.class} />}
          <ActionIcon aria-label={t('ui.close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </div>
        <dl className="kv">
          <dt>{t('audit.what')}</dt>
          <dd>{entry.summary}</dd>
          <dt>{t('audit.who')}</dt>
          <dd>{entry.actor}</dd>
          <dt>{t('audit.at')}</dt>
          <dd><Moment at={entry.at} utc /></dd>
          {entry.runId && (
            <>
              <dt>{t('audit.run')}</dt>
              <dd>
                <Link className="link mono" to="/runs/$runId" params={{ runId: entry.runId }}>{entry.runId}</Link>
                {' · '}
                <Link className="link" to="/audit" search={{ run: entry.runId, entry: entry.seq }}>{t('audit.allOfRun')}</Link>
              </dd>
            </>
          )}
        </dl>
      </section>
      <section>
        <div className="sec-h">
          <h2>{t('audit.proof')}</h2>
          <span className="sp" />
          <Recomputed entry={entry} />
        </div>
        <ProofLadder seq={entry.seq} treeSize={entry.treeSize} proof={entry.inclusionProof} leafHash={entry.leafHash} rootHash={entry.rootHash} />
        <p className="note" style={{ marginTop: 10 }}>{t('audit.proofNote', { count: entry.inclusionProof.length, n: f.n(entry.inclusionProof.length) })} {t('audit.formula')}</p>
      </section>
      {entry.body !== null && (
        <section>
          <div className="sec-h">
            <h2>{t('audit.facts')}</h2>
          </div>
          <pre className="codebox" tabIndex={0} role="region" aria-label={t('audit.facts')}>{JSON.stringify(entry.body, null, 2)}</pre>
        </section>
      )}
      <section>
        <div className="sec-h">
          <h2>{t('audit.canonical')}</h2>
          <span className="faint">{t('audit.canonicalMore')}</span>
        </div>
        <pre className="codebox" tabIndex={0} role="region" aria-label={t('audit.canonical')}>{entry.canonical}</pre>
      </section>
    </>
  )
}

/** The page hashes the entry itself; the core's word is not enough. */
function Recomputed({ entry }: { entry: AuditProof }): React.ReactElement | null {
  const { t, f } = useWords()
  const { data: ok, isError } = useQuery({ queryKey: ['recomputed', entry.seq, entry.treeSize, entry.rootHash], queryFn: () => recompute(entry), staleTime: Infinity })
  if (ok === undefined && !isError) return null
  return ok ? <StateBadge look="succeeded" word={t('audit.inTree', { n: f.n(entry.treeSize) })} /> : <StateBadge look="failed" word={t('audit.notInTree')} />
}
