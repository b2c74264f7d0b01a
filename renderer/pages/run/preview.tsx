import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useClient } from '#renderer/api/core.tsx'
import { useWords } from '#renderer/i18n/index.ts'
import { useJsonWords } from '#renderer/ui/evidence.tsx'
import { FailingPicture, LoadingPicture } from '#renderer/ui/pictures.tsx'
import { useNow } from '#renderer/ui/time.tsx'
import { previewQuery } from './queries.ts'

/** First rows that the step put out; pseudonymised by the core. */
export function PreviewOverlay({ runId, stepId, title, onClose }: { runId: string; stepId: string; title: string; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const show = useJsonWords()
  const { data, error, refetch } = useQuery(previewQuery(useClient(), runId, stepId))
  const now = useNow()
  return (
    <Modal opened onClose={onClose} title={t('run.previewOf', { step: title })} size="min(1120px, 92vw)">
      {error ? (
        <FailingPicture error={error} retry={() => void refetch()} />
      ) : !data ? (
        <LoadingPicture what={t('run.rowsOfStep')} since={now} />
      ) : (
        <>
          <p className="faint meta" style={{ marginBottom: 8 }}>
            {[t('run.firstRows', { count: data.rows.length, n: f.n(data.rows.length) }), data.note].filter(Boolean).join(' · ')}
          </p>
          <div className="preview" role="region" aria-label={t('run.previewOf', { step: title })} tabIndex={0}>
            <table className="table">
              <thead>
                <tr>
                  {data.columns.map((column) => (
                    <th key={column} className="mono">{column}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.rows.map((row, i) => (
                  <tr key={i}>
                    {row.map((cell, column) => (
                      <td key={data.columns[column]} className={typeof cell === 'number' ? 'tn' : undefined}>
                        {cell === null ? <span className="faint">NULL</span> : show(cell)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Modal>
  )
}
