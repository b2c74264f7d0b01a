import { PipelineUnknown } from './errors.ts'
import { readPipeline, type PipelineDefinition } from './definition.ts'

/** Where blueprints are read from: a file of the workspace before the one that ships with the program. */
export interface BlueprintFiles {
  /** Names of the workspace's blueprints, e.g. "reviews". */
  readonly blueprints: readonly string[]
  /** Text of a file by its path below the blueprints' folder (`/` between parts); null when absent. */
  readonly read: (path: string) => string | null
  /** Files directly in a folder below the blueprints' folder, by name; [] when absent. */
  readonly list: (folder: string) => readonly string[]
}

export interface PipelineCatalogue {
  /** In the order of the blueprints. Throws YamlInvalid, PipelineInvalid. */
  list(): readonly PipelineDefinition[]
  /** Read anew at every call: an edited file counts from the next plan on. Throws PipelineUnknown, YamlInvalid, PipelineInvalid. */
  get(id: string): PipelineDefinition
  /** As its author wrote it. */
  source(id: string): { readonly file: string; readonly yaml: string }
}

const PIPELINE_FILE = /^pipeline.*\.yaml$/

/** Pipelines are the files `pipeline*.yaml` of each blueprint. */
export function openPipelineCatalogue(files: BlueprintFiles): PipelineCatalogue {
  const known = new Map<string, { readonly texts: ReadonlyMap<string, string | null>; readonly definition: PipelineDefinition }>()
  /** Parsed again only when one of its files reads otherwise: a plan and its start ask for the same one. */
  const definitionOf = (file: string): PipelineDefinition => {
    const before = known.get(file)
    if (before && [...before.texts].every(([path, text]) => files.read(path) === text)) return before.definition
    const texts = new Map<string, string | null>()
    const read = (path: string): string | null => {
      const text = files.read(path)
      texts.set(path, text)
      return text
    }
    const definition = readPipeline(file, read(file) ?? '', read)
    known.set(file, { texts, definition })
    return definition
  }
  const list = (): PipelineDefinition[] =>
    files.blueprints.flatMap((blueprint) =>
      files
        .list(blueprint)
        .filter((name) => PIPELINE_FILE.test(name))
        .toSorted()
        .map((name) => definitionOf(`${blueprint}/${name}`)),
    )
  const get = (id: string): PipelineDefinition => {
    const all = list()
    const found = all.find((definition) => definition.id === id)
    if (!found) throw new PipelineUnknown(id, all.map((definition) => definition.id))
    return found
  }
  return {
    list,
    get,
    source(id) {
      const { file } = get(id)
      return { file, yaml: files.read(file) ?? '' }
    },
  }
}
