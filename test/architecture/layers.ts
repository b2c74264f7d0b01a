import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative } from 'node:path'

/** An import as it stands in a file; `typeOnly` imports vanish at build time. */
export interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

/**
 * Which rooms a room may import. A room not listed here is an error: new rooms are placed on purpose.
 * `types` may be imported as types only. Order is downwards: nothing imports what stands above it.
 */
const ROOMS: Readonly<Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>> = {
  'core/base': { values: [] },
  'core/store': { values: ['core/base'] },
  'core/audit': { values: ['core/base', 'core/store'] },
  'core/identity': { values: ['core/base', 'core/store', 'core/audit'] },
  'core/settings': { values: ['core/base', 'core/store'] },
  'core/generator': { values: ['core/base'] },
  'core/operations': { values: ['core/base', 'core/store', 'core/audit'] },
  'core/connectors': { values: ['core/base'] },
  'core/environments': { values: ['core/base', 'core/operations', 'core/connectors', 'core/generator'] },
  'core/pipelines': { values: ['core/base', 'core/operations', 'core/connectors'] },
  'core/evidence': { values: ['core/base', 'core/audit', 'core/operations', 'core/connectors'] },
  /** Dashboards and views of blueprints, read from what is published. */
  'core/dashboards': { values: ['core/base'], types: ['core/connectors'] },
  'core/scoring': { values: ['core/base', 'core/operations', 'core/connectors'] },
  'core/schedules': { values: ['core/base', 'core/store', 'core/audit', 'core/operations'] },
  'core/data': { values: ['core/base', 'core/connectors'] },
  /** Composition: ties the domains together; only doors and the API stand above it. */
  'core/*.ts': {
    values: ['core/base', 'core/store', 'core/audit', 'core/identity', 'core/settings', 'core/operations', 'core/connectors', 'core/generator', 'core/environments', 'core/pipelines', 'core/evidence', 'core/scoring', 'core/schedules', 'core/dashboards', 'core/data'],
    types: ['core/api'],
  },
  'core/api/contract': { values: ['core/base', 'core/settings', 'core/operations'], types: ['core/schedules'] },
  'core/api/wire': { values: ['core/base'] },
  'core/api/client': { values: ['core/api/wire'], types: ['core/api/contract', 'core/base'] },
  'core/api': {
    values: ['core/api/contract', 'core/api/wire', 'core/base', 'core/settings', 'core/store', 'core/audit', 'core/operations', 'core/connectors', 'core/environments', 'core/pipelines', 'core/evidence', 'core/scoring', 'core/schedules', 'core/dashboards', 'core/data', 'core/*.ts'],
  },
  'core/serve': { values: ['core/api', 'core/api/contract', 'core/api/wire', 'core/base', 'core/*.ts'], types: ['core/operations'] },
  'core/cli': {
    values: ['core/serve', 'core/api', 'core/api/contract', 'core/base', 'core/audit', 'core/environments', 'core/operations', 'core/*.ts'],
    types: ['core/evidence', 'core/pipelines', 'core/scoring', 'core/connectors'],
  },
  renderer: { values: ['core/api/client'], types: ['core/api/contract', 'core/operations', 'core/base'] },
  electron: { values: ['core/serve', 'core/base', 'core/cli'], types: ['core/api/contract', 'core/api/client'] },
}

/** Modules that whole parts of the tree must never load, with the reason. */
const BANNED: readonly { readonly under: string; readonly module: RegExp; readonly why: string }[] = [
  { under: 'core/', module: /^(electron|react|react-dom)(\/|$)/, why: 'the core runs whole in a plain Node process' },
  { under: 'core/api/client', module: /^node:/, why: 'the client runs in a page' },
  { under: 'core/api/contract', module: /^node:/, why: 'the page imports its types' },
  { under: 'renderer/', module: /^(node:|better-sqlite3|pg|electron)/, why: 'a page has no file system and no driver' },
]

const SOURCE = /\.tsx?$/
const IMPORT = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

/** Room of a path below the root: the longest listed prefix, or the file pattern for core's own files. */
export function roomOf(path: string): string | undefined {
  if (/^core\/[^/]+\.ts$/.test(path)) return 'core/*.ts'
  return Object.keys(ROOMS)
    .filter((room) => path === room || path.startsWith(room + '/'))
    .toSorted((a, b) => b.length - a.length)[0]
}

/** All imports of one source text. `import { type A }` counts as type-only when every name is. */
export function importsOf(from: string, text: string): Import[] {
  const found: Import[] = []
  for (const match of text.matchAll(IMPORT)) {
    const [, , typeKeyword, names, specifier, dynamic] = match
    const braces = names?.match(/^\{([\s\S]*)\}$/)?.[1]
    const typeOnly =
      Boolean(typeKeyword) ||
      (braces !== undefined && braces.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')))
    found.push({ from, to: specifier ?? dynamic ?? '', typeOnly })
  }
  return found
}

/** Sentences, one per broken rule. */
export function violations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to, typeOnly }) => {
    const banned = BANNED.find((ban) => from.startsWith(ban.under) && ban.module.test(to) && !typeOnly)
    if (banned) return [`${from} imports ${to}: ${banned.why}`]
    const target = to.startsWith('#core/') || to.startsWith('#renderer/') ? to.slice(1) : to.startsWith('.') ? posix.join(posix.dirname(from), to) : null
    if (target === null) return []
    const home = roomOf(from)
    const room = roomOf(target)
    if (!home || !room) return [`${from} imports ${to}: ${home ? target : from} stands in no known room`]
    if (home === room || (home.startsWith(room + '/') && typeOnly)) return []
    const rule = ROOMS[home]
    if (rule?.values.includes(room) || (typeOnly && rule?.types?.includes(room))) return []
    return [`${from} imports ${to}: ${home} may not import ${room}${typeOnly ? '' : ' as values'}`]
  })
}

/** Every import below core, electron and renderer. */
export function readImports(root: string): Import[] {
  return ['core', 'electron', 'renderer'].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
      .flatMap((entry) => {
        const file = join(entry.parentPath, entry.name)
        return importsOf(relative(root, file).split('\\').join('/'), readFileSync(file, 'utf8'))
      }),
  )
}

