import { LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { RegieError } from './errors.ts'

export interface YamlProblem {
  readonly line: number
  readonly column: number
  /** Where in the document, e.g. "systems.postgres.port"; '' for the whole. */
  readonly path: string
  readonly problem: string
}

/** A YAML file that can't be read as what it should be. The message lists `file:line:column path: problem`. */
export class YamlInvalid extends RegieError {
  readonly problems: readonly YamlProblem[]
  constructor(file: string, problems: readonly YamlProblem[]) {
    const lines = problems.map(({ line, column, path, problem }) => `${file}:${line}:${column}${path ? ` ${path}` : ''}: ${problem}`)
    super({ code: 'YAML_INVALID', what: `${lines.join('\n')}.`, untouched: 'Nothing was started.', next: 'Correct the file, then try again.', data: { file, problems } })
    this.problems = problems
  }
}

/**
 * Parses YAML 1.2 (core schema; duplicate keys are errors) and validates it.
 * @param file the name shown in errors
 * @throws YamlInvalid with every problem and its line
 */
export function readYaml<T>(text: string, schema: z.ZodType<T>, file: string): T {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  if (document.errors.length > 0) {
    throw new YamlInvalid(
      file,
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0])
        return { line, column: col, path: '', problem: error.message }
      }),
    )
  }
  const parsed = schema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  throw new YamlInvalid(
    file,
    parsed.error.issues.map((issue) => {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
      const { line, col } = lines.linePos(offsetOf(document, issue.path, unknown))
      return { line, column: col, path: issue.path.join('.'), problem: issue.message }
    }),
  )
}

/** Offset of the node at `path`, or of its nearest ancestor that exists; of the key itself for an unknown key. */
function offsetOf(document: Document, path: readonly PropertyKey[], key?: string): number {
  let offset = 0
  for (let depth = 0; depth <= path.length; depth++) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: readonly number[]; items?: readonly { key?: { value?: unknown; range?: readonly number[] } }[] } | undefined
    if (!node?.range) break
    offset = node.range[0] ?? offset
    const wanted = depth === path.length ? key : path[depth]
    const pair = node.items?.find((item) => item.key?.value === wanted)
    if (pair?.key?.range) offset = pair.key.range[0] ?? offset
  }
  return offset
}
