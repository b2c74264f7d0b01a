import type { WarehouseSession } from '#core/connectors/types.ts'
import { PipelineInvalid, SqlFailed } from './errors.ts'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import { readManifest, runTimestamp, type ManifestRef, type RawManifest } from './raw-store.ts'
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

/** Opens a session in which the outputs of `reads` are views. Intermediate files that are gone are made again first. */
export async function withSession<T>(work: AnyWork, reads: readonly string[], use: (session: WarehouseSession) => Promise<T>): Promise<T> {
  const { context, observed } = work
  const session = await context.deps.warehouse.open({ signal: context.signal })
  try {
    await session.run('CREATE SCHEMA raw; CREATE SCHEMA run; CREATE SCHEMA staged')
    await session.run(
      `CREATE VIEW run.this AS SELECT ${text(context.runId)} AS run_id, TIMESTAMP ${text(runTimestamp(context.runId))} AS run_at, ${text(observed.definition.version)} AS pipeline_version`,
    )
    for (const id of reads) await expose(work, stepNamed(work, id), session)
    return await use(session)
  } finally {
    await session.close()
  }
}

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

async function expose(work: AnyWork, step: StepDefinition, session: WarehouseSession): Promise<void> {
  switch (step.kind) {
    case 'extract':
      return await exposeRaw(work, step, session)
    case 'stage-join':
      await intermediate(work, step, () => writeJoined(at<'stage-join'>(work, step)))
      return await session.run(`CREATE VIEW run.joined AS SELECT * EXCLUDE (file_row_number), file_row_number AS joined_row FROM read_parquet(${text(spillFile(work, step.id))}, file_row_number = true)`)
    case 'validate': {
      await expose(work, stepNamed(work, step.of), session)
      await intermediate(work, step, () => writeRejected(at<'validate'>(work, step)))
      await session.run(`CREATE VIEW run.rejected AS SELECT * FROM read_parquet(${text(spillFile(work, step.id))})`)
      return await session.run('CREATE VIEW run.accepted AS SELECT * FROM run.joined ANTI JOIN run.rejected USING (joined_row)')
    }
    case 'stage-table': {
      const { version } = work.context.output<StagedOutput>(step.id)
      const relation = await session.relation(step.table, version)
      return await session.run(`CREATE VIEW staged.${name(step.table)} AS SELECT * FROM ${relation}`)
    }
    case 'score':
      await intermediate(work, step, () => writeScores(at<'score'>(work, step)))
      return await session.run(`CREATE VIEW run.scores AS SELECT * FROM read_parquet(${text(spillFile(work, step.id))})`)
    default:
      throw new PipelineInvalid(work.observed.definition.file, `step ${work.step.id} reads ${step.id}, which makes no rows`)
  }
}

async function intermediate(work: AnyWork, step: StepDefinition, make: () => Promise<unknown>): Promise<void> {
  if (await exists(spillFile(work, step.id))) return
  work.log('info', `The intermediate rows of ${step.id} are gone with the process that made them; making them again.`)
  await make()
}

async function exposeRaw(work: AnyWork, step: StepOf<'extract'>, session: WarehouseSession): Promise<void> {
  const { tables } = work.context.output<ExtractOutput>(step.id)
  for (const [table, spec] of Object.entries(step.tables)) {
    const found = tables[table]
    if (!found) throw new PipelineInvalid(work.observed.definition.file, `${step.id} has not extracted ${table}`)
    const manifest = await readManifest(work.context.deps.objects, found.manifest as ManifestRef, work.context.signal)
    const absent = spec.optional.filter((column) => !manifest.columns.includes(column))
    await session.run(`CREATE VIEW raw.${name(table)} AS ${await rawSelect(work, manifest, absent)}`)
  }
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
