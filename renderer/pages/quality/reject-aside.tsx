import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { Reject } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { Moment } from '#renderer/ui/time.tsx'

/** One rejected row with the row as it was extracted. */
export function RejectAside({ reject, onClose }: { reject: Reject; onClose: () => void }): React.ReactElement {
  const { t } = useWords()
  useEscape(onClose)
  const title = t('quality.rejects.row', { id: reject.reviewId })
  return (
    <Aside title={title} onClose={onClose}>
      <section>
        <div className="sec-h aside-title">
          <h2>{title}</h2>
          <span className="sp" />
          <ActionIcon aria-label={t('ui.close')} onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </div>
        <dl className="kv">
          <dt>{t('quality.rejects.reason')}</dt>
          <dd className="mono">{reject.reason}</dd>
          <dt>{t('quality.rejects.rejectedAt')}</dt>
          <dd>
            <Moment at={reject.rejectedAt} />
          </dd>
        </dl>
        <p className="note" style={{ marginTop: 8 }}>{reject.errorDetails}</p>
      </section>
      <section>
        <div className="sec-h">
          <h2>{t('quality.rejects.original')}</h2>
          <span className="faint">{t('quality.rejects.asExtracted')}</span>
        </div>
        <dl className="kv">
          {Object.entries(reject.originalData).map(([column, value]) => (
            <div key={column} style={{ display: 'contents' }}>
              <dt className="mono">{column}</dt>
              <dd style={{ overflowWrap: 'anywhere' }}>
                {value === null ? <span className="faint">NULL</span> : value === '' ? <span className="faint">{t('quality.rejects.emptyText')}</span> : typeof value === 'object' ? JSON.stringify(value) : String(value)}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </Aside>
  )
}
