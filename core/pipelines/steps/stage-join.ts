import { stat } from 'node:fs/promises'
import { blueprintSql, withSession } from '#core/pipelines/relations.ts'
import { inputsOf } from '#core/pipelines/definition.ts'
import { exists, readersFinished, spillFile, writeSpill } from '#core/pipelines/spill.ts'
import { count, text } from '#core/pipelines/sql.ts'
import { estimatedRows, noPreview, proven, stepKind, type AnyWork, type Preview, type Work } from '#core/pipelines/step-kind.ts'
import type { Evidence } from '#core/operations/types.ts'
import type { ExtractOutput } from './extract.ts'

export type JoinOutput = { readonly rows: number; readonly bytes: number; readonly base: number }

/** Joins the raw tables into one row per thing that the pipeline is about, by a SQL file of the blueprint. */
export const stageJoin = stepKind<'stage-join', JoinOutput>({
  where: 'object store → warehouse engine',
  again: 'safe',
  effect: (step, observed) => {
    const rows = estimatedRows(observed, step.base)
    return { effect: `Joins the raw tables by ${step.sql} into an intermediate file. Publishes nothing.`, ...(rows > 0 ? { estimateRows: rows } : {}) }
  },

  async act(work) {
    const { context, step } = work
    const base = context.output<ExtractOutput>(step.of).tables[step.base]?.rows ?? 0
    context.progress({ rows: 0, totalRows: base })
    const rows = await writeJoined(work)
    const { size } = await stat(spillFile(work, step.id))
    context.progress({ rows, totalRows: rows, bytes: size })
    work.log('info', `${count(rows)} rows joined from ${count(base)} of ${step.base}`)
    return { rows, bytes: size, base }
  },

  async confirm(work, output) {
    const file = spillFile(work, work.step.id)
    if (!(await exists(file))) return [intermediateGone(work, output.rows)]
    return [proven('Rows of the join', 'intermediate file, footer', output.rows, await rowsOfFile(work, file))]
  },

  preview: (work, _output, limit) => previewSpill(work, limit),
})

/** Writes the intermediate file and returns its rows. */
export async function writeJoined(work: Work<'stage-join'>): Promise<number> {
  const { step, observed, context } = work
  const file = spillFile(work, step.id)
  return await withSession(work, [step.of], async (session) => {
    await writeSpill(file, async (draft) => {
      await blueprintSql(step.sql, () => session.run(`COPY (${observed.definition.sql[step.sql]!}) TO ${text(draft)} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 20480, DICTIONARY_SIZE_LIMIT 200)`, undefined, context.signal))
    })
    return await rowsOfFile(work, file)
  })
}

/** An intermediate file that is no longer there: harmless once somebody who reads it has finished. */
export function intermediateGone(work: AnyWork, rows: number): Evidence {
  const what = 'Intermediate rows'
  const readFrom = 'intermediate file'
  return readersFinished(work, inputsOf)
    ? { what, state: 'not-proven', readFrom, expected: rows, missing: 'The file ended with the process that made it; steps that read it have finished. It is made again when it is needed.' }
    : { what, state: 'disproven', readFrom, expected: rows, found: 'absent' }
}

/** Rows of an intermediate file by its footer. */
export async function rowsOfFile(work: AnyWork, file: string): Promise<number> {
  return await withSession(work, [], async (session) => {
    const [found] = await session.rows<{ rows: number }>(`SELECT num_rows AS rows FROM parquet_file_metadata(${text(file)})`)
    return found?.rows ?? 0
  })
}

export async function previewSpill(work: AnyWork, limit: number): Promise<Preview> {
  const file = spillFile(work, work.step.id)
  if (!(await exists(file))) return noPreview('Intermediate rows are kept only until the next run of this environment, and only by the process that made them.')
  return await withSession(work, [], async (session) => {
    const rows = await session.rows(`SELECT * FROM read_parquet(${text(file)}) LIMIT ${limit}`)
    return { columns: Object.keys(rows[0] ?? {}), rows: rows.map((row) => Object.values(row)), note: null }
  })
}
