import type { GateResult } from '#core/operations/types.ts'
import { RawObjectChanged } from '#core/pipelines/errors.ts'
import { stepOf } from '#core/pipelines/definition.ts'
import { hashObject, readManifest } from '#core/pipelines/raw-store.ts'
import { withSession } from '#core/pipelines/relations.ts'
import { count, name } from '#core/pipelines/sql.ts'
import { proven, stepKind, type Work } from '#core/pipelines/step-kind.ts'
import type { ExtractOutput } from './extract.ts'

type Checked = { readonly objects: number; readonly rows: number; readonly bytes: number }

/** Reads every object of an extraction back, byte by byte, and asks whether tables and columns hold what they must. */
export const checkExtract = stepKind<'check-extract', Checked>({
  where: 'object store',
  again: 'safe',
  effect: () => ({ effect: 'Reads the raw objects back and compares hashes; stops on an empty table or a NULL where none may be. Changes nothing.' }),

  async act(work) {
    const { context, step } = work
    const { tables, rows, bytes } = context.output<ExtractOutput>(step.of)
    const objects = await verifyObjects(work)
    const specs = stepOf(work.observed.definition, 'extract', step.of).tables
    // files of real rows need not know about everything: there, only what the pipeline is about must hold rows
    const about = work.steps.flatMap((one) => (one.kind === 'stage-join' && one.of === step.of ? [one.base] : []))
    const mayBeEmpty = (table: string): boolean => specs[table]!.mayBeEmpty || (context.input.source !== undefined && !about.includes(table))
    const empty = Object.keys(specs).filter((table) => !mayBeEmpty(table) && tables[table]!.rows === 0)
    const nulls = await nullsWhereNoneMayBe(work)
    const gates: GateResult[] = [
      { gate: 'not-empty', title: 'Tables without rows', verdict: empty.length > 0 ? 'stop' : 'passed', value: empty.length, stopAt: 1, ...(empty.length > 0 ? { detail: `Empty: ${empty.join(', ')}.` } : {}) },
      { gate: 'required', title: 'NULLs where none may be', verdict: nulls.total > 0 ? 'stop' : 'passed', value: nulls.total, stopAt: 1, ...(nulls.total > 0 ? { detail: nulls.columns.join('; ') } : {}) },
    ]
    for (const gate of gates.toSorted((a, b) => (a.verdict === 'stop' ? 1 : 0) - (b.verdict === 'stop' ? 1 : 0))) context.gate(gate)
    work.log('info', `${objects} objects read back, ${count(bytes)} bytes, hashes equal`)
    return { objects, rows, bytes }
  },

  async confirm(work, output) {
    const { tables } = work.context.output<ExtractOutput>(work.step.of)
    const objects = Object.values(tables).reduce((sum, table) => sum + table.parts, 0)
    return [proven('Raw objects whose bytes have the hash of their manifest', 'object store', objects, output.objects)]
  },
})

/** Number of objects; throws RawObjectChanged for the first that isn't what its manifest says. */
async function verifyObjects({ context, step }: Work<'check-extract'>): Promise<number> {
  const { tables } = context.output<ExtractOutput>(step.of)
  const { objects } = context.deps
  let checked = 0
  let bytes = 0
  const verified = Object.values(tables).map(async ({ manifest: ref }) => {
    const manifest = await readManifest(objects, ref, context.signal)
    for (const part of manifest.parts) {
      const found = await hashObject(objects, part.key, part.versionId, context.signal)
      if (found?.sha256 !== part.sha256) throw new RawObjectChanged(part.key, part.sha256, found?.sha256 ?? 'absent')
      bytes += part.bytes
      context.progress({ rows: ++checked, bytes })
    }
  })
  await Promise.all(verified)
  return checked
}

async function nullsWhereNoneMayBe(work: Work<'check-extract'>): Promise<{ total: number; columns: string[] }> {
  const specs = stepOf(work.observed.definition, 'extract', work.step.of).tables
  const asked = Object.entries(specs).flatMap(([table, spec]) => spec.required.map((column) => ({ table, column })))
  if (asked.length === 0) return { total: 0, columns: [] }
  return await withSession(work, [work.step.of], async (session) => {
    const sql = asked.map(({ table, column }, i) => `SELECT ${i} AS asked, count(*) - count(${name(column)}) AS nulls FROM raw.${name(table)}`).join(' UNION ALL ')
    const rows = await session.rows<{ asked: number; nulls: number }>(sql, undefined, work.context.signal)
    const found = rows.filter(({ nulls }) => nulls > 0)
    return { total: found.reduce((sum, { nulls }) => sum + nulls, 0), columns: found.map(({ asked: i, nulls }) => `${asked[i]!.table}.${asked[i]!.column}: ${count(nulls)} NULLs`) }
  })
}
