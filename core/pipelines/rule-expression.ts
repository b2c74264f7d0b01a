import type { WarehouseSession } from '#core/connectors/types.ts'
import { RuleInvalid } from './errors.ts'
import { name, text } from './sql.ts'

/** What an expression may be made of. No subquery, no window, no lambda, no parameter, no star. */
const CLASSES: ReadonlySet<string> = new Set(['COMPARISON', 'CONJUNCTION', 'CONSTANT', 'COLUMN_REF', 'FUNCTION', 'OPERATOR', 'CAST', 'CASE', 'BETWEEN', 'COLLATE'])
/** Pure for the engine, but they speak of the engine, not of the row. */
const NOT_OF_THE_ROW = ['current_setting', 'getvariable', 'getenv', 'version', 'json_serialize_sql', 'json_deserialize_sql', 'json_serialize_plan']
/** Written as macros in the engine, and harmless. */
const HARMLESS_MACROS = ['nullif']
const BEFORE = 'SELECT (\n'
const WORDS: Readonly<Record<string, string>> = { SUBQUERY: 'a subquery', WINDOW: 'a window', LAMBDA: 'a lambda', PARAMETER: 'a parameter', STAR: 'a star' }

interface Node {
  readonly class?: string
  readonly query_location?: number
  readonly function_name?: string
  readonly column_names?: readonly string[]
}

interface Parsed {
  readonly error?: boolean
  readonly error_message?: string
  readonly position?: string
  readonly statements?: readonly { readonly node?: { readonly type?: string; readonly select_list?: readonly Node[]; readonly from_table?: { readonly type?: string }; readonly [clause: string]: unknown } }[]
}

/**
 * Reads a predicate over the joined row that a person wrote and gives it back as the engine writes it: one boolean
 * expression of plain functions over the row's own columns, so that nothing in it can end the statement around it,
 * open a file or ask for a setting. Throws RuleInvalid with the place.
 */
export async function readExpression(session: WarehouseSession, rule: { readonly index: number; readonly reason: string }, when: string, signal: AbortSignal): Promise<string> {
  const invalid = (problem: string, bytes?: number): RuleInvalid => new RuleInvalid(rule.index, rule.reason, problem, bytes === undefined ? null : placeOf(when, bytes))
  const statement = `${BEFORE}${when}\n)`
  const [found] = await session.rows<{ tree: string }>(`SELECT json_serialize_sql(${text(statement)}) AS tree`, undefined, signal)
  const parsed = JSON.parse(found?.tree ?? '{}') as Parsed
  if (parsed.error || !parsed.statements) throw invalid(parsed.error_message ?? 'it is no expression', parsed.position === undefined ? undefined : Number(parsed.position))
  const expression = onlyExpression(parsed)
  if (!expression) throw invalid('it must be one expression and nothing else', BEFORE.length)

  const columns = new Set((await columnsOf(session, signal)).map((column) => column.toLowerCase()))
  const functions = new Set((await session.rows<{ f: string }>(PURE, undefined, signal)).map(({ f }) => f))
  for (const node of nodesOf(expression)) {
    if (!CLASSES.has(node.class ?? '')) throw invalid(`${WORDS[node.class ?? ''] ?? 'this'} is not possible here: it may read the joined row only`, node.query_location)
    if (node.class === 'FUNCTION' && !functions.has((node.function_name ?? '').toLowerCase())) throw invalid(`${node.function_name} is no function that reads the row alone`, node.query_location)
    const path = node.column_names ?? []
    if (node.class === 'COLUMN_REF' && !(path.length === 1 || (path.length === 2 && path[0]?.toLowerCase() === 'joined'))) throw invalid(`${path.join('.')} is no column of the joined row`, node.query_location)
    if (node.class === 'COLUMN_REF' && !columns.has((path.at(-1) ?? '').toLowerCase())) throw invalid(`the joined row has no column ${path.at(-1) ?? ''}`, node.query_location)
  }

  const [written] = await session.rows<{ sql: string }>(`SELECT json_deserialize_sql(json_serialize_sql(${text(statement)})) AS sql`, undefined, signal)
  const own = (written?.sql ?? '').replace(/^SELECT /, '')
  const type = await typeOf(session, own, signal).catch((thrown: unknown) => {
    if (signal.aborted) throw thrown
    throw invalid(enginesWords(thrown), undefined)
  })
  if (type !== 'BOOLEAN') throw invalid(`it gives ${type}, not true or false`, BEFORE.length)
  return own
}

/** Names of the joined row's columns. */
export async function columnsOf(session: WarehouseSession, signal: AbortSignal): Promise<string[]> {
  const found = await session.rows<{ column_name: string }>(`SELECT column_name FROM (DESCRIBE SELECT * EXCLUDE (${name('joined_row')}) FROM run.joined)`, undefined, signal)
  return found.map((column) => column.column_name)
}

/** Functions that the engine ships and that give the same for the same row, whatever else is. */
const PURE = `SELECT lower(function_name) AS f FROM duckdb_functions() WHERE function_name NOT IN (${NOT_OF_THE_ROW.map(text).join(', ')})
  GROUP BY ALL HAVING bool_and(internal) AND (bool_and(function_type = 'scalar' AND stability IS NOT DISTINCT FROM 'CONSISTENT') OR f IN (${HARMLESS_MACROS.map(text).join(', ')}))`

/** The one expression of a bare SELECT; null when there is any other clause, statement or column. */
function onlyExpression({ statements = [] }: Parsed): Node | null {
  const [statement] = statements
  const node = statement?.node
  if (statements.length !== 1 || !node || node.type !== 'SELECT_NODE' || node.from_table?.type !== 'EMPTY' || node.select_list?.length !== 1) return null
  const empty = (value: unknown): boolean => value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  const clauses = ['modifiers', 'where_clause', 'group_expressions', 'group_sets', 'having', 'sample', 'qualify']
  return clauses.every((clause) => empty(node[clause])) ? (node.select_list[0] ?? null) : null
}

/** Every node of the tree that is an expression. */
function nodesOf(tree: unknown): Node[] {
  if (typeof tree !== 'object' || tree === null) return []
  const own = 'class' in tree ? [tree as Node] : []
  return [...own, ...Object.values(tree).flatMap(nodesOf)]
}

async function typeOf(session: WarehouseSession, expression: string, signal: AbortSignal): Promise<string> {
  const [column] = await session.rows<{ column_type: string }>(`DESCRIBE SELECT ${expression} AS found FROM run.joined AS joined`, undefined, signal)
  return column?.column_type ?? 'nothing'
}

/** The engine counts bytes from the start of the statement; people count characters of what they wrote. */
function placeOf(when: string, bytes: number): number {
  const at = Buffer.from(when, 'utf8').subarray(0, Math.max(0, bytes - BEFORE.length)).toString('utf8').length
  return Math.min(when.length, at)
}

/** Only where the engine speaks of names and types; elsewhere it may quote a value. */
function enginesWords(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : ''
  return /(?:Parser|Binder|Catalog) Error: ([^\n]*)/.exec(message)?.[1]?.replace(/[.!]$/, '') ?? 'its types do not fit'
}
