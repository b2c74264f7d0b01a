/**
 * Servers for tests that are compiled from their Go modules, once: `node test/lab/binaries.mjs minio ferretdb`.
 * They lie in a cache of this user, outside the project, and are named by module and version.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const MODULES = {
  minio: 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c',
  ferretdb: 'github.com/FerretDB/FerretDB/cmd/ferretdb@v1.24.2',
}

const cache = () => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regie-test', 'bin')
const pathOf = (name) => join(cache(), `${name}-${MODULES[name].split('@').at(-1)}`)

/** Path of a server that was compiled before, or null. */
export const labBinary = (name) => (existsSync(pathOf(name)) ? pathOf(name) : null)

function go(args, cwd, env = {}) {
  const { status, error, stdout } = spawnSync('go', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, GOFLAGS: '-trimpath', ...env } })
  if (error) throw new Error(`Go is needed: ${error.message}`)
  if (status !== 0) throw new Error(`go ${args.join(' ')} ended with ${status}`)
  return stdout.trim()
}

/** FerretDB embeds two files that its own build writes first, so it is built from a copy of its source. */
function buildFerret(folder) {
  const [command, version] = MODULES.ferretdb.split('@')
  const module = command.replace(/\/cmd\/.*/, '')
  const { Dir } = JSON.parse(go(['mod', 'download', '-json', `${module}@${version}`], folder))
  const source = join(folder, 'source')
  cpSync(Dir, source, { recursive: true })
  spawnSync('chmod', ['-R', 'u+w', source])
  writeFileSync(join(source, 'build', 'version', 'version.txt'), `${version}\n`)
  writeFileSync(join(source, 'build', 'version', 'package.txt'), 'regie-test\n')
  go(['build', '-p', '2', '-tags', 'ferretdb_no_postgresql', '-o', join(folder, 'ferretdb'), './cmd/ferretdb'], source)
}

function compile(name) {
  if (labBinary(name)) return
  mkdirSync(cache(), { recursive: true })
  const folder = mkdtempSync(join(tmpdir(), 'regie-go-'))
  try {
    if (name === 'ferretdb') buildFerret(folder)
    else go(['install', '-p', '2', MODULES[name]], folder, { GOBIN: folder })
    renameSync(join(folder, name), pathOf(name))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const name of process.argv.slice(2)) compile(name)
}
