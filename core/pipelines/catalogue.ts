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
  const list = (): PipelineDefinition[] =>
    files.blueprints.flatMap((blueprint) =>
      files
        .list(blueprint)
        .filter((name) => PIPELINE_FILE.test(name))
        .toSorted()
        .map((name) => {
          const file = `${blueprint}/${name}`
          return readPipeline(file, files.read(file) ?? '', (path) => files.read(path))
        }),
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
