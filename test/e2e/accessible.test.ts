import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildFake } from '#test/renderer/fake/build.mjs'
import { chromiumPath, launchChromium } from './chromium.mjs'
import { doorMissing } from './door.ts'
import { serveFolder } from './static.mjs'

const LONG = 240_000
const RUN = '/runs/20251121_100084_abme'
const PAGES = ['/', '/pipelines', '/pipelines/reviews', '/pipelines/reviews?plan=true', '/pipelines/reviews/compare', RUN, `${RUN}?side=changes`, `${RUN}?side=time`, `${RUN}?side=plan`, '/quality', '/quality?open=rule/3', '/quality?open=gate/audit/reject-rate', '/rejects', '/data', '/data?system=warehouse&name=reviews&version=%2212%22', '/data?system=warehouse&name=reviews&profile=true', '/data?system=postgresql&name=buyer&row=2', '/score', '/score?tab=file', '/score?tab=models', '/dashboards/reviews', '/dashboards/reviews?show=rows', '/dashboards/reviews?show=rows&row=96001', '/products', '/products/B1', '/audit', '/audit?entry=3', '/settings', '/doctor', '/about', '/no/such/page'] as const
/** States that differ most, each in another look. */
const CASES = [
  { scenario: 'normal', theme: 'light', language: 'en' },
  { scenario: 'failing', theme: 'dark', language: 'fr' },
  { scenario: 'live', theme: 'light', language: 'fr' },
] as const

/** What axe finds, one line per fault. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.slice(0, 240)}`).join(' | ')}`)
}

/** The page at a path, opened anew and at rest: nothing has come or gone on it for a moment. */
async function openAt(page: Page, url: string, path: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`${url}#${path}`)
  await page.locator('h1').first().waitFor()
  await rest(page)
}

/** What moves without end, such as a live run, is given up on after two seconds. */
const rest = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const done = (): void => {
          watcher.disconnect()
          clearTimeout(quiet)
          clearTimeout(last)
          resolve()
        }
        let quiet = setTimeout(done, 150)
        const last = setTimeout(done, 2000)
        const watcher = new MutationObserver(() => {
          clearTimeout(quiet)
          quiet = setTimeout(done, 150)
        })
        watcher.observe(document.body, { childList: true, subtree: true })
      }),
  )

/** Nothing fades any more: axe reads the colours that stay. */
const stillness = async (page: Page): Promise<void> => {
  await expect.poll(() => page.evaluate(() => document.getAnimations().filter((each) => each.playState === 'running' && each.effect?.getComputedTiming().iterations !== Infinity).length)).toBe(0)
}

describe.runIf(!doorMissing('browser'))('every page in every state, without a fault that axe can see', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regie-accessible-'))
  let browser: Browser
  let served: { readonly url: string; readonly close: () => void }

  beforeAll(async () => {
    await buildFake(folder)
    served = await serveFolder(folder)
    browser = await launchChromium(chromiumPath() ?? '')
  }, LONG)
  afterAll(async () => {
    await browser?.close()
    served?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(CASES)('$scenario, $theme, $language', { timeout: LONG }, async ({ scenario, theme, language }) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme, locale: language === 'fr' ? 'fr-FR' : 'en-GB', reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.addInitScript((name) => sessionStorage.setItem('scenario', name), scenario)
    const found: string[] = []
    for (const path of PAGES) {
      await openAt(page, served.url, path)
      found.push(...(await faults(page)).map((fault) => `${path} ${fault}`))
    }
    await context.close()
    expect(found).toEqual([])
  })

  /** What opens over a page: where, how, and what says that it is there. */
  const OVERLAYS: readonly { readonly what: string; readonly path: string; readonly open: (page: Page) => Promise<void> }[] = [
    { what: 'the palette', path: '/', open: (page) => page.keyboard.press('Control+k') },
    { what: 'the key sheet', path: '/', open: (page) => page.keyboard.press('?') },
    { what: 'the operations', path: '/', open: (page) => page.locator('.btn-bar[aria-expanded]').click() },
    { what: 'a filter by values', path: '/audit', open: (page) => page.getByRole('button', { name: /^(Kind|Genre|Type)/ }).click() },
    { what: 'a filter by bounds', path: '/audit', open: (page) => page.getByRole('button', { name: /^(When|Quand)/ }).click() },
    { what: 'first rows', path: `${RUN}?step=extract&preview=true`, open: () => Promise.resolve() },
    { what: 'the form of a schedule', path: '/pipelines/reviews', open: (page) => page.locator('.sched').getByRole('button', { name: /^(Change|Modifier)$/ }).first().click() },
    { what: 'a row', path: '/rejects?row=r3', open: () => Promise.resolve() },
  ]
  it.each(CASES)('over the page: $scenario, $theme, $language', { timeout: LONG }, async ({ theme, language }) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme, locale: language === 'fr' ? 'fr-FR' : 'en-GB', reducedMotion: 'reduce' })
    const page = await context.newPage()
    const found: string[] = []
    for (const { what, path, open } of OVERLAYS) {
      await openAt(page, served.url, path)
      await open(page)
      await page.getByRole('dialog').first().waitFor().catch(() => Promise.reject(new Error(`${what} did not open`)))
      await rest(page)
      await stillness(page)
      found.push(...(await faults(page)).map((fault) => `${what}: ${fault}`))
    }
    await context.close()
    expect(found).toEqual([])
  })

  const SIZES = [
    { what: '1280 × 800 at 200 %', width: 640, height: 400, scale: 2 },
    { what: '1180 × 720', width: 1180, height: 720, scale: 1 },
  ] as const
  it.each(SIZES)('at $what nothing is lost to the side', { timeout: LONG }, async ({ width, height, scale }) => {
    const context: BrowserContext = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, locale: 'fr-FR', reducedMotion: 'reduce' })
    const page = await context.newPage()
    const lost: string[] = []
    for (const path of PAGES) {
      await openAt(page, served.url, path)
      const wide = await page.evaluate(() => {
        const reach = (element: Element): boolean => {
          for (let parent = element.parentElement; parent; parent = parent.parentElement) {
            const { overflowX } = getComputedStyle(parent)
            // What stands in a box that scrolls can be reached.
            if ((overflowX === 'auto' || overflowX === 'scroll') && parent.scrollWidth > parent.clientWidth) return true
          }
          return false
        }
        const cut = [...document.querySelectorAll('button, a[href], input, h1, h2')].filter((element) => {
          const { left, right, width: wideness } = element.getBoundingClientRect()
          return wideness > 0 && getComputedStyle(element).visibility !== 'hidden' && (right > innerWidth + 1 || left < -1) && !element.closest('[aria-hidden="true"], .vh') && !reach(element)
        })
        return [...(document.documentElement.scrollWidth > innerWidth ? [`page ${document.documentElement.scrollWidth} wide`] : []), ...cut.slice(0, 4).map((element) => element.outerHTML.slice(0, 120))]
      })
      lost.push(...wide.map((each) => `${path}: ${each}`))
    }
    await context.close()
    expect(lost).toEqual([])
  })

  it('moves nothing by itself for those who asked for less motion', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.addInitScript(() => sessionStorage.setItem('scenario', 'live'))
    for (const path of ['/', '/pipelines', '/runs/20251121_100084_abme']) {
      await openAt(page, served.url, path)
      const moving = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running' && animation.effect?.getComputedTiming().iterations === Infinity).map((animation) => (animation.effect instanceof KeyframeEffect ? (animation.effect.target?.outerHTML.slice(0, 120) ?? '') : '')))
      expect(moving).toEqual([])
    }
    await context.close()
  })
})
