import { createHash } from 'node:crypto'
import { canonicalJson } from '#core/base/json.ts'
import { compileColumn, type ColumnContext } from './columns.ts'
import { CopyWriter } from './copy-writer.ts'
import { Draws } from './draws.ts'
import { GeneratorInvalid } from './errors.ts'
import { compileBanks } from './prose.ts'
import { Random } from './random.ts'
import type { GeneratorSpec, LanguageSpec } from './spec.ts'

export interface GeneratorOptions {
  readonly spec: GeneratorSpec
  /** Phrase banks by language name. */
  readonly languages: Readonly<Record<string, LanguageSpec>>
  readonly seed: number
  /** Multiplies rows and quotas; 1 unless told. */
  readonly scale?: number
  /** Plants MARKER in every personal column (for tests of what may never leave the source). */
  readonly markers?: boolean
}

export interface GeneratedTable {
  readonly name: string
  readonly rows: number
  readonly columns: readonly string[]
  /** Rows written so far by the iteration that runs. */
  readonly done: number
  /** COPY text in pieces of about 256 KiB, generated as they are asked for; each call starts over with the same bytes. */
  chunks(): Iterable<Buffer>
}

export interface TableGenerator {
  readonly tables: readonly string[]
  /** Those that a first pipeline run needs. */
  readonly first: readonly string[]
  /** SHA-256 over everything that decides the bytes. */
  readonly fingerprint: string
  rows(table: string): number
  table(name: string): GeneratedTable
}

/** Same options, same bytes, table by table, whatever the order of the calls. */
export function openGenerator(options: GeneratorOptions): TableGenerator {
  const { spec, languages, seed, scale = 1, markers = false } = options
  const draws = new Draws(spec, { seed, scale })
  const context: ColumnContext = { spec, draws, banks: compileBanks(spec, languages), seed, markers }
  for (const name of spec.first) if (!spec.tables[name]) throw new GeneratorInvalid(name, 'is listed under `first` and not described')
  return {
    tables: Object.keys(spec.tables),
    first: spec.first,
    fingerprint: createHash('sha256').update(canonicalJson({ spec, languages, seed, scale, markers })).digest('hex'),
    rows: (table) => draws.rows(table),
    table: (name) => generatedTable(name, context),
  }
}

function generatedTable(name: string, context: ColumnContext): GeneratedTable {
  const table = context.draws.table(name, name)
  const rows = context.draws.rows(name)
  const progress = { done: 0 }
  return {
    name,
    rows,
    columns: Object.keys(table.columns),
    get done() {
      return progress.done
    },
    *chunks() {
      progress.done = 0
      if (rows === 0) return
      const random = new Random(context.seed, name, 'rows')
      const writers = Object.entries(table.columns).map(([column, spec]) => compileColumn(name, column, spec, context))
      const [first, ...others] = writers
      if (!first) throw new GeneratorInvalid(name, 'has rows but no columns')
      const out = new CopyWriter()
      for (let row = 0; row < rows; row++) {
        first(out, row, random)
        for (let i = 0; i < others.length; i++) {
          out.byte(0x09)
          others[i]!(out, row, random)
        }
        out.byte(0x0a)
        if (out.full) {
          progress.done = row + 1
          yield out.take()
        }
      }
      progress.done = rows
      yield out.take()
    },
  }
}
