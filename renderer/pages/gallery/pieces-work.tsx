import { Button } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import { useWords } from '#renderer/i18n/index.ts'
import { EnvironmentChip, StateBadge } from '#renderer/ui/badges.tsx'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { DiffView } from '#renderer/ui/diff/diff-view.tsx'
import { EvidenceCard } from '#renderer/ui/evidence-card.tsx'
import { EvidenceList, GateList } from '#renderer/ui/evidence.tsx'
import { Figure, FigureStrip } from '#renderer/ui/figures.tsx'
import { LogPanel } from '#renderer/ui/log/log-panel.tsx'
import { EmptyPicture } from '#renderer/ui/pictures.tsx'
import { ProofLadder } from '#renderer/ui/proof/proof-ladder.tsx'
import { RestoreTimeline } from '#renderer/ui/restore/restore-timeline.tsx'
import { StepGraph } from '#renderer/ui/step-graph/step-graph.tsx'
import { KeyBar } from '#renderer/ui/wizard/key-bar.tsx'
import { CheckList, CommandBox, PlanTable, StepTimes, UndoCard, type Check, type PlanRow } from '#renderer/ui/wizard/parts.tsx'
import { Wizard } from '#renderer/ui/wizard/wizard.tsx'
import { Forms } from './pieces-basic.tsx'
import { config, dumpsOf, evidence, failedSteps, gates, lanesAt, logOf, NOW, proof, wideSteps, type Dump } from './samples.ts'

const nothing = (): void => undefined

const PLAN: PlanRow[] = [
  { id: 'pause', what: 'Pause writers', touches: '2 schedules, 14 connections', ms: 10_000, back: 'resume' },
  { id: 'dump', what: 'Dump what is there now', touches: 'reviews, 25 tables', ms: 116_000, back: 'nothing changed yet' },
  { id: 'beside', what: 'Restore beside the live database', touches: 'reviews_restore_0041', ms: 190_000, back: 'drop the copy' },
  { id: 'swap', what: 'Swap names', touches: 'reviews ↔ reviews_before_0041', ms: 1000, back: 'swap back, 48 h', noticed: true },
  { id: 'read', what: 'Read back and resume writers', touches: '25 tables', ms: null, back: 'swap back, 48 h' },
]
const CHECKS: Check[] = [
  { id: 'compared', look: 'succeeded', title: 'Dump was restored and compared', detail: '25 of 25 tables equal, today 02:14' },
  { id: 'disk', look: 'succeeded', title: 'Disk space', detail: '41 GB free, 1.1 GB needed' },
  { id: 'late', look: 'warning', title: '18 reviews written after 02:00 leave', detail: 'They are written to lost-writes.csv before the swap' },
  { id: 'time', look: 'unproven', title: 'Time is not proven on this host', detail: 'Estimated from the drill, 41 days ago' },
  { id: 'lock', look: 'failed', title: 'Something else holds this database', detail: 'Run 1,284 writes to it' },
]

export function Keys(): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="g-stack g-flush">
      <KeyBar place={{ name: 'sandbox', class: 'sandbox' }} target="reviews" action={t('gallery.undo')} onConfirm={nothing} onBack={nothing} />
      <KeyBar place={{ name: 'sandbox', class: 'sandbox' }} target="reviews" action={t('gallery.undo')} destructive actor="Nadia Benali" onConfirm={nothing} />
      <KeyBar place={{ name: 'dev', class: 'development' }} target="reviews" action={t('gallery.undo')} blocked={t('gallery.failed')} onConfirm={nothing} />
      <KeyBar place={{ name: 'preproduction', class: 'preproduction' }} target="reviews" action={t('gallery.restore')} actor="Nadia Benali" onConfirm={nothing} onBack={nothing} />
      <KeyBar place={{ name: 'production', class: 'production' }} target="reviews" action={t('gallery.production')} actor="Nadia Benali" second={{ who: 'Tom Verhaegen', state: 'reading' }} onConfirm={nothing} />
      <KeyBar place={{ name: 'production', class: 'production' }} target="reviews" action={t('gallery.production')} actor="Nadia Benali" second={{ who: 'Tom Verhaegen', state: 'turned' }} onConfirm={nothing} />
    </div>
  )
}

export function WizardPiece(): React.ReactElement {
  const { t, f } = useWords()
  const [here, go] = useState('plan')
  return (
    <div className="g-box">
      <Wizard
        title={t('gallery.restore')}
        badge={<EnvironmentChip of="preproduction" />}
        facts={<span>{f.absolute(NOW)}</span>}
        actions={<Button variant="quiet">{t('ui.close')}</Button>}
        here={here}
        onGo={go}
        stages={[
          { id: 'what', title: t('gallery.what'), beside: f.date(NOW), body: <Forms /> },
          { id: 'where', title: t('gallery.where'), beside: '25', missing: t('gallery.nameHint'), body: <Forms /> },
          {
            id: 'plan',
            title: t('gallery.plan'),
            figures: (
              <FigureStrip label={t('gallery.plan')}>
                <Figure label={t('gallery.rowsBack')} value={f.n(4162)} />
                <Figure label={t('gallery.takes')} value={f.duration(409_000)} beside={t('gallery.estimate')} />
                <Figure label={t('gallery.wayBack')} value={f.duration(172_800_000)} />
              </FigureStrip>
            ),
            body: <PlanTable label={t('gallery.plan')} rows={PLAN} />,
            aside: <CheckList checks={CHECKS} />,
            asideTitle: t('ui.checks.title'),
            foot: <KeyBar place={{ name: 'preproduction', class: 'preproduction' }} target="reviews" action={t('gallery.restore')} actor="Nadia Benali" onConfirm={() => go('run')} onBack={() => go('where')} />,
          },
          { id: 'run', title: t('gallery.run'), oneWay: true, body: <StepGraph steps={wideSteps} now={NOW} picked="score" onPick={nothing} />, nextLabel: t('gallery.result') },
          { id: 'result', title: t('gallery.result'), body: <EvidenceList evidence={evidence} />, foot: null },
        ]}
      />
    </div>
  )
}

export function PlanPiece(): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="g-two wide-left">
      <PlanTable label={t('gallery.plan')} rows={PLAN} />
      <CheckList checks={CHECKS} />
    </div>
  )
}

export function UndoPiece(): React.ReactElement {
  const { t } = useWords()
  return (
    <div className="g-two">
      <UndoCard text={t('gallery.undoText')} until={new Date(NOW + 172_000_000).toISOString()} share={0.97} action={t('gallery.undo')} onUndo={nothing} onKeep={nothing} />
      <UndoCard text={t('gallery.undoText')} until={null} action={t('gallery.undo')} why={t('gallery.failed')} onUndo={nothing} />
      <StepTimes
        steps={[
          { id: 'a', title: 'Pause writers', look: 'succeeded', planned: [0, 10_000], took: [0, 9000] },
          { id: 'b', title: 'Dump what is there', look: 'succeeded', planned: [10_000, 126_000], took: [9000, 121_000] },
          { id: 'c', title: 'Restore beside', look: 'running', planned: [126_000, 316_000], took: [121_000, 217_000] },
          { id: 'd', title: 'Swap names', look: 'ahead', planned: [316_000, 317_000], took: null },
        ]}
      />
      <CommandBox command="regie restore --dump 20261120_020000 --env preproduction --beside" />
    </div>
  )
}

export function EvidencePiece(): React.ReactElement {
  return (
    <div className="g-two">
      <EvidenceList evidence={evidence} />
      <GateList gates={gates} />
    </div>
  )
}

export function Cards(): React.ReactElement {
  const { t } = useWords()
  const facts = [{ name: t('gallery.readFrom'), value: 'PostgreSQL' }, { name: t('gallery.plan'), value: <span className="mono">5d20c7e1</span> }]
  return (
    <div className="g-two">
      <EvidenceCard state="proven" verdict={t('gallery.equal')} age={12 * 3_600_000} maximumAge={86_400_000} facts={facts} />
      <EvidenceCard state="not-proven" verdict={t('gallery.unproven')} age={null} maximumAge={30 * 86_400_000} text={t('gallery.unprovenText')} action={<Button size="sm">{t('gallery.drill')}</Button>} />
      <EvidenceCard state="stale" verdict={t('gallery.older')} age={41 * 86_400_000} maximumAge={14 * 86_400_000} facts={facts} />
      <EvidenceCard state="disproven" verdict={t('gallery.differs')} age={3_600_000} maximumAge={86_400_000} facts={facts} />
    </div>
  )
}

export function Restore(): React.ReactElement {
  const { t } = useWords()
  const [at, setAt] = useState(NOW - 15 * 3_600_000)
  const lanes = useMemo(() => lanesAt(at), [at])
  return <RestoreTimeline label={t('gallery.pieces.restore')} lanes={lanes} oldest={NOW - 30 * 86_400_000} now={NOW} at={at} onAt={setAt} />
}

export function Ladder(): React.ReactElement {
  return <ProofLadder {...proof} />
}

export function Graph({ failed = false }: { failed?: boolean }): React.ReactElement {
  const [picked, pick] = useState(failed ? 'stage' : 'score')
  return (
    <div className="g-flush">
      <StepGraph steps={failed ? failedSteps : wideSteps} now={failed ? null : NOW} picked={picked} onPick={pick} />
    </div>
  )
}

export function Table({ kind = 'whole' }: { kind?: 'whole' | 'empty' | 'stale' }): React.ReactElement {
  const { t, f } = useWords()
  const [picked, pick] = useState<string | null>(kind === 'whole' ? 'd2' : null)
  const rows = useMemo(() => (kind === 'empty' ? [] : kind === 'whole' ? dumpsOf(111_185) : [...dumpsOf(3), null, null, null]), [kind])
  const onPick = useCallback((row: Dump | null) => pick(row?.id ?? null), [])
  const columns = useMemo(
    (): Column<Dump>[] => [
      { id: 'at', title: t('gallery.dump'), width: '130px', sortable: true, value: ({ at }) => at, render: ({ at }) => <span className="b">{`${f.date(at)} ${f.clock(at)}`}</span> },
      { id: 'of', title: t('gallery.of'), width: 'minmax(120px, 1fr)', sortable: true, value: ({ of }) => of, render: ({ of }) => <span className="mut">{of}</span> },
      { id: 'rows', title: t('ui.rows'), width: '110px', numeric: true, sortable: true, value: (row) => row.rows, render: (row) => f.n(row.rows) },
      { id: 'size', title: t('gallery.size2'), width: '96px', numeric: true, sortable: true, value: ({ bytes }) => bytes, render: ({ bytes }) => f.bytes(bytes) },
      { id: 'proof', title: t('gallery.proof'), width: '150px', value: () => t('gallery.compared'), render: () => (kind === 'stale' ? <StateBadge look="stale" word={t('ui.look.stale')} /> : <StateBadge look="succeeded" word={t('gallery.compared')} />) },
    ],
    [t, f, kind],
  )
  return (
    <div className="g-table">
      <DataTable
        label={t('gallery.dumps')}
        columns={columns}
        rows={rows}
        rowId={idOf}
        picked={picked}
        onPick={onPick}
        fileName="dumps"
        stale={kind === 'stale'}
        instead={kind === 'empty' ? <EmptyPicture title={t('gallery.none')} text={t('gallery.noneText')} /> : undefined}
      />
    </div>
  )
}

const idOf = (row: Dump): string => row.id

export function Log(): React.ReactElement {
  const lines = useMemo(() => logOf(100_000), [])
  return (
    <div className="g-log">
      <LogPanel lines={lines} live />
    </div>
  )
}

export function Diff(): React.ReactElement {
  const { t, f } = useWords()
  return (
    <div className="g-diff">
      <DiffView label={t('gallery.config')} before={config.before} after={config.after} beforeTitle={t('gallery.runNumber', { n: f.n(11) })} afterTitle={t('gallery.runNumber', { n: f.n(12) })} context={2} />
    </div>
  )
}
