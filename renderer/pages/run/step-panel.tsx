import { Button } from '@mantine/core'
import { IconTable } from '@tabler/icons-react'
import type { LiveRun } from '#renderer/api/fold-run.ts'
import { useCountedRun } from '#renderer/api/queries.ts'
import type { RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { EvidenceList, GateList } from '#renderer/ui/evidence.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { failureOfRun } from './message.tsx'

/** Bytes so far, while the step counts them. */
function Volume({ run, stepId }: { run: LiveRun; stepId: string }): React.ReactNode {
  const { t, f } = useWords()
  const bytes = useCountedRun(run).steps.find(({ id }) => id === stepId)?.bytes ?? null
  return bytes === null ? null : (
    <>
      <dt>{t('run.volume')}</dt>
      <dd>{f.bytes(bytes)}</dd>
    </>
  )
}

/** What the picked step proved, what its gates said, and what it put out. */
export function StepPanel({ run, step, onPreview }: { run: LiveRun; step: RunStep; onPreview: () => void }): React.ReactElement {
  const { t, f } = useWords()
  const planned = run.plan.steps.find(({ id }) => id === step.id)
  const done = step.state === 'succeeded' || step.state === 'warning'
  const broken = step.state === 'failed' || step.state === 'stopped' || step.state === 'cancelled'
  return (
    <>
      <div className="log-tool">
        <h2 className="tr">{t('run.evidenceOf', { step: step.title })}</h2>
        <span className="sp" />
        {done && (step.rows ?? 0) > 0 && (
          <Button size="sm" leftSection={<IconTable size={14} stroke={1.6} />} onClick={onPreview}>
            {t('run.preview')}
          </Button>
        )}
      </div>
      {step.failure && step.failure.what !== failureOfRun(run)?.what && (
        <div className="msg failed">
          <StateGlyph look="failed" />
          <div>
            <span className="b">{step.failure.what}</span>
            <p style={{ marginBottom: 0 }}>{[step.failure.untouched, step.failure.next].filter(Boolean).join(' ')}</p>
          </div>
        </div>
      )}
      {step.gates.length > 0 && <GateList gates={step.gates} />}
      {step.evidence.length > 0 ? (
        <EvidenceList evidence={step.evidence} />
      ) : (
        <ul className="evi">
          <li>
            <StateGlyph look={step.state === 'running' ? 'running' : broken ? 'unproven' : 'ahead'} />
            <span className="faint">{t(step.state === 'running' ? 'run.proofWhenDone' : done ? 'run.noProof' : broken ? 'run.proofBroken' : step.state === 'skipped' ? 'run.proofSkipped' : 'run.proofLater')}</span>
            <span />
          </li>
        </ul>
      )}
      {planned && (
        <p className="note" style={{ marginTop: 9 }}>
          <span className="faint">{t('run.planned')}</span> {planned.effect}
        </p>
      )}
      <dl className="kv meta" style={{ marginTop: 6 }}>
        {step.attempt > 1 && (
          <>
            <dt>{t('run.attempt')}</dt>
            <dd>{f.n(step.attempt)}</dd>
          </>
        )}
        <Volume run={run} stepId={step.id} />
      </dl>
      <p className="faint meta" style={{ marginTop: 6, lineHeight: '17px' }}>
        {t('run.proofRule')}
      </p>
    </>
  )
}
