import { RegieError } from '#core/base/errors.ts'

/** The environment holds nothing of that name. Causes: a typed address, a table dropped since it was listed. */
export class DataUnknown extends RegieError {
  constructor(system: string, name: string) {
    super({ code: 'DATA_UNKNOWN', what: `The ${system} holds nothing named ${name}.`, next: 'Choose from the list: it is read anew each time.', data: { system, name } })
  }
}

/** A filter, sort or profile names a column that is not there. */
export class ColumnUnknown extends RegieError {
  constructor(column: string, known: readonly string[]) {
    super({ code: 'COLUMN_UNKNOWN', what: `There is no column ${column} here.`, untouched: 'Nothing was read.', next: `There is: ${known.slice(0, 40).join(', ')}.`, data: { column } })
  }
}

/** The blueprint says that the column names a person: its values can't be filtered, sorted or counted. */
export class ColumnPersonal extends RegieError {
  constructor(column: string) {
    super({ code: 'COLUMN_PERSONAL', what: `Column ${column} names a person: its values are hidden, and can't be filtered or sorted by.`, untouched: 'No value of it was read.', next: 'Ask for rows where it is or is not NULL, or use another column.', data: { column } })
  }
}

/** A filter's value doesn't fit the column's kind, or the operator doesn't. */
export class FilterInvalid extends RegieError {
  constructor(column: string, problem: string) {
    super({ code: 'FILTER_INVALID', what: `The filter on ${column} can't be used: ${problem}.`, untouched: 'Nothing was read.', next: 'Correct the filter, then try again.', data: { column, problem } })
  }
}

/** The object's bytes are of no kind that can be shown as rows or text. */
export class NotReadable extends RegieError {
  constructor(name: string, problem: string) {
    super({ code: 'DATA_NOT_READABLE', what: `${name} can't be shown: ${problem}.`, untouched: 'The object was left as it is.', next: 'Objects that end in .parquet, .csv, .json or .txt can be shown.', data: { name } })
  }
}

/** The system took longer than a preview may take; the statement was cancelled there. */
export class DataTimeout extends RegieError {
  constructor(what: string, seconds: number) {
    super({ code: 'DATA_TIMEOUT', what: `${what} took longer than ${seconds} s and was cancelled in the system.`, untouched: 'Only reads were made.', next: 'Filter to fewer rows, or export and look at the file.', retry: 'later', data: { seconds } })
  }
}
