/** An identifier in the engine's SQL. */
export const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`
/** A text literal. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`
/** A list literal of texts. */
export const texts = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`
/** A number for people. */
export const count = (rows: number): string => rows.toLocaleString('en')
