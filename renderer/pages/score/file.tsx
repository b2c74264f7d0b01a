import { Button, NativeSelect } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRef, useState, type DragEvent } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import { isLive } from '#renderer/api/fold-run.ts'
import { runQuery, runsQuery } from '#renderer/api/queries.ts'
import type { Failure, Inspected } from '#renderer/api/types.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { Rows } from '#renderer/pages/data/rows.tsx'
import { useEnvironment } from '#renderer/shell/environment.tsx'
import { Message } from '#renderer/ui/pictures.tsx'
import { ProgressBar } from '#renderer/ui/progress.tsx'
import { Moment } from '#renderer/ui/time.tsx'
import { Results } from './results.tsx'
import type { ScoreSearch } from './search.ts'
import { upload } from './upload.ts'

interface FileProps {
  readonly search: ScoreSearch
  readonly onSearch: (change: (old: ScoreSearch) => ScoreSearch, replace?: boolean) => void
}

/** A file of reviews: dropped or chosen, its columns named, scored as an operation, looked at as rows. */
export function FileScoring({ search, onSearch }: FileProps): React.ReactElement {
  const client = useClient()
  const environment = useEnvironment()
  const run = useQuery({ ...runQuery(client, search.run ?? ''), enabled: search.run !== undefined })
  if (search.run !== undefined) {
    const forget = (): void => onSearch(() => ({ tab: 'file' }))
    if (run.error) return <Message failure={failureOf(run.error)} actions={<AnotherFile onClick={forget} />} />
    if (!run.data) return <></>
    if (isLive(run.data)) return <Progress runId={run.data.runId} />
    if (run.data.state !== 'succeeded')
      return (
        <div className="score-file">
          {run.data.failure && <Message failure={run.data.failure} actions={<AnotherFile onClick={forget} />} />}
          {!run.data.failure && <AnotherFile onClick={forget} />}
        </div>
      )
    return (
      <>
        <Results runId={run.data.runId} result={run.data.result ?? {}} onFilter={(f) => onSearch((old) => ({ ...old, f, row: undefined }))} another={<AnotherFile onClick={forget} />} />
        <Rows at={{ environment, system: 'scored', name: run.data.runId }} search={search} onSearch={(change) => onSearch((old) => ({ ...old, ...change(old) }), true)} fileName={`scored-${run.data.runId}`} />
      </>
    )
  }
  return <Choose onRun={(runId) => onSearch(() => ({ tab: 'file', run: runId }))} />
}

function AnotherFile({ onClick }: { onClick: () => void }): React.ReactElement {
  const { t } = useWords()
  return (
    <Button size="sm" onClick={onClick}>
      {t('score.another')}
    </Button>
  )
}

function Progress({ runId }: { runId: string }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const { data: run } = useQuery(runQuery(client, runId))
  const step = run?.steps.find(({ state }) => state === 'running')
  const cancel = useMutation({ mutationFn: () => client.runs.cancel({ runId, sequence: run?.sequence ?? 0 }) })
  return (
    <div className="score-file" role="status">
      <h2>{step?.title ?? t('score.starting')}</h2>
      <div className="score-progress">
        <ProgressBar share={step?.rows && step.totalRows ? step.rows / step.totalRows : null} label={t('score.progress')} />
      </div>
      <p className="mut">
        {step?.rows ? t('score.rowsOf', { n: f.n(step.rows), total: step.totalRows ? f.n(step.totalRows) : '…' }) : ''}
        {step?.msLeft ? ` · ${t('ui.left', { duration: f.duration(step.msLeft) })}` : ''}
      </p>
      <Button size="sm" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        {t('score.cancel')}
      </Button>
      {cancel.error && <Message failure={failureOf(cancel.error)} />}
    </div>
  )
}

type Columns = Inspected['guess']
const ROLES = ['text', 'rating', 'hasImage', 'hasOrders'] as const

function Choose({ onRun }: { onRun: (runId: string) => void }): React.ReactElement {
  const { t, f } = useWords()
  const client = useClient()
  const environment = useEnvironment()
  const picker = useRef<HTMLInputElement>(null)
  const stop = useRef<AbortController | null>(null)
  const [over, setOver] = useState(false)
  const [sent, setSent] = useState<number | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [found, setFound] = useState<{ inspected: Inspected; name: string } | null>(null)
  const [columns, setColumns] = useState<Columns>({ text: null, rating: null, hasImage: null, hasOrders: null })
  const earlier = useQuery(runsQuery(client, { environment, operation: 'scoring.file', states: ['succeeded'], limit: 5 })).data?.runs ?? []

  const take = async (file: File): Promise<void> => {
    const abort = new AbortController()
    stop.current = abort
    setFailure(null)
    setFound(null)
    setSent(0)
    try {
      const path = await upload(client, file, abort.signal, setSent)
      const inspected = await client.scoring.inspect({ environment, file: path }, { signal: abort.signal })
      setFound({ inspected, name: file.name })
      setColumns(inspected.guess)
    } catch (error) {
      if (!abort.signal.aborted) setFailure(failureOf(error))
    } finally {
      setSent(null)
    }
  }
  const start = useMutation({
    mutationFn: async () => {
      const plan = await client.scoring.planFile({ environment, file: found?.inspected.file ?? '', columns: { ...columns, text: columns.text ?? '' } })
      if (plan.refuse) throw plan.refuse as unknown as Error
      return await client.scoring.runFile({ environment, planHash: plan.hash })
    },
    onSuccess: ({ runId }) => onRun(runId),
  })
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file) void take(file)
  }
  return (
    <div className="score-file">
      <div className={over ? 'drop over' : 'drop'} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <IconUpload size={20} stroke={1.6} aria-hidden="true" />
        <div>
          <b>{found ? found.name : t('score.dropTitle')}</b>
          <p className="note">{found ? t('score.found', { columns: f.n(found.inspected.columns.length), size: f.bytes(found.inspected.bytes), format: found.inspected.format === 'csv' ? 'CSV' : 'Parquet' }) : t('score.dropText')}</p>
        </div>
        {sent === null ? (
          <Button onClick={() => picker.current?.click()}>{t('score.choose')}</Button>
        ) : (
          <span className="row">
            <span className="export-bar"><ProgressBar share={sent} label={t('score.reading')} /></span>
            <Button size="sm" onClick={() => stop.current?.abort()}>{t('score.cancel')}</Button>
          </span>
        )}
        <input ref={picker} type="file" hidden aria-label={t('score.choose')} accept=".csv,.tsv,.txt,.parquet" onChange={(event) => { const [file] = event.currentTarget.files ?? []; if (file) void take(file); event.currentTarget.value = '' }} />
      </div>
      {failure && <Message failure={failure} />}
      {found && (
        <>
          <div className="score-columns">
            {ROLES.map((role) => (
              <NativeSelect key={role} label={t(`score.role.${role}`)} value={columns[role] ?? ''} onChange={(event) => { const value = event.currentTarget.value; setColumns((old) => ({ ...old, [role]: value === '' ? null : value })) }} data={[{ value: '', label: t(role === 'text' ? 'score.pickColumn' : 'score.noColumn') }, ...found.inspected.columns.map((column) => ({ value: column, label: column }))]} />
            ))}
          </div>
          <div className="row">
            <Button variant="act" disabled={columns.text === null || start.isPending} onClick={() => start.mutate()}>
              {t('score.doFile')}
            </Button>
            <span className="faint meta">{columns.text === null ? t('score.needsText') : t('score.offline')}</span>
          </div>
          {start.error && <Message failure={failureOf(start.error)} />}
          <div className="score-sample" tabIndex={0} role="region" aria-label={t('score.sample')}>
            <table>
              <thead>
                <tr>{found.inspected.columns.slice(0, 12).map((column) => <th key={column} className={Object.values(columns).includes(column) ? 'picked' : undefined}>{column}</th>)}</tr>
              </thead>
              <tbody>
                {found.inspected.sample.map((row, i) => (
                  <tr key={i}>{row.slice(0, 12).map((cell, k) => <td key={k}>{cell === null ? <span className="faint">NULL</span> : typeof cell === 'string' ? cell : JSON.stringify(cell)}</td>)}</tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {!found && earlier.length > 0 && (
        <section>
          <h2>{t('score.earlier')}</h2>
          <ul className="score-earlier">
            {earlier.map((run) => (
              <li key={run.runId}>
                <button type="button" className="link" onClick={() => onRun(run.runId)}>{run.title}</button>
                <span className="mut">{typeof run.result?.rows === 'number' ? t('data.rows', { count: run.result.rows, n: f.n(run.result.rows) }) : ''}</span>
                <span className="faint">{run.endedAt && <Moment at={run.endedAt} />}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
