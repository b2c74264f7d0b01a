import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { isLive, type LiveRun } from '#renderer/api/fold-run.ts'
import type { RunStep } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Id } from '#renderer/ui/copy-text.tsx'
import { FailingPicture } from '#renderer/ui/pictures.tsx'
import { changesQuery } from './queries.ts'
import { OverTime } from './over-time.tsx'
import { StepPanel } from './step-panel.tsx'

const route = getRouteApi('/runs/$runId')

/** Beside the log: the picked step's proof, what the run changed, its plan, and its rows over time. */
export function RunSide({ run, picked, onPreview }: { run: LiveRun; picked: RunStep | undefined; onPreview: () => void }): React.ReactElement {
  const { t } = useWords()
  const { side } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <section className="run-evi" aria-label={t('run.evidence')} tabIndex={0}>
      <SegmentedControl
        aria-label={t('run.side')}
        fullWidth
        style={{ marginBottom: 10 }}
        value={side ?? 'step'}
        onChange={(value) => void navigate({ search: (old) => ({ ...old, side: value === 'changes' || value === 'plan' || value === 'time' ? value : undefined }), replace: true })}
        data={[
          { value: 'step', label: t('run.sideStep') },
          { value: 'changes', label: t('run.sideChanges') },
          { value: 'time', label: t('run.sideTime') },
          { value: 'plan', label: t('run.sidePlan') },
        ]}
      />
      {side === 'changes' ? <Changes run={run} /> : side === 'plan' ? <WholePlan run={run} /> : side === 'time' ? <OverTime run={run} live={isLive(run)} /> : picked && <StepPanel run={run} step={picked} onPreview={onPreview} />}
    </section>
  )
}

/** Tables, objects and documents that the run made or replaced. */
function Changes({ run }: { run: LiveRun }): React.ReactElement {
  const { t, f } = useWords()
  const { data, error, refetch } = useQuery({ ...changesQuery(useClient(), run.runId), refetchInterval: isLive(run) ? 2000 : false })
  if (error && !data) return <FailingPicture error={error} retry={() => void refetch()} />
  if (!data) return <p className="faint">{t('ui.reading', { what: t('run.sideChanges') })}</p>
  if (data.length === 0) return <p className="faint">{isLive(run) ? t('run.noChangesYet') : t('run.noChanges')}</p>
  return (
    <>
      <table className="table changes">
        <caption className="vh">{t('run.sideChanges')}</caption>
        <tbody>
          {data.map(({ system, kind, name, version, previous, rows, bytes, stepId }) => (
            <tr key={`${stepId} ${kind} ${name}`}>
              <td className="tr" title={name}>
                <Link className="quiet-link mono" to="/data" search={kind === 'objects' ? { system } : { system, name }}>{name}</Link>
                <div className="faint meta">{t(`ui.system.${system}`)}</div>
              </td>
              <td className="n tn mut">{rows === null ? '' : t('run.changedRows', { count: rows, n: f.n(rows) })}{bytes !== null && <div className="faint meta">{f.bytes(bytes)}</div>}</td>
              <td className="n mut nw">{version === null ? t(`run.changed.${kind}`) : t('run.changedVersion', { version: f.n(version) })}{previous !== null && <div className="faint meta">{t('run.keptVersion', { version: f.n(previous) })}</div>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="note" style={{ marginTop: 10 }}>
        <span className="faint">{t('pipelines.wayBack')}:</span> {run.undo ? t('run.undoThere') : run.plan.wayBack}
      </p>
    </>
  )
}

/** The plan that the run was started with, whole, under its hash. */
function WholePlan({ run: { plan, planHash, runId } }: { run: LiveRun }): React.ReactElement {
  const { t } = useWords()
  const { hash: _, ...body } = plan
  const text = JSON.stringify(body, null, 2)
  return (
    <>
      <div className="row" style={{ marginBottom: 6 }}>
        <Id value={planHash} />
        <span className="sp" />
        <button type="button" className="link sm" onClick={() => void navigator.clipboard.writeText(text)}>{t('run.copyPlan')}</button>
      </div>
      <p className="note">{plan.wayBack}</p>
      <p className="faint meta" style={{ margin: '4px 0 6px' }}>
        {t('run.planHashed')}{' '}
        <Link className="link" to="/audit" search={{}}>{t('run.planAudit')}</Link> <span className="mono">{runId}</span>
      </p>
      <pre className="codebox" tabIndex={0} style={{ maxHeight: 360, overflow: 'auto' }}>{text.length > 40_000 ? `${text.slice(0, 40_000)}\n…` : text}</pre>
    </>
  )
}
