import { RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'

/** No blueprint of this workspace has a pipeline of that name. */
export class PipelineUnknown extends RegieError {
  constructor(pipeline: string, known: readonly string[]) {
    super({ code: 'PIPELINE_UNKNOWN', what: `There is no pipeline ${pipeline} here.`, untouched: 'Nothing was planned.', next: known.length > 0 ? `Known: ${known.join(', ')}.` : 'Add a blueprint to the workspace.', data: { pipeline, known } })
  }
}

/** A pipeline's file is well-formed YAML, but what it says doesn't fit together, or a SQL file that it names is absent. */
export class PipelineInvalid extends RegieError {
  constructor(file: string, problem: string) {
    super({ code: 'PIPELINE_INVALID', what: `${file}: ${problem}.`, untouched: 'Nothing was planned.', next: 'Correct the file, then plan again.', data: { file, problem } })
  }
}

/**
 * The predicate of an edited rule can't be asked. `place`: 0-based character where it stops making sense; null when
 * the engine names none.
 */
export class RuleInvalid extends RegieError {
  constructor(rule: number, reason: string, problem: string, place: number | null) {
    super({
      code: 'RULE_INVALID',
      what: `The expression of ${reason} can't be asked: ${problem}.`,
      untouched: 'No rule and no run was changed.',
      next: 'Correct the expression: one predicate over the columns of the joined row.',
      data: { rule, reason, place },
    })
  }
}

/** The pipeline has no such rule or gate any more: its file was edited meanwhile. */
export class RuleUnknown extends RegieError {
  constructor(what: string) {
    super({ code: 'RULE_UNKNOWN', what: `The pipeline's file has no ${what}.`, untouched: 'No rule and no run was changed.', next: 'Load the page again: the file was edited meanwhile.' })
  }
}

/** The source lacks a table. Causes: not provisioned yet, another schema, a file missing in the folder. */
export class SourceTableMissing extends RegieError {
  constructor(table: string) {
    super({ code: 'SOURCE_TABLE_MISSING', what: `The source has no table ${table}.`, untouched: 'Nothing was read.', next: 'Load the source (in a sandbox: provision it), or correct the mapping.', retry: 'later', data: { table } })
  }
}

/** The source's table lacks columns that the pipeline reads. */
export class SourceColumnMissing extends RegieError {
  constructor(table: string, columns: readonly string[]) {
    super({ code: 'SOURCE_COLUMN_MISSING', what: `The source's table ${table} has no column ${columns.join(', ')}.`, untouched: 'Nothing was read.', next: 'Compare the schema with the pipeline, or list the column as optional.', data: { table, columns } })
  }
}

/** A row of the source isn't what COPY writes: cut short, or a field where none belongs. Row numbers count from 1. */
export class SourceRowBroken extends RegieError {
  constructor(table: string, row: number, problem: string) {
    super({ code: 'SOURCE_ROW_BROKEN', what: `Row ${row} of the source's table ${table} can't be read: ${problem}.`, untouched: 'Nothing was published.', next: 'Look at that row in the source, then run again.', data: { table, row } })
  }
}

/** The engine that turns rows into files refused some. Its own message may quote a row and is not kept. */
export class RawFileRefused extends RegieError {
  constructor(table: string, cause: 'parse' | 'rows', expected?: number, found?: number) {
    super({
      code: 'RAW_FILE_REFUSED',
      what: cause === 'parse' ? `The rows of ${table} could not be parsed as CSV.` : `${table}: ${expected} rows were read, but the file holds ${found}.`,
      untouched: 'Nothing was published.',
      next: 'Look for a row with stray quotes in that table, then run again.',
      data: { table, expected, found },
    })
  }
}

/** What the raw store holds isn't what its manifest says. */
export class RawObjectChanged extends RegieError {
  constructor(key: string, expected: Json, found: Json) {
    super({ code: 'RAW_OBJECT_CHANGED', what: `${key} in the raw store is not what was written.`, untouched: 'Nothing was published.', next: 'Run again from the extraction.', data: { key, expected, found } })
  }
}

/** A statement of the pipeline's SQL failed in the warehouse. Its own message may quote values and is kept out. */
export class SqlFailed extends RegieError {
  constructor(where: string, cause: unknown) {
    super({ code: 'SQL_FAILED', what: `The SQL of ${where} failed in the warehouse: ${firstWords(cause)}.`, untouched: 'Nothing was published.', next: 'Correct the SQL file of the blueprint, then resume.', data: { where } })
  }
}

/** A system that the pipeline needs doesn't answer. */
export class SystemDown extends RegieError {
  constructor(system: string, state: string) {
    super({ code: 'SYSTEM_DOWN', what: `The ${system} is ${state}.`, untouched: 'Nothing was read.', next: 'Start it, then try again.', retry: 'later', data: { system, state } })
  }
}

/** The pipeline says nothing about what dates its rows. */
export class WindowUnsupported extends RegieError {
  constructor(pipeline: string) {
    super({ code: 'WINDOW_UNSUPPORTED', what: `Pipeline ${pipeline} can't be run for a range of days: nothing in it dates its rows.`, untouched: 'Nothing was read.', next: 'Run it as a whole, or give its stage-table step a window.', data: { pipeline } })
  }
}

/** No row of the source lies in the range: a backfill would only take rows away. */
export class WindowEmpty extends RegieError {
  constructor(from: string, to: string, first: string | null, last: string | null) {
    super({ code: 'WINDOW_EMPTY', what: `The source has no rows from ${from} to ${to}.`, untouched: 'The published tables stay as they are.', next: first && last ? `Choose days between ${first} and ${last}.` : 'Load the source first.', data: { from, to, first, last } })
  }
}

/** A backfill needs published rows to keep. */
export class WindowWithoutBase extends RegieError {
  constructor(table: string) {
    super({ code: 'WINDOW_WITHOUT_BASE', what: `${table} is not published yet: there are no rows outside the range to keep.`, untouched: 'Nothing was read.', next: 'Run the whole pipeline once.', data: { table } })
  }
}

/** New rows can't be put beside published ones: they would name the same person otherwise, or come from elsewhere. */
export class WindowMismatch extends RegieError {
  constructor(reason: 'keys' | 'source' | 'columns' | 'base', table: string) {
    const what = {
      keys: `The published rows of ${table} have pseudonyms of another key than the current one: the same person would have two names in it.`,
      source: `The published rows of ${table} came from another source than the one of this backfill.`,
      columns: `The published rows of ${table} have other columns than the new ones.`,
      base: `Another version of ${table} was published since the rows were staged: publishing them would bring older rows back outside the range.`,
    }[reason]
    super({ code: 'WINDOW_MISMATCH', what, untouched: 'The published tables stay as they are.', next: reason === 'base' ? 'Plan the backfill again.' : 'Run the whole pipeline once, then backfill.', data: { reason, table } })
  }
}

/** A previous version that was to be swapped back is no longer kept. */
export class VersionNotKept extends RegieError {
  constructor(table: string, version: number, state: string) {
    super({ code: 'VERSION_NOT_KEPT', what: `Version ${version} of ${table} is ${state}: it can't be made current again.`, untouched: 'The published tables stay as they are.', next: 'Choose a version that is kept.', data: { table, version, state } })
  }
}

/** A run over a folder needs an environment that can open folders. */
export class FolderUnsupported extends RegieError {
  constructor(environment: string) {
    super({ code: 'FOLDER_UNSUPPORTED', what: `Environment ${environment} can't read a folder as its source.`, untouched: 'Nothing was planned.' })
  }
}

/**
 * The engine's words where they can only speak of names (parser, binder, catalogue); only the kind of error where they
 * may quote a value.
 */
function firstWords(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : ''
  const harmless = /(?:Parser|Binder|Catalog) Error: [^\n]*/.exec(message)?.[0]
  return (harmless ?? /[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:Error|Exception)(?=:)/.exec(message)?.[0] ?? 'error').replace(/\.$/, '')
}
