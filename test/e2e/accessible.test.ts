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
const PAGES = ['/', '/pipelines', '/pipelines/reviews', '/pipelines/reviews?plan=true', '/runs/20251121_100084_abme', '/quality', '/quality?open=rule/3', '/quality?open=gate/audit/reject-rate', '/rejects', '/data', '/dashboards/reviews', '/dashboards/reviews?show=rows', '/dashboards/reviews?show=rows&row=96001', '/products', '/products/B1', '/audit', '/audit?entry=3', '/settings', '/doctor', '/about', '/no/such/page'] as const
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
    await page.goto(served.url)
    for (const path of PAGES) {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#${path}`)
      await page.waitForTimeout(250)
      found.push(...(await faults(page)).map((fault) => `${path} ${fault}`))
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
    await page.goto(served.url)
    const lost: string[] = []
    for (const path of PAGES) {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#${path}`)
      await page.waitForTimeout(250)
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
    await page.goto(served.url)
    for (const path of ['/', '/pipelines', '/runs/20251121_100084_abme']) {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#${path}`)
      await page.waitForTimeout(600)
      const moving = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running' && animation.effect?.getComputedTiming().iterations === Infinity).map((animation) => (animation.effect instanceof KeyframeEffect ? (animation.effect.target?.outerHTML.slice(0, 120) ?? '') : '')))
      expect(moving).toEqual([])
    }
    await context.close()
  })
})
