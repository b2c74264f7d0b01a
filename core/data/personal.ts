/** Whether a column of a source table names a person, by the rules that the blueprints declare. */
export type PersonalColumns = (table: string, column: string) => boolean

/** The rules of a pipeline's file: table → its personal columns, '*' = all of them. */
export type PersonalRules = Readonly<Record<string, '*' | readonly string[]>>

/** One answer from the rules of all pipelines: personal for one is personal for all. */
export function personalColumns(rules: readonly PersonalRules[]): PersonalColumns {
  return (table, column) =>
    rules.some((rule) => {
      const named = Object.hasOwn(rule, table) ? rule[table] : undefined
      return named === '*' || (named?.includes(column) ?? false)
    })
}
