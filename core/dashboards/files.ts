import { readYaml } from '#core/base/yaml-file.ts'

/** Files of the workspace's blueprints. */
export interface BlueprintFiles {
  readonly blueprints: readonly string[]
  readonly read: (path: string) => string | null
  readonly list: (path: string) => readonly string[]
}

/** Every `<folder>/*.yaml` of each blueprint. @throws what readYaml throws */
export function readAll<T>(files: BlueprintFiles, folder: string, shape: Parameters<typeof readYaml<T>>[1]): T[] {
  return files.blueprints.flatMap((blueprint) =>
    files
      .list(`${blueprint}/${folder}`)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => readYaml(files.read(`${blueprint}/${folder}/${name}`) ?? '', shape, `${blueprint}/${folder}/${name}`)),
  )
}
