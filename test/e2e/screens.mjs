/**
 * Pictures of every page for docs/screens: `node test/e2e/screens.mjs [folder]`. Pages come from the real core over a
 * sandbox of its own; states that are hard to provoke (failing, stopped, lost) from the fake core of test/renderer/fake.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildFake } from '../renderer/fake/build.mjs'
import { chromiumPath, launchChromium } from './chromium.mjs'
import { startRegie } from './serve.mjs'
import { serveFolder } from './static.mjs'

const out = process.argv[2] ?? fileURLToPath(new URL('../../docs/screens', import.meta.url))
const path = chromiumPath()
if (!path) throw new Error('no Chromium; set CHROMIUM_PATH or install it')
mkdirSync(out, { recursive: true })
const browser = await launchChromium(path)

const SMALL = { width: 1280, height: 800 }
const LARGE = { width: 1920, height: 1080 }
/** A moment for fonts, streams and the second that numbers wait for. */
const settle = (page) => page.waitForLoadState('networkidle').then(() => page.waitForTimeout(1400))
const open = async (url, theme, viewport, extra = {}) => {
  const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en-GB', reducedMotion: 'reduce' })
  const page = await context.newPage()
  if (extra.scenario) await page.addInitScript((scenario) => sessionStorage.setItem('scenario', scenario), extra.scenario)
  await page.goto(url)
  await page.locator('.head h1').waitFor()
  return page
}
const show = async (page, hash) => {
  await page.evaluate((to) => {
    location.hash = to
  }, `#${hash}`)
  await settle(page)
}
const shoot = (page, name) => page.screenshot({ path: join(out, `${name}.png`) })

async function real() {
  const regie = await startRegie()
  try {
    const page = await open(regie.url, 'light', SMALL)
    await settle(page)
    await shoot(page, 'overview-first-light')
    await page.getByRole('button', { name: 'Skip the tour' }).click()
    const startRun = async () => {
      await show(page, '/pipelines/reviews?plan=true')
      await page.getByRole('button', { name: 'Run the plan' }).click()
      await page.locator('.head .pill').waitFor()
      return new URL(page.url()).hash.slice(1)
    }
    const ended = () => page.locator('.head .pill.succeeded').waitFor({ timeout: 180_000 })
    await startRun()
    await ended()
    // A second run knows how long its steps take, and has a version to go back to.
    const run = await startRun()
    await page.locator('.sg-row[data-state="running"]').first().waitFor({ timeout: 60_000 })
    await page.locator('.sg-row[data-state="succeeded"]').first().waitFor({ timeout: 60_000 })
    await page.mouse.move(640, 780)
    await page.waitForTimeout(900)
    await shoot(page, 'run-live-light')
    await ended()
    await page.emulateMedia({ colorScheme: 'dark' })
    await startRun()
    await page.evaluate(() => {
      location.hash = '#/'
    })
    await page.locator('.track-plan .train').waitFor({ timeout: 60_000 })
    await page.waitForTimeout(700)
    await shoot(page, 'overview-live-dark')
    await page.goto(`${regie.origin}/#${run}`)
    await ended()
    for (const theme of ['light', 'dark']) {
      await page.setViewportSize(SMALL)
      await page.emulateMedia({ colorScheme: theme })
      const pages = [['overview', '/'], ['pipelines', '/pipelines'], ['pipeline', '/pipelines/reviews'], ['plan', '/pipelines/reviews?plan=true'], ['run', `${run}?step=audit`], ['quality', '/quality'], ['rejects', '/rejects'], ['reviews', '/dashboards/reviews'], ['reviews-rows', '/dashboards/reviews?show=rows'], ['products', '/products'], ['data', '/data'], ['data-table', '/data?system=warehouse&name=reviews'], ['score', '/score'], ['doctor', '/doctor'], ['settings', '/settings'], ['about', '/about']]
      for (const [name, hash] of pages) {
        await show(page, hash)
        await shoot(page, `${name}-${theme}`)
      }
      await show(page, '/dashboards/reviews?f=%7B%22rating%22%3A%5B1%5D%7D')
      await shoot(page, `reviews-filtered-${theme}`)
      await page.setViewportSize(LARGE)
      await show(page, '/')
      await shoot(page, `overview-1920-${theme}`)
      await show(page, `${run}?step=audit`)
      await shoot(page, `run-1920-${theme}`)
      await page.setViewportSize(SMALL)
      await show(page, '/audit')
      await page.getByRole('button', { name: 'Verify the log' }).click()
      await page.getByText(/^The log is whole/).first().waitFor()
      await settle(page)
      await shoot(page, `audit-${theme}`)
      await page.locator('.dt-row').nth(4).click()
      await settle(page)
      await shoot(page, `audit-entry-${theme}`)
      await page.keyboard.press('Escape')
      if (theme === 'dark') continue
      await show(page, '/rejects')
      await page.locator('.dt-row').nth(2).click()
      await settle(page)
      await shoot(page, 'rejects-row-light')
      await page.keyboard.press('Escape')
      await show(page, '/')
      await page.keyboard.press('Control+k')
      await settle(page)
      await shoot(page, 'palette-light')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /running$/ }).click()
      await settle(page)
      await shoot(page, 'tray-light')
      await page.keyboard.press('Escape')
    }
    await page.setViewportSize({ width: 1180, height: 720 })
    await page.emulateMedia({ colorScheme: 'light' })
    await page.getByRole('button', { name: 'Afficher en français' }).click()
    await show(page, `${run}?step=audit`)
    await shoot(page, 'run-1180-french-light')
    await page.setViewportSize({ width: 1100, height: 720 })
    await show(page, '/')
    await shoot(page, 'overview-1100-french-light')
  } finally {
    await regie.close()
  }
}

async function fake() {
  const folder = mkdtempSync(join(tmpdir(), 'regie-fake-'))
  await buildFake(folder)
  const server = await serveFolder(folder)
  const run = '/runs/20261121_110084_abmf'
  const states = [
    ['overview-empty', 'empty', '/'], ['quality-empty', 'empty', '/quality'], ['rejects-empty', 'empty', '/rejects'], ['reviews-empty', 'empty', '/dashboards/reviews'], ['overview-provisioning', 'provisioning', '/'],
    ['overview-failing', 'failing', '/'], ['rejects-failing', 'failing', '/rejects'], ['core-lost', 'lost', '/pipelines'],
    ['run-failed', 'failed-run', run], ['run-stopped-by-gate', 'gate', run], ['run-cancelled', 'cancelled', run], ['run-interrupted', 'interrupted', run],
  ]
  try {
    for (const theme of ['light', 'dark'])
      for (const [name, scenario, hash] of states) {
        if (theme === 'dark' && !['run-failed', 'overview-failing'].includes(name)) continue
        const page = await open(`${server.url}#${hash}`, theme, SMALL, { scenario })
        await page.waitForTimeout(scenario === 'lost' ? 2600 : 1600)
        await shoot(page, `${name}-${theme}`)
        await page.context().close()
      }
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  if (process.argv[3] !== 'fake') await real()
  if (process.argv[3] !== 'real') await fake()
} finally {
  await browser.close()
}
