import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import pixelmatch from 'pixelmatch'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from '#test/e2e/chromium.mjs'
import { serveFolder } from '#test/e2e/static.mjs'
import { buildFake } from '#test/renderer/fake/build.mjs'
import { notRun } from '#test/support/not-run.ts'

/*
 * Every piece of the gallery as it was last looked at. `REGIE_PICTURES=write` takes them anew: look at what changed
 * before committing. What differs on a failure is left under test-results/pictures.
 */
const WRITE = process.env['REGIE_PICTURES'] === 'write'
const FOLDER = join(import.meta.dirname, 'pictures')
const DIFFERENT = 'test-results/pictures'
const NOW = Date.parse('2026-11-21T14:32:08Z')

/** Another build of Chromium smooths letters otherwise: so much of a picture may differ … */
const SHARE = 0.012
/** … but no block of this size may differ nearly whole: that is a part that moved, went or changed colour. */
const BLOCK = 24
const BLOCK_SHARE = 0.7

interface Difference {
  readonly share: number
  readonly worstBlock: number
}

/** How far two pictures are apart; a differing size counts as whole. */
function compare(a: PNG, b: PNG, out?: PNG): Difference {
  if (Math.abs(a.width - b.width) > 2 || Math.abs(a.height - b.height) > 3) return { share: 1, worstBlock: 1 }
  const width = Math.min(a.width, b.width)
  const height = Math.min(a.height, b.height)
  const cut = (png: PNG): Buffer => {
    const cropped = new PNG({ width, height })
    PNG.bitblt(png, cropped, 0, 0, width, height, 0, 0)
    return cropped.data
  }
  const marks = out ?? new PNG({ width, height })
  const different = pixelmatch(cut(a), cut(b), marks.data, width, height, { threshold: 0.2, diffMask: true })
  const blocks = new Map<number, number>()
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4
      if (marks.data[at + 3] === 0 || (marks.data[at + 1] ?? 0) > 128) continue
      const block = Math.floor(y / BLOCK) * 10_000 + Math.floor(x / BLOCK)
      blocks.set(block, (blocks.get(block) ?? 0) + 1)
    }
  return { share: different / (width * height), worstBlock: Math.max(0, ...blocks.values()) / BLOCK ** 2 }
}

const alike = ({ share, worstBlock }: Difference): boolean => share <= SHARE && worstBlock <= BLOCK_SHARE

const path = chromiumPath()
const missing = path === null && notRun('picture tests of the gallery', 'no Chromium on this machine')

describe.skipIf(missing)('the gallery', () => {
  let folder = ''
  let site: { url: string; close: () => void }
  let browser: Browser
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regie-gallery-'))
    await buildFake(folder)
    site = await serveFolder(folder)
    browser = await launchChromium(path ?? '')
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  async function open(colorScheme: 'light' | 'dark', locale: 'en-GB' | 'fr-FR', viewport = { width: 1280, height: 800 }): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({ colorScheme, locale, viewport, reducedMotion: 'reduce', deviceScaleFactor: 1 })
    const page = await context.newPage()
    await page.clock.setFixedTime(NOW)
    await page.goto(`${site.url}#/gallery`)
    await page.locator('[data-piece="heat"]').waitFor()
    await page.evaluate(() => document.fonts.ready)
    await page.locator('.log-line').first().waitFor()
    return { page, context }
  }

  for (const scheme of ['light', 'dark'] as const)
    it(`looks as it did, ${scheme}`, async () => {
      const { page, context } = await open(scheme, 'en-GB', { width: 1280, height: 1400 })
      mkdirSync(FOLDER, { recursive: true })
      const names = await page.locator('[data-piece]').evaluateAll((pieces) => pieces.map((piece) => (piece as HTMLElement).dataset['piece'] ?? ''))
      expect(names.length).toBeGreaterThan(20)
      const differing: string[] = []
      for (const name of names) {
        const piece = page.locator(`[data-piece="${name}"]`)
        await piece.scrollIntoViewIfNeeded()
        await page.waitForTimeout(60)
        const shot = PNG.sync.read(await piece.screenshot({ animations: 'disabled', caret: 'hide' }))
        const file = join(FOLDER, `${name}-${scheme}.png`)
        if (WRITE) {
          writeFileSync(file, PNG.sync.write(shot, { colorType: 2, deflateLevel: 9 }))
          continue
        }
        const held = PNG.sync.read(readFileSync(file))
        const marks = new PNG({ width: Math.min(held.width, shot.width), height: Math.min(held.height, shot.height) })
        const difference = compare(held, shot, marks)
        if (alike(difference)) continue
        differing.push(`${name}: ${(difference.share * 100).toFixed(2)} % differ, worst block ${Math.round(difference.worstBlock * 100)} %`)
        mkdirSync(DIFFERENT, { recursive: true })
        writeFileSync(join(DIFFERENT, `${name}-${scheme}.png`), PNG.sync.write(shot))
      }
      expect(differing).toEqual([])
      if (!WRITE) expect(readdirSync(FOLDER).filter((file) => file.endsWith(`-${scheme}.png`)).map((file) => file.replace(`-${scheme}.png`, '')).toSorted()).toEqual(names.toSorted())
      await context.close()
    }, 240_000)

  for (const scheme of ['light', 'dark'] as const)
    for (const locale of ['en-GB', 'fr-FR'] as const)
      it(`has nothing that axe finds, ${scheme}, ${locale}`, async () => {
        const { page, context } = await open(scheme, locale)
        const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([])
        await context.close()
      }, 120_000)

  it('is never wider than its page: 1180 × 720, French, and text at 200 %', async () => {
    for (const double of [false, true]) {
      const { page, context } = await open('light', 'fr-FR', { width: 1180, height: 720 })
      if (double) await page.getByText('200').first().click()
      const wide = await page.locator('[data-piece]').evaluateAll((pieces) => pieces.filter((piece) => piece.scrollWidth > piece.clientWidth + 1).map((piece) => (piece as HTMLElement).dataset['piece']))
      expect(wide, double ? '200 %' : '100 %').toEqual([])
      await context.close()
    }
  }, 120_000)
})

describe('the comparison of pictures', () => {
  const flat = (grey: number): PNG => {
    const png = new PNG({ width: 240, height: 120 })
    png.data.fill(255)
    for (let i = 0; i < png.data.length; i += 4) png.data.fill(grey, i, i + 3)
    return png
  }
  it('sees a part the size of a badge that changed its colour', () => {
    const changed = flat(255)
    for (let y = 24; y < 48; y++) for (let x = 48; x < 96; x++) changed.data.set([219, 68, 21], (y * 240 + x) * 4)
    expect(alike(compare(flat(255), changed))).toBe(false)
  })
  it('sees another size, and takes the same for the same', () => {
    expect(alike(compare(flat(255), flat(255)))).toBe(true)
    expect(alike(compare(flat(255), new PNG({ width: 240, height: 140 })))).toBe(false)
    expect(alike(compare(flat(255), flat(0)))).toBe(false)
  })
})
