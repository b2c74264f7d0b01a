import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorMissing, doors, openDoor, type Door } from './door.ts'

const LONG = 240_000

describe.each(doors.filter((kind) => !doorMissing(kind)))('reviews and products, in a %s', (kind) => {
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
})
