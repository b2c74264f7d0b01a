import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { shipped } from '#core/base/package-root.ts'
import { readYaml } from '#core/base/yaml-file.ts'
import { BlueprintFileNotFound, EnvironmentNotFound, WorkspaceExists, WorkspaceNotFound } from './errors.ts'
import { EnvironmentFile } from './environment-file.ts'

const Name = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower-case letters, digits and dashes, starting with a letter')

const WorkspaceFile = z.strictObject({
  version: z.literal(1),
  /** Names this workspace's folder below REGIE_HOME; never changes. */
  id: Name,
  name: z.string().min(1).max(80),
  blueprints: z.array(Name).min(1),
  sandbox: z.strictObject({ seed: z.number().int().min(0).max(4_294_967_295) }),
})

/** A folder that a team keeps in git: no secret and no state in it. */
export interface Workspace {
  readonly folder: string
  readonly id: string
  readonly name: string
  readonly blueprints: readonly string[]
  readonly sandboxSeed: number
  /** Names of environments/*.yaml. */
  readonly environments: readonly string[]
  environment(name: string): EnvironmentFile
  /** Path of a blueprint's file: the workspace's own copy (blueprints/…) before the program's. Throws BlueprintFileNotFound. */
  blueprintFile(path: string): string
  readBlueprint(path: string): string
  /** Names of the files directly in a blueprint's folder, the workspace's and the program's, sorted; [] when absent. */
  blueprintFiles(folder: string): readonly string[]
}

/** Throws WorkspaceNotFound, YamlInvalid (with lines). Environments are read when asked for. */
export function loadWorkspace(folder: string): Workspace {
  const root = resolve(folder)
  const file = join(root, 'regie.yaml')
  if (!existsSync(file)) throw new WorkspaceNotFound(root)
  const { id, name, blueprints, sandbox } = readYaml(readFileSync(file, 'utf8'), WorkspaceFile, file)
  const environments = existsSync(join(root, 'environments'))
    ? readdirSync(join(root, 'environments'))
        .filter((entry) => entry.endsWith('.yaml'))
        .map((entry) => entry.slice(0, -'.yaml'.length))
        .toSorted()
    : []
  const blueprintFile = (path: string): string => {
    const found = [join(root, 'blueprints', path), shipped('core', 'blueprints', path)].find((candidate) => existsSync(candidate))
    if (!found) throw new BlueprintFileNotFound(path)
    return found
  }
  return {
    folder: root,
    id,
    name,
    blueprints,
    sandboxSeed: sandbox.seed,
    environments,
    environment(wanted) {
      if (!environments.includes(wanted)) throw new EnvironmentNotFound(wanted, environments)
      const path = join(root, 'environments', `${wanted}.yaml`)
      return readYaml(readFileSync(path, 'utf8'), EnvironmentFile, path)
    },
    blueprintFile,
    readBlueprint: (path) => readFileSync(blueprintFile(path), 'utf8'),
    blueprintFiles(below) {
      const places = [join(root, 'blueprints', below), shipped('core', 'blueprints', below)].filter((place) => existsSync(place))
      return [...new Set(places.flatMap((place) => readdirSync(place)))].toSorted()
    },
  }
}

/** Seed of workspaces that name none. */
export const DEFAULT_SEED = 20_250_727

/**
 * Makes a workspace with the given blueprints and a sandbox environment, or loads the one that is there.
 * Never writes over a file. Throws WorkspaceExists when the one there has another seed.
 */
export function initWorkspace(folder: string, options: { seed?: number; name?: string; blueprints: readonly string[]; scale?: number; markers?: boolean }): { workspace: Workspace; created: boolean } {
  const root = resolve(folder)
  const name = options.name ?? (root.split(/[\\/]/).at(-1) || 'workspace')
  if (existsSync(join(root, 'regie.yaml'))) {
    const workspace = loadWorkspace(root)
    if (options.seed !== undefined && options.seed !== workspace.sandboxSeed) throw new WorkspaceExists(root)
    return { workspace, created: false }
  }
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 12) || 'workspace'
  const id = `${slug}-${randomBytes(2).toString('hex')}`
  mkdirSync(join(root, 'environments'), { recursive: true })
  writeFileSync(
    join(root, 'environments', 'sandbox.yaml'),
    `# A place to practise: embedded systems, generated data. Nothing measured here is production evidence.
class: sandbox
title: Sandbox
source:
  engine: generated
  blueprint: ${options.blueprints[0] ?? ''}
  scale: ${options.scale ?? 1}
${options.markers ? '  markers: true # a recognisable marker in every personal column\n' : ''}objects: { engine: directory }
warehouse: { engine: parquet, memoryLimitMb: 1024 }
documents: { engine: sqlite }
`,
    { flag: 'wx' },
  )
  // Last: a folder with a regie.yaml is a whole workspace.
  writeFileSync(
    join(root, 'regie.yaml'),
    `# A Régie workspace. Keep it in git; it holds no secret and no state.
version: 1
id: ${id}
name: ${JSON.stringify(name)}
blueprints: [${options.blueprints.join(', ')}]
sandbox:
  seed: ${options.seed ?? DEFAULT_SEED} # same seed, same rows
`,
    { flag: 'wx' },
  )
  return { workspace: loadWorkspace(root), created: true }
}
