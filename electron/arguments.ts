import { isAbsolute, resolve } from 'node:path'
import { LINK_SCHEME } from './links.ts'

export interface Arguments {
  /** Folder with regie.yaml; null = the home's own. */
  readonly workspace: string | null
  /** Environment to bring to life at the start; null = none. */
  readonly firstStart: string | null
  /** regie://… that the system wants shown. */
  readonly link: string | null
  /** Files to score or look at, absolute. */
  readonly files: readonly string[]
}

/** What the console can take: a table or a dump. */
export const OPENABLE = ['csv', 'parquet', 'dump', 'sql'] as const
const FILE = new RegExp(`\\.(?:${OPENABLE.join('|')})$`, 'i')

const valueOf = (args: readonly string[], name: string): string | null => {
  const found = args.find((arg) => arg.startsWith(`--${name}=`))
  return found === undefined ? null : found.slice(name.length + 3)
}

/** Reads what belongs to Régie out of a command line whose order Chromium may have changed, with its own switches in between. */
export function readArguments(argv: readonly string[], cwd: string): Arguments {
  const workspace = valueOf(argv, 'workspace')
  return {
    workspace: workspace && resolve(cwd, workspace),
    firstStart: valueOf(argv, 'first-start'),
    link: argv.find((arg) => arg.startsWith(`${LINK_SCHEME}://`)) ?? null,
    files: argv.slice(1).filter((arg) => !arg.startsWith('-') && FILE.test(arg)).map((arg) => (isAbsolute(arg) ? arg : resolve(cwd, arg))),
  }
}

/** Whether the console takes a file of that name. */
export const isOpenable = (name: string): boolean => FILE.test(name)
