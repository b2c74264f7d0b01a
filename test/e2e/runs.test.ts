import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorMissing, doors, openDoor, type Door } from './door.ts'

const LONG = 240_000

describe.each(doors.filter((kind) => !doorMissing(kind)))('pipelines and runs over the real core, in a %s', (kind) => {
  let door: Door
  let page: Page
  const troubles: string[] = []

  const h1 = (): Promise<string> => page.locator('.head h1 > span').first().innerText()
  const heading = async (sentence: RegExp, timeout = 20_000): Promise<void> => {
    await expect.poll(h1, { timeout }).toMatch(sentence)
  }
  const runOnce = async (): Promise<string> => {
    await door.go('/pipelines/reviews?plan=true')
    await page.getByRole('button', { name: 'Run the plan' }).click()
    await page.locator('.head .pill').waitFor()
    await expect.poll(() => page.locator('.head .pill').first().innerText(), { timeout: 120_000, interval: 250 }).toBe('Succeeded')
    return page.url()
  }
  const axe = async (): Promise<void> => {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(kind === 'window').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
  }

  beforeAll(async () => {
    door = await openDoor(kind)
    ;({ page } = door)
    page.on('pageerror', (error) => troubles.push(error.message))
    await page.getByText('25 of 25 tables loaded').waitFor({ timeout: 120_000 })
  }, LONG)
  afterAll(async () => {
    await door?.close()
    expect(troubles).toEqual([])
  }, LONG)

  it('runs twice, so that there is a history', { timeout: LONG }, async () => {
    const first = await runOnce()
    expect(await runOnce()).not.toBe(first)
  })

  it('shows the history as one bar per step, and compares two runs that are picked in it', { timeout: LONG }, async () => {
    await door.go('/pipelines/reviews')
    const strip = page.getByRole('navigation', { name: 'History' })
    await expect.poll(() => strip.getByRole('link').count()).toBe(2)
    expect(await strip.locator('.track i').count()).toBeGreaterThan(20)
    await axe()
    for (const box of await page.getByRole('checkbox', { name: /^Compare run/ }).all()) await box.check()
    await page.getByRole('button', { name: /^Compare runs \d+ and \d+$/ }).click()
    await heading(/^Run \d+ (differs from|did what) run \d+/)
    await page.getByText('The published content is the same, by its hash.').waitFor()
    await axe()
  })

  it('compares with the previous run from a run, and names signs', { timeout: LONG }, async () => {
    await door.go('/pipelines/reviews/compare')
    await heading(/^Run \d+/)
    expect(await page.locator('.cmp').innerText()).toMatch(/[+−]\d[\d.,]*\s?\w+ ?(slower|faster)/)
  })

  it('sets a schedule after showing its next times, pauses it, and removes it only when asked twice', { timeout: LONG }, async () => {
    await door.go('/pipelines/reviews')
    await page.getByRole('button', { name: 'Add a schedule' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'When' }).fill('not a time')
    await dialog.getByText('"not a time" has not five fields.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Save schedule' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox', { name: 'When' }).fill('30 2 * * *')
    await dialog.getByRole('textbox', { name: 'Time zone' }).fill('Europe/Paris')
    await expect.poll(() => dialog.locator('.next-times > div').count()).toBe(5)
    await axe()
    await dialog.getByRole('button', { name: 'Save schedule' }).click()
    const schedule = page.locator('.sched')
    await schedule.getByText('reviews-daily').waitFor()
    expect(await schedule.innerText()).toMatch(/Next .* UTC[\s\S]*02:30/)
    await schedule.getByRole('button', { name: 'Pause' }).click()
    await schedule.getByText('Paused').waitFor()
    await schedule.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Remove reviews-daily' }).click()
    await page.getByText('It starts only when somebody starts it.').waitFor()
  })

  it('says what a run changed, shows its plan and its rows over time', { timeout: LONG }, async () => {
    await door.go('/pipelines/reviews')
    await page.getByRole('navigation', { name: 'History' }).getByRole('link').first().click()
    await heading(/^Run \d+, /)
    await page.locator('.run-evi').getByText('Changes', { exact: true }).click()
    await expect.poll(() => page.locator('.changes').innerText()).toMatch(/raw\/review\/[\s\S]*rejected_reviews[\s\S]*review_relevant[\s\S]*version \d+ kept/)
    await axe()
    await page.locator('.run-evi').getByText('Over time', { exact: true }).click()
    await expect.poll(() => page.locator('.run-evi .series').first().getAttribute('aria-label')).toMatch(/Extract eight tables with pseudonyms: 7\d\d,\d{3}/)
    await page.locator('.run-evi').getByText('Plan', { exact: true }).click()
    await expect.poll(() => page.locator('.run-evi pre').innerText()).toContain('"operation": "pipelines.run"')
    await axe()
  })

  it('goes back from a plan that one sees first, and the way back is a run of its own', { timeout: LONG }, async () => {
    await door.go('/pipelines/reviews')
    await page.getByRole('navigation', { name: 'History' }).getByRole('link').first().click()
    await heading(/^Run \d+, /)
    await page.getByRole('button', { name: 'Go back', exact: true }).click()
    await heading(/^Go back behind run \d+$/)
    expect(await page.locator('.plan-steps').innerText()).toMatch(/is replaced by/)
    await axe()
    await page.getByRole('button', { name: 'Go back now' }).click()
    await heading(/Swap back/)
    await expect.poll(() => page.locator('.head .pill').first().innerText(), { timeout: 60_000 }).toBe('Succeeded')
  })

  it('backfills a range of days: a dry run first, refused where there is nothing', { timeout: LONG }, async () => {
    await door.go('/pipelines/reviews')
    await page.getByRole('button', { name: 'Backfill' }).click()
    const dialog = page.getByRole('dialog')
    const plan = dialog.getByRole('button', { name: 'Plan the backfill' })
    const days = async (from: string, to: string): Promise<void> => {
      await dialog.getByLabel('First day').fill(from)
      await dialog.getByLabel('Last day').fill(to)
    }
    expect(await plan.isDisabled()).toBe(true)
    await days('2022-03-12', '2022-03-01')
    await dialog.getByText('The last day is before the first.').waitFor()
    expect(await plan.isDisabled()).toBe(true)
    await axe()
    await days('2019-01-01', '2019-12-31')
    await plan.click()
    await heading(/^Backfill Reviews from 2019-01-01 to 2019-12-31: refused before the start$/)
    await page.getByText('The source has no rows from 2019-01-01 to 2019-12-31.').waitFor()
    expect(await page.getByRole('button', { name: 'Run the plan' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Other days' }).click()
    await days('2021-12-30', '2022-01-31')
    await page.keyboard.press('Enter')
    await heading(/^Plan: Backfill Reviews from 2021-12-30 to 2022-01-31$/)
    expect(await page.getByRole('img', { name: /^Rows per day from 2021-12-30 to 2022-01-31: from 0 to \d+; days without rows: 2$/ }).locator('rect').count()).toBe(33)
    expect(await page.locator('.fig').first().innerText()).toMatch(/Rows of these days\s+[\d,]+/)
    await axe()
    await page.getByRole('button', { name: 'Run the plan' }).click()
    await heading(/^Run \d+, Backfill Reviews from 2021-12-30 to 2022-01-31/)
    await expect.poll(() => page.locator('.head .pill').first().innerText(), { timeout: 120_000, interval: 250 }).toBe('Succeeded')
    await door.go('/pipelines/reviews/compare')
    await page.getByText('The published content is the same, by its hash.').waitFor()
  })
})
