/**
 * Servers for tests that are compiled from their Go modules, once: `node test/lab/binaries.mjs minio`.
 * They lie in a cache of this user, outside the project, and are named by module and version.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const MODULES = {
  minio: 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c',
}

const cache = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regie-test', 'bin')
const pathOf = (name) => join(cache(), `${name}-${MODULES[name].split('@').at(-1)}`)

/** Path of a server that was compiled before, or null. */
export const labBinary = (name) => (existsSync(pathOf(name)) ? pathOf(name) : null)

function compile(name) {
  if (labBinary(name)) return
  mkdirSync(cache(), { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'regie-go-'))
  try {
    const { status, error } = spawnSync('go', ['install', '-p', '2', MODULES[name]], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, GOBIN: folder, GOFLAGS: '-trimpath' } })
    if (error) throw new Error(`${name} needs Go to be compiled: ${error.message}`)
    if (status !== 0) throw new Error(`go install ${MODULES[name]} ended with ${status}`)
    renameSync(join(folder, name), pathOf(name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of process.argv.slice(2)) compile(name)
}
