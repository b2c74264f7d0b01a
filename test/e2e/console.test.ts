import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorMissing, doors, openDoor, type CoreBehind, type Door } from './door.ts'

const PAGES = ['/', '/pipelines', '/pipelines/reviews', '/pipelines/reviews?plan=true', '/quality', '/rejects', '/dashboards/reviews', '/audit', '/doctor', '/settings', '/about'] as const
const LONG = 240_000

describe.each(doors.filter((kind) => !doorMissing(kind)))('the console over the real core, in a %s', (kind) => {
  let door: Door
  let regie: CoreBehind
  let page: Page
  const troubles: string[] = []
  /** Path of the first run that ended well. */
  let done = ''

  beforeAll(async () => {
    door = await openDoor(kind, { viewport: { width: 1280, height: 800 }, locale: 'en-GB', colorScheme: 'light' })
    ;({ page, regie } = door)
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      // A killed core leaves failed sockets behind; everything else is ours.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|api\/health/.test(message.text())) troubles.push(message.text())
    })
  }, LONG)
  afterAll(async () => {
    await door?.close()
    expect(troubles).toEqual([])
  }, LONG)

  const h1 = (): Promise<string> => page.locator('.head h1 > span').first().innerText()
  const heading = async (sentence: RegExp, timeout = 20_000): Promise<void> => {
    await expect.poll(h1, { timeout }).toMatch(sentence)
  }
  const go = (path: string): Promise<void> => door.go(path)
  const state = (): Promise<string> => page.locator('.head .pill').first().innerText()
  const ended = async (word: string): Promise<void> => {
    await expect.poll(state, { timeout: 120_000, interval: 250 }).toBe(word)
  }
  const startRun = async (): Promise<void> => {
    await go('/pipelines/reviews?plan=true')
    await page.getByRole('button', { name: 'Run the plan' }).click()
    await page.locator('.head .pill').waitFor()
  }

  it('starts with a place that is ready, keeps the token out of the address, names the sandbox', async () => {
    await heading(/^Ready for a first run$/)
    expect(page.url()).not.toContain('t=')
    expect(await page.locator('.shelf .env.sandbox').innerText()).toBe('Sandbox')
    expect(await page.locator('.app').getAttribute('data-env')).toBe('sandbox')
    await page.getByText('25 of 25 tables loaded').waitFor()
  })

  it('shows what has nothing to show yet as empty, with the next step', async () => {
    await go('/rejects')
    await heading(/^No run has published yet$/)
    await go('/dashboards/reviews')
    await heading(/nothing was published yet$/)
    expect(await page.getByRole('link', { name: 'Open the pipelines' }).isVisible()).toBe(true)
  })

  it('plans before it runs: steps, way back, hash, and the same as a command', async () => {
    await go('/pipelines/reviews?plan=true')
    await heading(/^Plan: /)
    expect(await page.locator('.plan-steps .sg-row').count()).toBe(13)
    expect(await page.locator('.aside').innerText()).toMatch(/Way back[\s\S]*Locks[\s\S]*regie pipeline run reviews --env sandbox/)
    expect(await page.locator('.head .sub .mono').innerText()).toMatch(/^[0-9a-f]{8}$/)
  })

  it('runs live, survives a reload and the death of the core in the middle, and ends with every row', { timeout: LONG }, async () => {
    await startRun()
    expect(await state()).toBe('Running')
    const url = page.url()
    done = new URL(url).hash.slice(1)
    await expect.poll(() => page.locator('.sg-row[data-state="succeeded"]').count(), { timeout: 60_000, interval: 50 }).toBeGreaterThan(0)
    await expect.poll(() => page.locator('.log-line').count(), { interval: 50 }).toBeGreaterThan(0)

    await page.reload()
    await page.locator('.sg-row').first().waitFor()
    expect(page.url()).toBe(url)
    await expect.poll(() => page.locator('.sg-row[data-state="succeeded"]').count()).toBeGreaterThan(0)

    const killed = await regie.kill()
    await expect.poll(async () => (await regie.health().catch(() => ({ pid: killed }))).pid, { timeout: 60_000 }).not.toBe(killed)
    // Resumed by the core itself: nobody pressed a button.
    await ended('Succeeded')
    expect(page.url()).toBe(url)
    await page.getByText('111,185', { exact: true }).first().waitFor()
    await expect.poll(() => page.locator('.fig').innerText()).toMatch(/Accepted\s+111,185[\s\S]*Rejected\s+137/)
    await expect.poll(() => page.locator('.banner').count()).toBe(0)
    await expect.poll(() => page.locator('.sg-row[data-state="succeeded"]').count()).toBe(13)
  })

  it('says that the core is away while it is, and reads everything again after', { timeout: LONG }, async () => {
    await go('/audit')
    await regie.kill()
    await page.getByText('The core is restarting; the page reconnects by itself.').waitFor()
    await expect.poll(() => page.locator('.banner').count(), { timeout: 60_000 }).toBe(0)
    await expect.poll(() => page.locator('.dt-row').count()).toBeGreaterThan(5)
  })

  it('shows the evidence of a step, its gates with their limits, and first rows without people', { timeout: LONG }, async () => {
    await go(`${done}?step=audit`)
    await expect.poll(() => page.locator('.run-evi').innerText()).toMatch(/Rejected rows[\s\S]*limit 10\s%[\s\S]*0\.12\s%/)
    await page.locator('.sg').focus()
    await page.keyboard.press('k')
    await expect.poll(() => page.locator('.sg-row[aria-selected="true"]').innerText()).toMatch(/Stage reviews/)
    expect(page.url()).toContain('step=stage')
    await page.getByRole('button', { name: 'See rows' }).click()
    await page.getByRole('dialog').locator('tbody tr').first().waitFor()
    expect(await page.getByRole('dialog').locator('thead').innerText()).toMatch(/review_id/)
    await page.keyboard.press('Escape')
  })

  it('filters the log by step in the address, and finds words in it', async () => {
    await go(`${done}?step=extract&only=true`)
    await expect.poll(async () => new Set(await page.locator('.log-line:visible .k').allInnerTexts())).toEqual(new Set(['extract']))
    await page.getByRole('textbox', { name: 'Search the log' }).fill('carrier')
    await expect.poll(() => page.locator('.log-hits').innerText()).toMatch(/^1 of \d+$/)
  })

  it('runs again from a step, taking over what came before', { timeout: LONG }, async () => {
    await go(`${done}?step=publish`)
    await page.getByRole('button', { name: 'Re-run from this step' }).click()
    await heading(/^Re-run \d+ from /)
    await page.getByRole('button', { name: 'Start the re-run' }).click()
    await page.getByRole('link', { name: 'Re-run of an earlier run' }).waitFor()
    await ended('Succeeded')
    await expect.poll(() => page.locator('.fig').innerText()).toMatch(/Accepted\s+111,185/)
  })

  it('cancels a run, says what happened, and lets it resume to the end', { timeout: LONG }, async () => {
    await startRun()
    await page.getByRole('button', { name: 'Cancel run' }).click()
    await ended('Cancelled')
    await page.locator('.run-msg').waitFor()
    const resume = page.getByRole('button', { name: 'Resume run' })
    await resume.waitFor()
    await resume.click()
    await ended('Succeeded')
  })

  it('says at a glance that nothing is wrong, and which version one can go back to', async () => {
    await go('/')
    await heading(/^Nothing is failing\. Nothing needs you\.$/)
    await page.getByRole('link', { name: /^version \d+$/ }).first().waitFor()
  })

  it('lists rejects, filters them by reason, opens a row, by keyboard alone', async () => {
    await go('/rejects')
    await heading(/^137 rows rejected, for one reason$/)
    await page.getByRole('button', { name: /empty_description/ }).click()
    expect(page.url()).toContain('reason=empty_description')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Original row').waitFor()
    expect(await drawer.innerText()).toMatch(/buyer_id\s+[0-9a-f]{64}/)
    expect(page.url()).toContain('row=')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.url()).not.toContain('row=')
  })

  it('crosses filters by a click on a mark, and keeps them in the address over a reload', async () => {
    await go('/dashboards/reviews')
    await heading(/^111,185 reviews/)
    const whole = await h1()
    await page.getByRole('region', { name: 'Ratings' }).locator('button.hb').first().click()
    await expect.poll(h1).not.toBe(whole)
    const fives = await h1()
    await page.getByRole('region', { name: 'Sentiment' }).getByRole('button', { name: /negative/ }).click()
    await expect.poll(h1).not.toBe(fives)
    const both = await h1()
    await page.reload()
    await heading(new RegExp(`^${both}$`))
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await heading(new RegExp(`^${whole}$`))
  })

  it('verifies the log and proves an entry by its own arithmetic', async () => {
    await go('/audit')
    await page.getByRole('button', { name: 'Verify the log' }).click()
    await heading(/^The log is whole\. [\d,]+ entries, none changed\.$/)
    await page.locator('.dt-row').nth(3).click()
    await page.getByText(/^In the tree of /).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('textbox', { name: 'Search the log' }).fill('cancelled')
    await page.getByText(/entr(y|ies) match/).waitFor()
  })

  it('goes everywhere by keys, and lists them', async () => {
    await go('/settings')
    for (const [key, sentence] of [['o', /failing/], ['p', /pipeline/], ['q', /gates? of run/], ['r', /reviews/], ['a', /entr/], ['h', /checks?/], ['i', /Régie/], ['s', /Settings/]] as const) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await heading(sentence)
    }
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find or run' }).fill('audit log')
    await page.keyboard.press('Enter')
    await heading(/entr/)
  })

  it('speaks French and goes dark, and stays so', async () => {
    await go('/settings')
    await page.getByText('Français', { exact: true }).click()
    await heading(/Réglages/)
    await page.getByText('Sombre', { exact: true }).click()
    await page.reload()
    await heading(/Réglages/)
    expect(await page.locator('html').getAttribute('lang')).toBe('fr')
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark')
    await page.getByText('English', { exact: true }).click()
    await heading(/Settings/)
  })

  describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
    it.each([...PAGES, 'run'])('%s has no fault that axe can see', { timeout: LONG }, async (path) => {
      await go('/settings')
      await page.getByText(theme === 'light' ? 'Light' : 'Dark', { exact: true }).click()
      await go(path === 'run' ? done : path)
      await page.waitForLoadState('networkidle')
      await page.locator('.loading').waitFor({ state: 'detached' })
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.slice(0, 300)}`).join(' | ')}`)).toEqual([])
    })
  })
})
