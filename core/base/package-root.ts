import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json of Régie not found above ' + import.meta.url)
    folder = parent
  }
  return folder
}

/** Folder that holds package.json: the same from the sources (tests) and from dist/ (users). */
export const packageRoot = findRoot()

/** A file that ships with the program: blueprints, models, the built page. */
export const shipped = (...parts: string[]): string => join(packageRoot, ...parts)

/**
 * Path of a worker_threads entry. Workers always run from the build (Node 20 loads no TypeScript);
 * `vite build --mode core` emits every `core/**\/<name>.worker.ts` as dist/core/workers/<name>.js.
 */
export const workerFile = (name: string): string => shipped('dist', 'core', 'workers', `${name}.js`)
