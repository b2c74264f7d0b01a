import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readYaml } from '#core/base/yaml-file.ts'
import { FolderMapping } from '#core/connectors/embedded/folder-mapping.ts'
import { folderMatches, openFolderSource } from '#core/connectors/embedded/folder-source.ts'
import type { SourceDatabase } from '#core/connectors/types.ts'
import { FolderNotFound, FolderUnmapped } from './errors.ts'
import { storedPseudonymKeys, type PseudonymKeys } from './pseudonym-keys.ts'
import type { Workspace } from './workspace.ts'

export interface OpenFolderOptions {
  readonly home: string
  readonly workspace: Workspace
  readonly environment: string
  readonly folder: string
  readonly scratch: string
}

/**
 * Opens a folder of real files as a source, through the first mapping of the workspace's blueprints
 * (`<blueprint>/sources/*.yaml`) that knows one of its files. Its people are real, so their pseudonyms use the keys
 * stored below REGIE_HOME, never the sandbox's. Throws FolderNotFound, FolderUnmapped, and what reading throws.
 */
export async function openFolder({ home, workspace, environment, folder, scratch }: OpenFolderOptions): Promise<{ readonly source: SourceDatabase; readonly pseudonyms: PseudonymKeys }> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new FolderNotFound(folder)
  const tried: string[] = []
  for (const blueprint of workspace.blueprints) {
    for (const name of workspace.blueprintFiles(`${blueprint}/sources`).filter((file) => file.endsWith('.yaml'))) {
      const path = `${blueprint}/sources/${name}`
      const mapping = readYaml(workspace.readBlueprint(path), FolderMapping, workspace.blueprintFile(path))
      tried.push(path)
      if (!folderMatches(mapping, readdirSync(folder))) continue
      const source = await openFolderSource({ folder, mapping, scratch })
      return { source, pseudonyms: storedPseudonymKeys(join(home, 'keys', workspace.id, environment)) }
    }
  }
  throw new FolderUnmapped(folder, tried)
}

