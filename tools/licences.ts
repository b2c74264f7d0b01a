import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package that ships, and the number of its licence's text in `texts` (null: it brought none). */
export interface ShippedPackage {
  readonly name: string
  readonly version: string
  /** SPDX expression, as its author wrote it; null where the author wrote none. */
  readonly licence: string | null
  readonly text: number | null
}

export interface Licences {
  readonly packages: readonly ShippedPackage[]
  readonly texts: readonly string[]
}

interface Locked {
  readonly dev?: boolean
  /** Wanted by a development dependency, and by a shipped one at most as an option. */
  readonly devOptional?: boolean
  readonly version?: string
  readonly license?: string
}

const LICENCE_FILE = /^(licen[cs]e|copying)([.-].*)?$/i

/**
 * What the program brings along, read from the lock file and from the packages themselves: everything that is
 * installed and is no development dependency. Electron is one by name, but the desktop packages hold it.
 * @param root folder of package.json
 */
export function readLicences(root: string): Licences {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Readonly<Record<string, Locked>> }
  const texts = new Map<string, number>()
  const found = new Map<string, ShippedPackage>()
  for (const [path, { dev, devOptional, version, license }] of Object.entries(packages)) {
    if (path === '' || ((dev || devOptional) && path !== 'node_modules/electron')) continue
    const folder = join(root, path)
    const name = path.replace(/^.*node_modules\//, '')
    if (!existsSync(folder) || version === undefined) continue
    found.set(`${name}@${version}`, { name, version, licence: license ?? null, text: textOf(folder, texts) })
  }
  return { packages: [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)), texts: [...texts.keys()] }
}

function textOf(folder: string, texts: Map<string, number>): number | null {
  const file = readdirSync(folder).find((name) => LICENCE_FILE.test(name))
  if (file === undefined) return null
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()
  const known = texts.get(text)
  if (known !== undefined) return known
  texts.set(text, texts.size)
  return texts.size - 1
}

const MODULE = 'virtual:licences'

/** Vite plugin: `virtual:licences` is what was installed when the page was built. */
export const licences = (root: string) => ({
  name: 'licences',
  resolveId: (source: string): string | null => (source === MODULE ? `\0${MODULE}` : null),
  load: (id: string): string | null => (id === `\0${MODULE}` ? `export default JSON.parse(${JSON.stringify(JSON.stringify(readLicences(root)))})` : null),
})
