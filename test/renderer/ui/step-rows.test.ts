import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchChromium } from '#test/e2e/chromium.mjs'
import { serveFolder } from '#test/e2e/static.mjs'
import { notRun } from '#test/support/not-run.ts'

const ROOT = resolve(import.meta.dirname, '..', '..', '..')
const path = chromiumPath()
const missing = path === null && notRun('rows of the step graph that are drawn', 'no Chromium on this machine')

describe.skipIf(missing)('rows of the step graph', () => {
  let folder = ''
  let site: { url: string; close: () => void }
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regie-renders-'))
    const alias = { '#core': join(ROOT, 'core'), '#renderer': join(ROOT, 'renderer'), '#test': join(ROOT, 'test') }
    await build({ configFile: false, logLevel: 'error', root: join(import.meta.dirname, 'renders'), base: './', resolve: { alias }, plugins: [react()], build: { target: 'chrome108', outDir: folder, emptyOutDir: true } })
    site = await serveFolder(folder)
    browser = await launchChromium(path ?? '')
    page = await browser.newPage()
    await page.goto(site.url)
    await page.waitForFunction(() => 'renders' in globalThis)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    site?.close()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const call = (name: 'show' | 'fold', ...given: unknown[]): Promise<string[]> =>
    page.evaluate(([which, args]) => (globalThis as unknown as { renders: Record<string, (...all: unknown[]) => string[]> }).renders[which]?.(...args) ?? [], [name, given] as const)
  const progress = (id: number, rows: number): object => ({ id, at: '2026-11-21T12:00:03.000Z', runId: '20261121_120000_abcd', kind: 'progress', stepId: 'b', rows, totalRows: 100, bytes: null, rowsPerSecond: 9, msLeft: 500 })

  it('draws the row whose rows were counted, and no other', async () => {
    expect(await call('show', 'b')).toEqual(['a', 'b', 'c', 'd'])
    expect(await call('fold', [progress(20, 41), progress(21, 42)], 'b')).toEqual(['b'])
    expect(await page.getByRole('option', { name: /^b/ }).innerText()).toMatch(/\b42\b/)
  })

  it('draws nothing when nothing changed, and two rows when another one is picked', async () => {
    expect(await call('show', 'b')).toEqual([])
    expect(await call('show', 'a')).toEqual(['a', 'b'])
  })
})
