import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorMissing, doors, openDoor, type Door } from './door.ts'

const LONG = 240_000

const numberOf = (text: string): number => Number(text.replaceAll(/\D/g, ''))

describe.each(doors.filter((kind) => !doorMissing(kind)))('reviews, products and the audit log, in a %s', (kind) => {
  let door: Door
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    door = await openDoor(kind)
    ;({ page } = door)
    page.on('pageerror', (error) => troubles.push(error.message))
    await door.go('/pipelines/reviews?plan=true')
    await page.getByRole('button', { name: 'Run the plan' }).click()
    await page.locator('.head .pill.succeeded').waitFor({ timeout: 180_000 })
  }, LONG)
  afterAll(async () => {
    await door?.close()
    expect(troubles).toEqual([])
  }, LONG)

  const h1 = (): Promise<string> => page.locator('.head h1 > span').first().innerText()
  const whole = async (): Promise<void> => {
    await door.go('/dashboards/reviews')
    await expect.poll(h1).toMatch(/^111,185 reviews, [\d,]+ relevant$/)
  }

  it('draws every chart of the documents, and says what it cannot show and why', async () => {
    await whole()
    const names = await page.locator('.charts > section').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')))
    for (const name of ['Relevant or not', 'Relevant share by category', 'Products with most relevant reviews', 'What relevant reviews are about', 'Buyers with most relevant reviews', 'Products with fewest reviews', 'Most active buyers', 'Most reviewed products', 'Reviews about customer service', 'Threshold study']) expect(names).toContain(name)
    expect(await page.locator('.not-proven').innerText()).toMatch(/Reviews over time[\s\S]*no date of a review/)
    expect(await page.locator('.fig').first().innerText()).toMatch(/Average confidence[\s\S]*Average length/)
  })

  it('counts the values of a filter under the others, and goes back by the back button', { timeout: LONG }, async () => {
    await whole()
    await page.getByRole('region', { name: 'Ratings' }).locator('button.hb').first().click()
    await expect.poll(h1).toMatch(/^66,4\d\d reviews/)
    const selected = numberOf((await h1()).replace(/ reviews.*/, ''))
    await page.getByRole('button', { name: /^Image/ }).click()
    const counts = page.locator('.pick-row small')
    await expect.poll(() => counts.count()).toBe(2)
    expect((await counts.allInnerTexts()).map(numberOf).reduce((sum, n) => sum + n, 0)).toBe(selected)
    await page.keyboard.press('Escape')
    await page.goBack()
    await expect.poll(h1).toMatch(/^111,185 reviews/)
  })

  it('opens the rows behind a mark with Shift, and one review with its score taken apart and equal to the stored one', { timeout: LONG }, async () => {
    await whole()
    await page.getByRole('region', { name: 'What relevant reviews are about' }).locator('button.hb').first().click({ modifiers: ['Shift'] })
    await expect.poll(() => page.url()).toContain('show=')
    await page.locator('.dt-row.opens').nth(1).click()
    const review = page.getByRole('dialog')
    await review.getByText('Equal to the stored score').waitFor()
    await review.getByText('Equal to what is stored').waitFor({ timeout: 60_000 })
    expect(await review.locator('table.score tbody tr').count()).toBe(5)
    expect(await review.innerText()).toMatch(/Confidence [\d.]+ reaches 78.3[\s\S]*compound = sum/)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.url()).not.toContain('row=')
  })

  it.runIf(kind === 'browser')('exports a chart as a picture and as CSV', { timeout: LONG }, async () => {
    await whole()
    const region = page.getByRole('region', { name: 'Ratings' })
    for (const [item, start] of [['Export as PNG', '\u0089PNG'], ['Export as CSV', '\u00EF\u00BB\u00BFrating,reviews']] as const) {
      await region.getByRole('button', { name: /^Rows and export/ }).click()
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
      expect(readFileSync(await file.path(), 'latin1').slice(0, start.length)).toBe(start)
      await page.getByRole('menu').waitFor({ state: 'detached' })
    }
  })

  it('shows the product’s relevant reviews, most relevant first, naming images without fetching them', async () => {
    const fetched: string[] = []
    page.on('request', (request) => fetched.push(request.url()))
    await door.go('/products')
    await expect.poll(h1).toMatch(/^41,\d{3} products$/)
    await page.locator('.dt-row').first().click()
    await page.locator('.item-row').first().waitFor()
    expect(await page.locator('.item-row').count()).toBe(10)
    await page.getByRole('button', { name: 'Show more' }).click()
    await expect.poll(() => page.locator('.item-row').count()).toBe(20)
    await page.locator('.image-ref').first().waitFor()
    expect(fetched.filter((url) => /images\./.test(url))).toEqual([])
  })

  it('browses the log by kind, opens an entry by its number, and shows the whole again while the pointer rests on it', { timeout: LONG }, async () => {
    await door.go('/audit')
    const kinds = async (): Promise<string[]> => [...new Set(await page.locator('.dt-row.opens:not([hidden]) .mono').allInnerTexts())]
    await expect.poll(async () => (await kinds()).length).toBeGreaterThan(2)
    await page.getByRole('button', { name: /^Kind/ }).click()
    await page.getByRole('checkbox', { name: /^run\.ended/ }).check()
    await page.keyboard.press('Escape')
    await page.getByText(/entr(y|ies) match/).waitFor()
    await expect.poll(kinds).toEqual(['run.ended'])
    await page.getByRole('textbox', { name: 'Search the log' }).fill('#3')
    await expect.poll(() => page.url()).toContain('entry=3')
    await page.getByText(/^In the tree of /).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.url()).not.toContain('entry=')
    await page.locator('.dt-row.opens').first().hover()
    await page.getByRole('button', { name: 'Clear filters' }).press('Enter')
    await expect.poll(async () => (await kinds()).length).toBeGreaterThan(2)
  })
})
