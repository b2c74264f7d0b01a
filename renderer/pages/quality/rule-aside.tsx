import { Link } from '@tanstack/react-router'
import type { QualityBoard, QualityRule } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useEscape } from '#renderer/shell/keyboard.ts'
import { Aside } from '#renderer/ui/aside.tsx'
import { AsideHead } from './aside-head.tsx'
import { TryRule } from './try-rule.tsx'

/** One reject rule in full. */
export function RuleAside({ board, pipeline, rule, onClose }: { board: QualityBoard; pipeline: string; rule: QualityRule; onClose: () => void }): React.ReactElement {
  const { t, f } = useWords()
  useEscape(onClose)
  const { index, reason, when, repeats, details, family, enforce, found } = rule
  const shared = found === null && enforce !== 'off' && board.lastRun !== null
  return (
    <Aside title={t('quality.rule', { n: f.n(index + 1) })} onClose={onClose} wide>
      <section>
        <AsideHead title={t('quality.rule', { n: f.n(index + 1) })} onClose={onClose} />
        <p className="mono">{reason}</p>
        <p className="note quality-label">{t('quality.fits')}</p>
        <pre className="quality-code">{when ?? t('quality.repeats', { columns: repeats?.join(', ') ?? '' })}</pre>
        <dl className="kv">
          <dt>{t('quality.says')}</dt>
          <dd className="quality-wrap">{details}</dd>
          <dt>{t('quality.kind')}</dt>
          <dd>{t(`quality.family.${family ?? 'row'}`)}</dd>
          <dt>{t('quality.effect')}</dt>
          <dd>{t(`quality.enforce.${enforce}`)}</dd>
          {board.lastRun && enforce !== 'off' && (
            <>
              <dt>{t('quality.lastRun')}</dt>
              <dd>{shared ? t('quality.countedAbove') : t('quality.rowsFound', { count: found ?? 0, n: f.n(found ?? 0) })}</dd>
            </>
          )}
          <dt>{t('quality.file')}</dt>
          <dd className="mono">{board.file}</dd>
        </dl>
        {board.lastRun && enforce === 'reject' && (found ?? 0) > 0 && (
          <p className="note quality-detail">
            <Link className="link" to="/quality" search={{ show: 'rejects', reason, run: board.lastRun.runId }}>
              {t('quality.seeRows')}
            </Link>
          </p>
        )}
      </section>
      {board.lastRun && <TryRule board={board} pipeline={pipeline} rule={rule} />}
    </Aside>
  )
}
