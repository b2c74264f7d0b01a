/**
 * The whole suite, as `npm test` runs it: types, lint, build, then every test (unit, integration and
 * end-to-end in a real browser). Ends with one line per thing that was not run on this machine, and the count.
 * With CI set, a missing environment is a failure (see test/support/not-run.ts).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'

const results = 'test-results'
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

let passed = 0
let failed = 0
let skipped = 0

/** Runs one program of node_modules/.bin; true when it ended with 0. */
function run(title, program, args, env = {}) {
  console.log(`\n── ${title}`)
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const { status } = spawnSync(npx, ['--no-install', program, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  return status === 0
}

function check(title, ok) {
  if (ok) passed += 1
  else {
    failed += 1
    console.log(`failed: ${title}`)
  }
}

check('types', run('types', 'tsc', ['--noEmit']))
check('lint', run('lint', 'oxlint', ['--type-aware', '--deny-warnings']))
check('build of the core', run('build: core', 'vite', ['build', '--mode', 'core', '--logLevel', 'warn']))
check('build of the page', run('build: page', 'vite', ['build', '--mode', 'page', '--logLevel', 'warn']))
check('build of the window', run('build: window', 'vite', ['build', '--mode', 'electron', '--logLevel', 'warn']))

const report = `${results}/vitest.json`
const only = process.argv.slice(2)
const green = run(
  'tests',
  'vitest',
  ['run', ...only, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  { REGIE_TEST_BUILT: '1', FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
)
if (existsSync(report)) {
  const summary = JSON.parse(readFileSync(report, 'utf8'))
  passed += summary.numPassedTests
  failed += summary.numFailedTests
  skipped += summary.numPendingTests + summary.numTodoTests
  // A file that does not load has no tests to count; an error outside tests has no test either.
  const broken = summary.testResults.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'))
  for (const file of broken) console.log(`failed to run: ${file.name}`)
  failed += broken.length
  if (!green && summary.numFailedTests + broken.length === 0) check('vitest ended with an error outside the tests', false)
} else check('vitest wrote no report', false)

const notRun = `${results}/not-run.jsonl`
if (existsSync(notRun)) {
  const lines = new Set(readFileSync(notRun, 'utf8').trim().split('\n'))
  console.log('\nNot run on this machine:')
  for (const line of lines) {
    const { what, reason } = JSON.parse(line)
    console.log(`  ${what}: ${reason}`)
  }
}

console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed > 0 ? 1 : 0
