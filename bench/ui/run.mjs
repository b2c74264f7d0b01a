/**
 * The page against its peers, in one Chromium: tables (AG Grid community, TanStack Virtual), charts (uPlot), and the
 * console itself over the fake core: page ready, navigation, memory, main thread under a live run. Runs alternate
 * (A B A B …) and medians are compared. Prints JSON lines {name, ours, peer, unit, ratio, aim}; where there is no peer
 * `peer` is the limit.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { chromium } from 'playwright-core'
import { build } from 'vite'
import { chromiumPath } from '../../test/e2e/chromium.mjs'
import { serveFolder } from '../../test/e2e/static.mjs'
import { buildFake } from '../../test/renderer/fake/build.mjs'

const root = resolve(import.meta.dirname, '..', '..')
const ROUNDS = 7
const FRAMES = 240
const quick = process.argv.includes('--quick')

const print = (result) => console.log(JSON.stringify(result))
const executablePath = chromiumPath()
if (executablePath === null) {
  print({ name: 'the page', notRun: 'no Chromium on this machine' })
  process.exit(0)
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const round = (value) => Math.round(value * 100) / 100

const scratch = mkdtempSync(join(tmpdir(), 'regie-bench-ui-'))
const alias = { '#core': join(root, 'core'), '#renderer': join(root, 'renderer'), '#test': join(root, 'test') }
await build({ configFile: false, logLevel: 'error', root: import.meta.dirname, base: './', resolve: { alias }, plugins: [react()], build: { target: 'chrome108', outDir: join(scratch, 'bench'), emptyOutDir: true, chunkSizeWarningLimit: 5000 } })
await buildFake(join(scratch, 'page'))

const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const launch = (...args) => chromium.launch({ executablePath, args: [...sandbox, '--enable-precise-memory-info', ...args] })

async function parts() {
  const site = await serveFolder(join(scratch, 'bench'))
  const open = async (browser) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', (error) => console.error(error.message))
    await page.goto(site.url)
    await page.waitForFunction(() => 'bench' in globalThis)
    return page
  }
  const free = await launch('--disable-gpu-vsync', '--disable-frame-rate-limit')
  const page = await open(free)
  const call = (name, ...args) => page.evaluate(([which, given]) => globalThis.bench[which](...given), [name, args])
  const versus = async (rounds, a, b) => {
    const times = [[], []]
    for (let i = 0; i <= rounds; i++) {
      const [x, y] = [await a(), await b()]
      // The first of each warms up.
      if (i > 0) {
        times[0].push(x)
        times[1].push(y)
      }
    }
    return times.map(median)
  }
  const rounds = quick ? 2 : ROUNDS
  const [paint, agPaint] = await versus(rounds, () => call('firstPaint', 'ours'), () => call('firstPaint', 'ag'))
  print({ name: 'table of 111,185 rows, first paint, against AG Grid community', ours: round(paint), peer: round(agPaint), unit: 'ms', ratio: round(agPaint / paint), aim: 8 })
  const [fps, tanstack] = await versus(rounds, () => call('fling', 'ours', FRAMES), () => call('fling', 'tanstack', FRAMES))
  print({ name: 'table, frames of a fling uncapped, against TanStack Virtual', ours: round(fps), peer: round(tanstack), unit: 'fps', ratio: round(fps / tanstack), aim: 1.4 })
  for (const length of [100_000, 1_000_000]) {
    const [ours, uplot] = await versus(quick ? 3 : 11, () => call('chart', 'ours', length), () => call('chart', 'uplot', length))
    print({ name: `line of ${length.toLocaleString('en')} points, against uPlot`, ours: round(ours), peer: round(uplot), unit: 'ms', ratio: round(uplot / ours), aim: 1 })
  }
  await free.close()
  const capped = await launch()
  const calm = await open(capped)
  for (const [which, name] of [['ours', 'table of 111,185 rows, fast fling'], ['log', 'log of 100,000 lines, fast fling']]) {
    const found = []
    for (let i = 0; i < (quick ? 1 : 3); i++) found.push(await calm.evaluate(([what, frames]) => globalThis.bench.fling(what, frames), [which, FRAMES]))
    print({ name, ours: round(median(found)), peer: 60, unit: 'fps', ratio: round(median(found) / 60), aim: 0.97 })
  }
  await capped.close()
  site.close()
}

const PLACES = ['/', '/pipelines', '/audit', '/rejects', '/settings', '/pipelines/reviews']

async function console_() {
  const site = await serveFolder(join(scratch, 'page'))
  const browser = await launch()
  const ready = []
  for (let i = 0; i < 4; i++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    await page.goto(site.url)
    await page.locator('h1').waitFor()
    ready.push(await page.evaluate(() => performance.now()))
    await context.close()
  }
  print({ name: 'page ready behind the runtime', ours: round(median(ready.slice(1))), peer: 1000, unit: 'ms', ratio: round(median(ready.slice(1)) / 1000), aim: 1, atMost: true })

  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(site.url)
  await page.locator('h1').waitFor()
  const go = (to) =>
    page.evaluate(async (path) => {
      const from = performance.now()
      location.hash = path
      const before = document.title
      while (document.title === before && performance.now() - from < 3000) await new Promise((done) => requestAnimationFrame(done))
      return performance.now() - from
    }, to)
  const session = await context.newCDPSession(page)
  const heap = async () => {
    await page.waitForTimeout(500)
    for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Runtime.getHeapUsage')).usedSize
  }
  for (const place of [...PLACES, ...PLACES]) await go(place)
  const times = []
  const total = quick ? 120 : 1000
  let early = 0
  for (let i = 1; i <= total; i++) {
    times.push(await go(PLACES[i % PLACES.length]))
    if (i === 50) early = await heap()
  }
  print({ name: 'navigation between pages', ours: round(median(times)), peer: 100, unit: 'ms', ratio: round(median(times) / 100), aim: 1, atMost: true })
  const late = await heap()
  print({ name: `memory after ${total.toLocaleString('en')} navigations, against after 50`, ours: round(late / 2 ** 20), peer: round(early / 2 ** 20), unit: 'MiB', ratio: round(late / early), aim: 1.1, atMost: true })
  await context.close()

  const live = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await live.addInitScript(() => sessionStorage.setItem('scenario', 'live'))
  const running = await live.newPage()
  await running.goto(site.url)
  const link = running.locator('a[href*="#/runs/"]').first()
  await link.click()
  await running.locator('.sg').waitFor()
  await running.waitForTimeout(1500)
  const watch = await live.newCDPSession(running)
  await watch.send('Performance.enable')
  const busy = async () => {
    const { metrics } = await watch.send('Performance.getMetrics')
    const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0
    return { task: of('TaskDuration'), at: of('Timestamp') }
  }
  const a = await busy()
  await running.waitForTimeout(quick ? 4000 : 15_000)
  const b = await busy()
  const share = (b.task - a.task) / (b.at - a.at)
  print({ name: 'main thread in a live run at 10 events a second', ours: round(share * 100), peer: 10, unit: '%', ratio: round(share / 0.1), aim: 1, atMost: true })
  await browser.close()
  site.close()
}

/** Scripts that the page loads before its first one asks for more, gzip. */
function initial() {
  const folder = join(scratch, 'page')
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((match) => match[1])
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0)
  print({ name: 'initial JavaScript, gzip', ours: round(bytes / 1024), peer: 350, unit: 'KB', ratio: round(bytes / 1024 / 350), aim: 1, atMost: true })
}

try {
  await parts()
  await console_()
  initial()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
