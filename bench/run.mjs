/**
 * `npm run bench [room …]`: every bench/<room>/run.mjs in turn. Each prints JSON lines
 * {name, ours, peer, unit, ratio, aim}; ratios come from alternating runs (A B A B) on the same machine,
 * so they hold where absolute figures don't. `--write` puts the result into docs/benchmarks.md.
 * A room without its peer on this machine prints {name, notRun: reason}.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { createInterface } from 'node:readline'

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const write = process.argv.includes('--write')
const rooms = readdirSync('bench')
  .filter((room) => existsSync(`bench/${room}/run.mjs`))
  .filter((room) => wanted.length === 0 || wanted.includes(room))

/** All result lines of one room; other output passes through. */
async function measure(room) {
  const child = spawn(process.execPath, [`bench/${room}/run.mjs`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const found = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) {
      console.log(`   ${line}`)
      continue
    }
    const result = { room, ...JSON.parse(line) }
    found.push(result)
    console.log(describe(result))
  }
  const code = child.exitCode ?? (await new Promise((done) => child.once('exit', done)))
  if (code !== 0) found.push({ room, name: room, notRun: `its program ended with ${code}` })
  return found
}

const figure = (value) => (typeof value === 'number' ? value.toLocaleString('en', { maximumSignificantDigits: 4 }) : String(value ?? ''))

function describe(result) {
  if (result.notRun) return `${result.name}: not run, ${result.notRun}`
  const verdict = result.aim === undefined ? '' : result.atMost ? (result.ratio <= result.aim ? ' (met)' : ' (MISSED)') : result.ratio >= result.aim ? ' (met)' : ' (MISSED)'
  return `${result.name}: ${figure(result.ratio)}, aim ${result.atMost ? '≤' : '≥'} ${figure(result.aim)}${verdict}`
}

const results = []
for (const room of rooms) {
  console.log(`── ${room}`)
  results.push(...(await measure(room)))
}

if (write) {
  const rows = results.map((result) =>
    result.notRun
      ? `| ${result.name} | not run: ${result.notRun} | | | |`
      : `| ${result.name} | ${figure(result.ours)} ${result.unit ?? ''} | ${figure(result.peer)} ${result.unit ?? ''} | ${figure(result.ratio)} | ${result.atMost ? '≤' : '≥'} ${figure(result.aim)} ${(result.atMost ? result.ratio <= result.aim : result.ratio >= result.aim) ? 'met' : '**missed**'} |`,
  )
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.version}`
  const day = new Date().toISOString().slice(0, 10)
  // The page alone has a file of its own: its figures need a browser, and are taken on another day.
  const file = rooms.length === 1 && rooms[0] === 'ui' ? 'docs/benchmarks-ui.md' : 'docs/benchmarks.md'
  writeFileSync(
    file,
    `# Benchmarks\n\nMade by \`npm run ${file.includes('-ui') ? 'bench:ui' : 'bench'} -- --write\` on ${day}; ${machine}. Ratios compare two programs in one run, alternating;\nabsolute figures belong to this machine on that day. Peers are in \`bench/peers\` and beside each bench.\n\n| what | Régie | peer | ratio | aim |\n|---|---|---|---|---|\n${rows.join('\n')}\n`,
  )
  console.log(`\nwritten: ${file}`)
}
