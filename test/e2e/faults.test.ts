import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorMissing, openDoor } from './door.ts'
import { chromiumPath, launchChromium } from './chromium.mjs'
import { prepareRegie, regieFile, startRegie, type Served } from './serve.mjs'

const LONG = 120_000

describe.runIf(!doorMissing('browser'))('what goes wrong around the page', () => {
  let regie: Served
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    regie = await startRegie()
    browser = await launchChromium(chromiumPath() ?? '')
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  }, LONG)
  afterAll(async () => {
    await browser?.close()
    await regie?.close()
  }, LONG)

  const console_ = async (url = regie.url): Promise<Page> => {
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.goto(url)
    return page
  }

  it('a wrong or expired token: says that this page is not admitted, and where the link is', { timeout: LONG }, async () => {
    const page = await console_(`${regie.origin}/?t=expired`)
    await page.getByText('This page is no longer admitted.').waitFor()
    await page.getByText('Open the link that it printed when it started.').waitFor()
    expect(page.url()).not.toContain('expired')
    await page.close()
  })

  it('a core that hangs or is slow: says that it does not answer, and stops saying so when it does', { timeout: LONG }, async () => {
    const page = await console_()
    await page.locator('.head h1').waitFor()
    const { pid } = await regie.health()
    process.kill(pid, 'SIGSTOP')
    try {
      await page.getByText('The core does not answer.').waitFor()
      await page.getByText('it is ended after a minute and started again').waitFor()
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await page.getByText('The core does not answer.').waitFor({ state: 'detached' })
    expect((await regie.health()).pid).toBe(pid)
    await page.close()
  })

  it('a line that is cut and comes back: says so, then reads everything again', { timeout: LONG }, async () => {
    const page = await console_()
    await page.locator('.head h1').waitFor()
    process.kill((await regie.health()).pid, 'SIGKILL')
    await page.getByText('The core is restarting; the page reconnects by itself.').waitFor()
    await page.getByText('25 of 25 tables loaded').waitFor()
    await expect.poll(() => page.locator('.banner').count(), { timeout: 60_000 }).toBe(0)
    await page.close()
  })

  it("a page of another origin: reads nothing, opens no line, changes nothing, with the console open in the same browser", { timeout: LONG }, async () => {
    const open = await console_()
    await open.locator('.head h1').waitFor()
    const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      for (const host of ['127.0.0.1', 'localhost']) {
        const hostile = await context.newPage()
        await hostile.goto(`http://${host}:${port}/`)
        const outcome = await hostile.evaluate(async (target) => {
          const fetched = async (path: string, init?: RequestInit): Promise<string> => fetch(target + path, init).then((answer) => (answer.type === 'opaque' ? 'opaque' : `${answer.status}`), () => 'refused')
          const socket = (protocols: string[]): Promise<string> => new Promise((resolve) => {
            const line = new WebSocket(`${target.replace('http', 'ws')}/api/wire`, protocols)
            line.addEventListener('open', () => resolve('open'))
            line.addEventListener('error', () => resolve('refused'))
          })
          const frame = document.createElement('iframe')
          frame.src = target
          document.body.append(frame)
          await new Promise((resolve) => frame.addEventListener('load', resolve))
          return {
            page: await fetched('/'),
            health: await fetched('/api/health'),
            withToken: await fetched('/api/health', { headers: { authorization: 'Bearer guess' } }),
            post: await fetched('/api/runs/cancel', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
            simplePost: await fetched('/api/runs/cancel', { method: 'POST', mode: 'no-cors', body: '{}' }),
            line: await socket(['regie.1', 'token.guess']),
            bareLine: await socket([]),
            framed: ((): string => {
              try {
                return frame.contentDocument?.querySelector('#root') ? 'shown' : 'refused'
              } catch {
                return 'refused'
              }
            })(),
          }
        }, regie.origin)
        expect(outcome).toEqual({ page: 'refused', health: 'refused', withToken: 'refused', post: 'refused', simplePost: 'refused', line: 'refused', bareLine: 'refused', framed: 'refused' })
        await hostile.close()
      }
    } finally {
      server.close()
    }
    await open.close()
  })

  it('a name that was made to point here (DNS rebinding): is served nothing', { timeout: LONG }, async () => {
    const { port } = new URL(regie.origin)
    const rebound = await launchChromium(chromiumPath() ?? '', [`--host-resolver-rules=MAP evil.example 127.0.0.1`])
    try {
      const page = await rebound.newPage()
      const answer = await page.goto(`http://evil.example:${port}/`)
      expect(answer?.status()).toBe(403)
      expect(await page.content()).not.toContain('id="root"')
    } finally {
      await rebound.close()
    }
  })

  it('two consoles on one home: both show the run that one of them started, and its end', { timeout: 240_000 }, async () => {
    const prepared = prepareRegie()
    const serve = (): Promise<{ url: string; stop(): Promise<void> }> =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [regieFile, 'serve', '--port', '0', '--json', '--workspace', prepared.workspace], { env: prepared.env, stdio: ['ignore', 'pipe', 'ignore'] })
        child.on('error', reject)
        child.stdout.once('data', (line: Buffer) =>
          resolve({
            url: (JSON.parse(String(line)) as { url: string }).url,
            stop: async () => {
              const ended = new Promise((done) => child.once('exit', done))
              child.kill('SIGTERM')
              await ended
            },
          }),
        )
      })
    const servers = [await serve(), await serve()]
    try {
      const [first, second] = await Promise.all(servers.map(({ url }) => console_(url)))
      if (!first || !second) throw new Error('two consoles')
      await first.evaluate(() => (location.hash = '#/pipelines/reviews?plan=true'))
      await first.getByRole('button', { name: 'Run the plan' }).click()
      await first.locator('.head .pill').waitFor()
      const run = await first.evaluate(() => location.hash)
      await second.evaluate((where) => (location.hash = where), run)
      for (const page of [first, second]) await expect.poll(() => page.locator('.head .pill').first().innerText(), { timeout: 120_000, interval: 250 }).toBe('Succeeded')
      await first.close()
      await second.close()
    } finally {
      for (const server of servers) await server.stop()
      prepared.remove()
    }
  })
})

describe.runIf(!doorMissing('window'))('what goes wrong around the window', () => {
  it('a core that hangs: says so in the window too', { timeout: LONG }, async () => {
    const door = await openDoor('window')
    try {
      await door.page.locator('.head h1').waitFor()
      const { pid } = await door.regie.health()
      process.kill(pid, 'SIGSTOP')
      try {
        await door.page.getByText('The core does not answer.').waitFor()
      } finally {
        process.kill(pid, 'SIGCONT')
      }
      await door.page.getByText('The core does not answer.').waitFor({ state: 'detached' })
    } finally {
      await door.close()
    }
  })
})
