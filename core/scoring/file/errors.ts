import { RegieError } from '#core/base/errors.ts'

/** The file to be scored is not there, or may not be read. */
export class ScoreFileMissing extends RegieError {
  constructor(file: string) {
    super({ code: 'SCORE_FILE_MISSING', what: `${file} can't be read.`, untouched: 'Nothing was written.', next: 'Check the path and who may read it.', data: { file } })
  }
}

/** Neither CSV nor Parquet by its name and first bytes. */
export class ScoreFileUnknown extends RegieError {
  constructor(file: string) {
    super({ code: 'SCORE_FILE_UNKNOWN', what: `${file} is neither a .csv nor a .parquet file.`, untouched: 'Nothing was written.', next: 'Give a CSV file with a header, or a Parquet file.', data: { file } })
  }
}

/** No byte, no header or no row. */
export class ScoreFileEmpty extends RegieError {
  constructor(file: string, what: 'bytes' | 'rows') {
    super({ code: 'SCORE_FILE_EMPTY', what: `${file} holds no ${what === 'bytes' ? 'byte' : 'row below its header'}.`, untouched: 'Nothing was written.', next: 'Choose a file with rows.', data: { file, what } })
  }
}

/** More columns than a table of reviews can have: most likely the wrong delimiter or a file turned on its side. */
export class ScoreFileTooWide extends RegieError {
  constructor(file: string, most: number) {
    super({ code: 'SCORE_FILE_TOO_WIDE', what: `${file} has more than ${most} columns, or a header of more than 1 MB.`, untouched: 'Nothing was written.', next: 'Keep the columns that are scored and those that name the row.', data: { file, most } })
  }
}

/**
 * The rows can't be read. Causes: text that is no UTF-8, a row of more than 16 MB, a quote that never closes, too few or
 * too many fields, a Parquet file that was cut short. `data.first` names the first broken rows, the header being row 1.
 */
export class ScoreFileBroken extends RegieError {
  constructor(file: string, problem: string, first: readonly number[] = []) {
    super({ code: 'SCORE_FILE_BROKEN', what: `${file} can't be read: ${problem}.`, untouched: 'No score was written.', next: 'Mend the file, then plan again.', data: { file, problem, first } })
  }
}

/** A column that was named is not in the file. */
export class ScoreColumnMissing extends RegieError {
  constructor(file: string, column: string, known: readonly string[]) {
    super({ code: 'SCORE_COLUMN_MISSING', what: `${file} has no column ${column}.`, untouched: 'Nothing was written.', next: `It has: ${known.slice(0, 30).join(', ')}.`, data: { column } })
  }
}

/** The file that the scores would go to is there already, or is the input itself. */
export class ScoreOutputExists extends RegieError {
  constructor(file: string) {
    super({ code: 'SCORE_OUTPUT_EXISTS', what: `${file} is there already.`, untouched: 'It was left as it is.', next: 'Choose another name, or allow it to be replaced.', data: { file } })
  }
}

/** The scores in the new file are not those of the texts beside them: a fault of ours or of the engine. */
export class ScoresMisplaced extends RegieError {
  constructor(rows: number) {
    super({ code: 'SCORES_MISPLACED', what: `${rows} scores did not stand beside their own text in the new file.`, untouched: 'The new file was thrown away; nothing was written under its name.', next: 'Resume the run, and report it with the log.', data: { rows } })
  }
}

/** The file was changed after it was planned or while it was scored. */
export class ScoreFileChanged extends RegieError {
  constructor(file: string) {
    super({ code: 'SCORE_FILE_CHANGED', what: `${file} is not the file that was planned: its size or time differs.`, untouched: 'No score was written.', next: 'Plan again.', data: { file } })
  }
}
