import type { QualityPreview } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { GatesAnswer } from './gates-answer.tsx'

/** What edited rules would have rejected, beside what the present ones do. */
export function RowsAnswer({ answer, rows }: { answer: QualityPreview; rows: NonNullable<QualityPreview['rows']> }): React.ReactElement {
  const { t, f } = useWords()
  const reasons = Array.from(new Set([...Object.keys(rows.byReason), ...Object.keys(rows.byReasonBefore)]))
  const [asked] = rows.rules
  return (
    <>
      <section aria-live="polite">
        <p className="big">{t('quality.would', { count: rows.rejected, n: f.n(rows.rejected), before: f.n(rows.rejectedBefore) })}</p>
        <dl className="kv quality-detail">
          <dt>{t('quality.onRows')}</dt>
          <dd>{t('quality.onRun', { run: f.n(answer.number), rows: f.n(rows.total) })}</dd>
          <dt>{t('quality.share')}</dt>
          <dd>{rows.total === 0 ? '–' : f.pct(rows.rejected / rows.total, 3)}</dd>
          {asked && asked.fits !== null && (
            <>
              <dt>{t('quality.fitsRows')}</dt>
              <dd>{t('quality.was', { n: f.n(asked.fits), before: f.n(asked.fitsBefore ?? 0) })}</dd>
            </>
          )}
          <dt>{t('quality.newly')}</dt>
          <dd>{f.n(rows.newly)}</dd>
          <dt>{t('quality.gone')}</dt>
          <dd>{f.n(rows.gone)}</dd>
          {rows.otherReason > 0 && (
            <>
              <dt>{t('quality.otherReason')}</dt>
              <dd>{f.n(rows.otherReason)}</dd>
            </>
          )}
          {reasons.map((reason) => (
            <div key={reason} style={{ display: 'contents' }}>
              <dt className="mono">{reason}</dt>
              <dd>{t('quality.was', { n: f.n(rows.byReason[reason] ?? 0), before: f.n(rows.byReasonBefore[reason] ?? 0) })}</dd>
            </div>
          ))}
        </dl>
        <GatesAnswer gates={answer.gates} />
      </section>
      {rows.sample.rows.length > 0 && <Sample sample={rows.sample} />}
    </>
  )
}

function Sample({ sample: { columns, rows } }: { sample: NonNullable<QualityPreview['rows']>['sample'] }): React.ReactElement {
  const { t } = useWords()
  return (
    <section>
      <div className="sec-h">
        <h2>{t('quality.sample')}</h2>
        <span className="faint">{t('quality.noPersonal')}</span>
      </div>
      <div className="quality-sample" tabIndex={0} role="group" aria-label={t('quality.sample')}>
        <table className="table">
          <thead>
            <tr>
              <th>{t('quality.changeColumn')}</th>
              <th>{t('quality.rejects.reason')}</th>
              {columns.map((column) => (
                <th key={column}>{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ change, reason, before, cells }, i) => (
              <tr key={i}>
                <td>{t(`quality.change.${change}`)}</td>
                <td className="mono">{reason ?? before}</td>
                {cells.map((cell, k) => (
                  <td key={k}>{cell === null ? <span className="faint">NULL</span> : cell === '' ? <span className="faint">{t('quality.rejects.emptyText')}</span> : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
