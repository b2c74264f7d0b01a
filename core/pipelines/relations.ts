import type { WarehouseSession } from '#core/connectors/types.ts'
import { PipelineInvalid, SqlFailed } from './errors.ts'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import { readManifest, runTimestamp, type RawManifest } from './raw-store.ts'
import { useRunSession } from './run-session.ts'
import { exists, spillFile } from './spill.ts'
import { name, text } from './sql.ts'
import type { StepDefinition, StepOf } from './definition.ts'
import type { ExtractOutput } from './steps/extract.ts'
import type { StagedOutput } from './steps/stage-table.ts'
import { writeJoined } from './steps/stage-join.ts'
import { writeRejected } from './steps/validate.ts'
import { writeScores } from './steps/score.ts'
import type { AnyWork, Work } from './step-kind.ts'

/*
 * What SQL files of a blueprint may read, whatever step made it:
 *   raw.<table>      as extracted, every value text; source_row counts from 0 over all parts
 *   run.this         one row: run_id, run_at (timestamp), pipeline_version
 *   run.joined       the join's rows; joined_row identifies one
 *   run.rejected     rejected ones of these, with reason and details
 *   run.accepted     the others
 *   run.scores       scores by id
 *   staged.<table>   what a step of this run has staged
 */

/** Lends the run's session with the outputs of `reads` as views. Intermediate files that are gone are made again first. */
export async function withSession<T>(work: AnyWork, reads: readonly string[], use: (session: WarehouseSession) => Promise<T>): Promise<T> {
  return await useRunSession(work, async (session, views) => {
    await exposeAll(work, reads, session, views)
    return await use(session)
  })
}

/** As `withSession`, in a session that nobody else uses: its temporary tables and settings are the caller's own. */
export async function withOwnSession<T>(work: AnyWork, reads: readonly string[], use: (session: WarehouseSession) => Promise<T>): Promise<T> {
  const session = await work.context.deps.warehouse.open()
  try {
    await exposeAll(work, reads, session, new Map())
    return await use(session)
  } finally {
    await session.close()
  }
}

async function exposeAll(work: AnyWork, reads: readonly string[], session: WarehouseSession, views: Map<string, { readonly from: string; readonly made: Promise<void> }>): Promise<void> {
  const view: Exposer = async (relation, from) => {
    const known = views.get(relation)
    if (known?.from === from) return await known.made
    const made = (known?.made ?? Promise.resolve()).then(async () => {
      await session.run(`CREATE SCHEMA IF NOT EXISTS ${relation.split('.')[0]}; CREATE OR REPLACE VIEW ${relation} AS ${from}`)
    })
    made.catch(() => {})
    views.set(relation, { from, made })
    await made
  }
  await view('run.this', `SELECT ${text(work.context.runId)} AS run_id, TIMESTAMP ${text(runTimestamp(work.context.runId))} AS run_at, ${text(work.observed.definition.version)} AS pipeline_version`)
  for (const id of reads) await expose(work, stepNamed(work, id), session, view)
}

/** Makes a view, unless it is there and made from the same. */
type Exposer = (relation: string, from: string) => Promise<void>

/** Runs SQL of a blueprint; a failure names the file, not the rows. */
export async function blueprintSql<T>(where: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (thrown) {
    if (isCancellation(thrown) || (thrown instanceof RegieError && thrown.code !== 'WAREHOUSE_QUERY_FAILED')) throw thrown
    throw new SqlFailed(where, thrown)
  }
}

export function stepNamed(work: AnyWork, id: string): StepDefinition {
  const found = work.steps.find((step) => step.id === id)
  if (!found) throw new PipelineInvalid(work.observed.definition.file, `there is no step ${id} in this run`)
  return found
}

/** The same run seen from another of its steps. */
const at = <Kind extends StepDefinition['kind']>(work: AnyWork, step: StepOf<Kind>): Work<Kind> => ({ ...work, step })

async function expose(work: AnyWork, step: StepDefinition, session: WarehouseSession, view: Exposer): Promise<void> {
  const spilled = (): string => `read_parquet(${text(spillFile(work, step.id))}, file_row_number = true)`
  switch (step.kind) {
    case 'extract':
      return await exposeRaw(work, step, view)
    case 'stage-join':
      await intermediate(work, step, () => writeJoined(at<'stage-join'>(work, step)))
      return await view('run.joined', `SELECT * EXCLUDE (file_row_number), file_row_number AS joined_row FROM ${spilled()}`)
    case 'validate':
      await expose(work, stepNamed(work, step.of), session, view)
      await intermediate(work, step, () => writeRejected(at<'validate'>(work, step)))
      await view('run.rejected', `SELECT * EXCLUDE (file_row_number) FROM ${spilled()}`)
      return await view('run.accepted', 'SELECT * FROM run.joined ANTI JOIN run.rejected USING (joined_row)')
    case 'stage-table':
      return await view(`staged.${name(step.table)}`, `SELECT * FROM ${await session.relation(step.table, work.context.output<StagedOutput>(step.id).version)}`)
    case 'score':
      await intermediate(work, step, () => writeScores(at<'score'>(work, step)))
      return await view('run.scores', `SELECT * EXCLUDE (file_row_number) FROM ${spilled()}`)
    default:
      throw new PipelineInvalid(work.observed.definition.file, `step ${work.step.id} reads ${step.id}, which makes no rows`)
  }
}

async function intermediate(work: AnyWork, step: StepDefinition, make: () => Promise<unknown>): Promise<void> {
  if (await exists(spillFile(work, step.id))) return
  work.log('info', `The intermediate rows of ${step.id} are gone with the process that made them; making them again.`)
  await make()
}

async function exposeRaw(work: AnyWork, step: StepOf<'extract'>, view: Exposer): Promise<void> {
  const { tables } = work.context.output<ExtractOutput>(step.id)
  await Promise.all(
    Object.entries(step.tables).map(async ([table, spec]) => {
      const found = tables[table]
      if (!found) throw new PipelineInvalid(work.observed.definition.file, `${step.id} has not extracted ${table}`)
      const manifest = await readManifest(work.context.deps.objects, found.manifest, work.context.signal)
      const absent = spec.optional.filter((column) => !manifest.columns.includes(column))
      await view(`raw.${name(table)}`, await rawSelect(work, manifest, absent))
    }),
  )
}

/** All parts one after the other, in the order in which the source gave them. */
async function rawSelect(work: AnyWork, manifest: RawManifest, absent: readonly string[]): Promise<string> {
  const nulls = absent.map((column) => `, NULL::VARCHAR AS ${name(column)}`).join('')
  const parts: string[] = []
  let before = 0
  for (const part of manifest.parts) {
    const path = await work.context.deps.objects.localPath(part.key, part.versionId)
    parts.push(`SELECT * EXCLUDE (file_row_number), file_row_number + ${before} AS source_row${nulls} FROM read_parquet(${text(path)}, file_row_number = true)`)
    before += part.rows
  }
  return parts.join(' UNION ALL ')
}
