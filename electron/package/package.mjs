/**
 * `npm run package [-- linux|mac|win]`: builds the installers that this machine can build into release/, with a
 * software bill of materials, and says in one line each what it can't build and why. Ends with 1 when an installer
 * that it should have been able to build failed, with 0 otherwise.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chosen, reasonOf } from './targets.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
const shell = process.platform === 'win32'

const build = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit', shell })
if (build.status !== 0) process.exit(1)
mkdirSync(join(root, 'release'), { recursive: true })

const sbom = spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], { cwd: root, encoding: 'utf8', shell, maxBuffer: 64 * 1024 * 1024 })
if (sbom.status === 0) {
  writeFileSync(join(root, 'release', 'regie.cdx.json'), sbom.stdout)
  console.log('built: release/regie.cdx.json (what is inside, CycloneDX)')
} else console.log(`not built: the bill of materials: ${reasonOf(sbom.stderr)}`)

/** The runtime that was fetched already; electron-builder fetches it otherwise. */
const fetched = join(root, 'node_modules', 'electron', 'dist')
const runtime = existsSync(join(fetched, 'version')) ? [`-c.electronDist=${fetched}`] : []
const { REGIE_RELEASES } = process.env
const publish = REGIE_RELEASES ? ['-c.publish.provider=generic', `-c.publish.url=${REGIE_RELEASES}`] : ['-c.publish=null']
if (!REGIE_RELEASES) console.log('note: REGIE_RELEASES (address of the release server) is not set: these builds do not update themselves')

function builder(args) {
  return new Promise((resolve) => {
    const child = spawn(npx, ['--no-install', 'electron-builder', ...args, ...runtime, ...publish], { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    child.on('close', (status) => resolve({ status, text }))
  })
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
let failed = 0
for (const { system, target, why } of chosen({ platform: process.platform, wanted: process.argv[2] ?? null, env: process.env })) {
  const name = `${system} ${target} ${version}`
  if (why !== null) {
    console.log(`not built: ${name}: ${why}`)
    continue
  }
  const { status, text } = await builder([`--${system}`, target])
  if (status === 0) console.log(`built: ${name}`)
  else {
    failed += 1
    console.log(`not built: ${name}: ${reasonOf(text)}`)
  }
}
process.exitCode = failed > 0 ? 1 : 0
