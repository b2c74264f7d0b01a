import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { Json } from '#core/base/json.ts'
import type { Warehouse, WarehouseSession } from '#core/connectors/types.ts'
import { operation, type Evidence, type Step, type StepContext } from '#core/operations/types.ts'
import type { TextScorer } from '#core/scoring/types.ts'
import { ScoreColumnMissing, ScoreFileChanged, ScoreOutputExists, ScoresMisplaced } from './errors.ts'
import { brokenBy, checkRows, identifier, inputsSql, inspectFile, isSame, literal, openOrdered, relationOf, type InputFile } from './input-file.ts'
import { asBatch, finishedParts, PART_ROWS, partsFolder, SCORE_COLUMNS, writePart } from './parts.ts'

export const SCORE_FILE = 'scoring.file'

const Input = z.strictObject({
  environment: z.string(),
  /** Absolute paths. */
  file: z.string().min(1),
  out: z.string().regex(/\.(csv|parquet)$/i, 'must end in .csv or .parquet'),
  columns: z.strictObject({ text: z.string().min(1), rating: z.string().nullable(), hasImage: z.string().nullable(), hasOrders: z.string().nullable() }),
  replace: z.boolean(),
})
export type ScoreFileInput = z.infer<typeof Input>

export interface ScoreFileDeps {
  readonly warehouse: Warehouse
  readonly scorer: TextScorer
}
type Observed = { readonly input: InputFile; readonly outputThere: boolean; readonly models: readonly { readonly name: string; readonly version: string; readonly sha256: string }[] }
type Context = StepContext<ScoreFileInput, ScoreFileDeps>
type Checked = { readonly rows: number }
type Scored = { readonly rows: number; readonly relevant: number }
type Written = { readonly file: string; readonly rows: number; readonly bytes: number; readonly sha256: string }

const observedOf = ({ plan }: Context): Observed => plan.observed as unknown as Observed
const PLANNED = [
  { id: 'check', title: 'Check the file', where: 'file', needs: [], effect: 'Reads every row once: encoding, length, number of fields. Writes nothing.' },
  { id: 'score', title: 'Score the rows', where: 'file → models', needs: ['check'], effect: 'Scores the text of every row and keeps finished parts beside the output. No network.' },
  { id: 'write', title: 'Write the file', where: 'file', needs: ['score'], effect: 'Puts the scores beside the rows in a new file that appears whole or not at all.' },
  { id: 'tidy', title: 'Remove the parts', where: 'file', needs: ['write'], effect: 'Removes the parts that the scores were kept in.' },
] as const

/**
 * Scores the rows of a CSV or Parquet file into a new file. The input is only read; what a killed process had scored is
 * kept and not scored again. Way back: delete the output.
 */
export const scoreFile = operation<ScoreFileInput, Json, ScoreFileDeps>({
  id: SCORE_FILE,
  version: 1,
  capability: 'scoring.file',
  input: Input,
  environment: ({ environment }) => environment,
  locks: ({ environment, out }) => [`${environment}/file/${createHash('sha256').update(resolve(out)).digest('hex').slice(0, 16)}`],

  observe: async ({ file, out }, { warehouse, scorer }, signal) =>
    ({ input: await inspectFile(warehouse, file, signal), outputThere: await access(out).then(() => true, () => false), models: (await scorer.describe()).map(({ name, version, sha256 }) => ({ name, version, sha256 })) }),

  plan({ file, out, columns, replace }, seen) {
    const { input, outputThere } = seen as unknown as Observed
    const lost = Object.values(columns).find((column) => column !== null && !input.columns.includes(column))
    const taken = resolve(file) === resolve(out) || (outputThere && !replace)
    return {
      title: `Score ${basename(file)}`,
      steps: PLANNED.map((step) => ({ ...step, needs: [...step.needs] })),
      wayBack: `The input is only read. To go back, delete ${basename(out)}.`,
      warnings: [
        ...(columns.rating === null ? ['No column names the rating: no row can be an extreme rating.'] : []),
        ...(outputThere && replace ? [`${basename(out)} is there and will be replaced.`] : []),
      ],
      refuse: lost !== undefined && lost !== null ? new ScoreColumnMissing(basename(file), lost, input.columns) : taken ? new ScoreOutputExists(out) : null,
    }
  },

  guards: [],

  steps: (): Step<ScoreFileInput, ScoreFileDeps>[] => [
    { ...PLANNED[0], needs: [], again: 'safe', act: check, confirm: confirmCheck },
    { ...PLANNED[1], needs: ['check'], again: 'safe', act: score, confirm: confirmScores },
    { ...PLANNED[2], needs: ['score'], again: 'safe', act: write, confirm: confirmFile },
    { ...PLANNED[3], needs: ['write'], again: 'safe', act: tidy, confirm: async () => [] },
  ],

  prove(outputs, plan) {
    const scored = outputs.get('score') as Scored | undefined
    const written = outputs.get('write') as Written | undefined
    return {
      file: written?.file ?? null,
      rows: written?.rows ?? null,
      relevant: scored?.relevant ?? null,
      irrelevant: scored ? scored.rows - scored.relevant : null,
      bytes: written?.bytes ?? null,
      sha256: written?.sha256 ?? null,
      models: (plan.observed as unknown as Observed).models,
    }
  },

  undo: () => null,
})

async function check(context: Context): Promise<Checked> {
  const { input } = observedOf(context)
  if (!(await isSame(input))) throw new ScoreFileChanged(basename(input.file))
  const session = await openOrdered(context.deps.warehouse, context.signal)
  try {
    const rows = await checkRows(session, input, context.input.columns, context.signal)
    context.progress({ rows, totalRows: rows, bytes: input.bytes })
    context.log('info', `${rows} rows can be read`)
    return { rows }
  } finally {
    await session.close()
  }
}

async function confirmCheck(context: Context): Promise<readonly Evidence[]> {
  const { input } = observedOf(context)
  const same = await isSame(input)
  return [{ what: 'The file is the one that was planned', state: same ? 'proven' : 'disproven', readFrom: 'file system', expected: input.bytes, found: same ? input.bytes : 'changed' }]
}

async function score(context: Context): Promise<Scored> {
  const { deps, signal, input: { out, columns }, runId } = context
  const { input } = observedOf(context)
  const totalRows = context.output<Checked>('check').rows
  const folder = partsFolder(out, runId)
  let done = (await finishedParts(folder)).reduce((sum, part) => sum + part.rows, 0)
  if (done > 0) context.log('info', `${done} rows were scored before the interruption and are kept`)
  const session = await openOrdered(deps.warehouse, signal)
  try {
    context.progress({ rows: done, totalRows })
    let batch: Record<string, Json>[] = []
    const send = async (): Promise<void> => {
      const inputs = asBatch(batch)
      batch = []
      await writePart(folder, done, inputs, await deps.scorer.score(inputs, signal))
      done += inputs.texts.length
      context.progress({ rows: done, totalRows })
      await context.probe('part')
    }
    for await (const rows of session.chunks(`SELECT ${inputsSql(columns)} FROM ${relationOf(input)} OFFSET ${done}`, signal)) {
      for (const row of rows) {
        batch.push(row)
        if (batch.length === PART_ROWS) await send()
      }
    }
    if (batch.length > 0) await send()
  } catch (thrown) {
    throw brokenBy(thrown, basename(input.file))
  } finally {
    await session.close()
  }
  if (!(await isSame(input))) throw new ScoreFileChanged(basename(input.file))
  const relevant = await countRelevant(context)
  context.log('info', `${done} rows scored, ${relevant} relevant`)
  return { rows: done, relevant }
}

const scoresSql = (paths: readonly string[]): string =>
  `read_csv([${paths.map(literal).join(', ')}], auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', new_line = '\\n', columns = {${Object.entries(SCORE_COLUMNS).map(([column, type]) => `${literal(column)}: ${literal(type)}`).join(', ')}})`

async function countRelevant({ deps, input, runId, signal }: Context): Promise<number> {
  const parts = await finishedParts(partsFolder(input.out, runId))
  if (parts.length === 0) return 0
  const session = await openOrdered(deps.warehouse, signal)
  try {
    const [found] = await session.rows<{ n: number }>(`SELECT count(*) FILTER (WHERE relevant_status = 'RELEVANT') AS n FROM ${scoresSql(parts.map(({ path }) => path))}`, undefined, signal)
    return found?.n ?? 0
  } finally {
    await session.close()
  }
}

async function confirmScores(context: Context): Promise<readonly Evidence[]> {
  const expected = context.output<Checked>('check').rows
  const found = (await finishedParts(partsFolder(context.input.out, context.runId))).reduce((sum, part) => sum + part.rows, 0)
  const base = { what: 'Scored rows', readFrom: 'parts beside the output', expected }
  if (found === 0 && wasWritten(context)) return [{ ...base, state: 'not-proven', missing: 'The parts were removed once the file was written; the file itself holds the proof.' }]
  return [{ ...base, state: found === expected ? 'proven' : 'disproven', found }]
}

function wasWritten(context: Context): boolean {
  try {
    context.output('write')
    return true
  } catch {
    return false
  }
}

/** Own columns first; a column of the same name as one of the scores keeps its name, the score gets `score_` before its own. */
async function write(context: Context): Promise<Written> {
  const { deps, signal, input: { out }, runId } = context
  const { input } = observedOf(context)
  const parts = await finishedParts(partsFolder(out, runId))
  const taken = new Set(input.columns.map((column) => column.toLowerCase()))
  const scores = Object.keys(SCORE_COLUMNS).map((column) => `scores.${column} AS ${identifier(taken.has(column) ? `score_${column}` : column)}`)
  const own = input.columns.map((column) => `rows.${identifier(column)}`)
  const draft = join(dirname(out), `.${basename(out, extname(out))}.${runId}${extname(out).toLowerCase()}`)
  const session = await openOrdered(deps.warehouse, signal)
  try {
    const rows = await session.exportTo(`SELECT ${[...own, ...scores].join(', ')} FROM (SELECT * FROM ${relationOf(input)}) AS rows POSITIONAL JOIN (SELECT * FROM ${scoresSql(parts.map(({ path }) => path))}) AS scores`, draft, signal)
    const { misplaced } = await readBack(session, context, draft)
    if (misplaced > 0) throw new ScoresMisplaced(misplaced)
    const { bytes, sha256 } = await digest(draft, signal)
    await rename(draft, out)
    const folder = await open(dirname(out))
    await folder.sync().catch(() => {})
    await folder.close()
    context.progress({ rows, totalRows: rows, bytes })
    context.log('info', `${rows} rows in ${basename(out)}`)
    return { file: out, rows, bytes, sha256 }
  } finally {
    await session.close()
    await rm(draft, { force: true })
  }
}

async function digest(file: string, signal: AbortSignal): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash, { signal })
  return { bytes: (await stat(file)).size, sha256: hash.digest('hex') }
}

/** Read back from the file: as many rows as the input, its bytes as they were written, and each score beside its own text. */
async function confirmFile(context: Context, output: Json): Promise<readonly Evidence[]> {
  const { deps, signal, input: { out } } = context
  const { sha256 } = output as unknown as Written
  const rows = context.output<Checked>('check').rows
  const found = await digest(out, signal).catch(() => null)
  if (!found) return [{ what: `${basename(out)} is there`, state: 'disproven', readFrom: 'file system', expected: sha256, found: 'absent' }]
  const session = await openOrdered(deps.warehouse, signal)
  try {
    const read = await readBack(session, context, out)
    return [
      { what: `Bytes of ${basename(out)}`, state: found.sha256 === sha256 ? 'proven' : 'disproven', readFrom: 'file', expected: sha256, found: found.sha256 },
      { what: `Rows of ${basename(out)}`, state: read.rows === rows ? 'proven' : 'disproven', readFrom: 'file', expected: rows, found: read.rows },
      { what: 'Scores that do not belong to the text beside them', state: read.misplaced === 0 ? 'proven' : 'disproven', readFrom: 'file', expected: 0, found: read.misplaced },
    ]
  } finally {
    await session.close()
  }
}

/** Rows of a written file, and those whose text has another length than the score beside it says. */
async function readBack(session: WarehouseSession, context: Context, file: string): Promise<{ rows: number; misplaced: number }> {
  const { input } = observedOf(context)
  const own = (column: string): string => (input.columns.some((one) => one.toLowerCase() === column) ? `score_${column}` : column)
  const from = /\.csv$/i.test(file) ? relationOf({ ...input, file, format: 'csv', delimiter: ',', columns: [...input.columns, ...Object.keys(SCORE_COLUMNS).map(own)] }) : `read_parquet(${literal(file)})`
  const [read] = await session.rows<{ n: number; odd: number }>(
    `SELECT count(*) AS n, count(*) FILTER (WHERE TRY_CAST(${identifier(own('text_length'))} AS BIGINT) IS DISTINCT FROM coalesce(length(CAST(${identifier(context.input.columns.text)} AS VARCHAR)), 0)) AS odd FROM ${from}`,
    undefined,
    context.signal,
  )
  return { rows: read?.n ?? 0, misplaced: read?.odd ?? 0 }
}

async function tidy(context: Context): Promise<Json> {
  await rm(partsFolder(context.input.out, context.runId), { recursive: true, force: true })
  return {}
}
