import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect as netConnect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { connect, failureOf, type Connection } from '#core/api/client/connect.ts'
import type { ConnectionState } from '#core/api/client/reconnecting.ts'
import { serveHere } from '#core/serve/listen.ts'
import { fakeRegie, RUN_ID, type FakeRegie } from '#test/core/api/fake-regie.ts'

let page: string
let regie: FakeRegie
let served: Awaited<ReturnType<typeof serveHere>>
const open: Connection[] = []

beforeAll(() => {
  page = mkdtempSync(join(tmpdir(), 'regie-page-'))
  mkdirSync(join(page, 'assets'))
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Console</title>')
  writeFileSync(join(page, 'assets', 'index-B1x2Y3z4.js'), 'console.log(1)')
  writeFileSync(join(page, '..', 'regie-outside.txt'), 'outside')
})
afterAll(() => {
  rmSync(page, { recursive: true, force: true })
  rmSync(join(tmpdir(), 'regie-outside.txt'), { force: true })
})
beforeEach(async () => {
  regie = fakeRegie()
  served = await serveHere(regie, { page })
})
afterEach(async () => {
  for (const connection of open.splice(0)) connection.close()
  await served.close()
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: served.access.port, path, method, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('error', reject)
    request.end()
  })
}

const origin = (): string => `http://127.0.0.1:${served.access.port}`
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${served.access.token}` })

/** 'open', or the HTTP status with which the upgrade was refused. */
function upgrade(options: { origin?: string | null; host?: string; protocols?: string[]; path?: string } = {}): Promise<number | 'open'> {
  const socket = new WebSocket(`ws://127.0.0.1:${served.access.port}${options.path ?? '/api/wire'}`, options.protocols ?? ['regie.1', `token.${served.access.token}`], {
    headers: { ...(options.origin === null ? {} : { origin: options.origin ?? origin() }), ...(options.host ? { host: options.host } : {}) },
  })
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      expect(socket.protocol).toBe('regie.1')
      socket.terminate()
      resolve('open')
    })
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', reject)
  })
}

const client = (onState?: (state: ConnectionState) => void, token = served.access.token): Connection => {
  const connection = connect({
    socket: () => new WebSocket(`ws://127.0.0.1:${served.access.port}/api/wire`, ['regie.1', `token.${token}`], { headers: { origin: origin() } }),
    refused: async () => (await fetch(`${origin()}/api/health`, { headers: { authorization: `Bearer ${token}` } })).status === 401,
    onState,
    backoff: () => 10,
  })
  open.push(connection)
  return connection
}

describe('the page', () => {
  it('is served without a token, under a policy that runs scripts from here only', async () => {
    const answer = await get('/?t=whatever')
    expect(answer).toMatchObject({ status: 200, body: '<!doctype html><title>Console</title>' })
    expect(answer.headers['cache-control']).toBe('no-cache')
    const policy = answer.headers['content-security-policy'] as string
    expect(policy).toMatch(/default-src 'self'/)
    expect(policy).toMatch(/script-src 'self'(;|$)/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('keeps hashed files for ever', async () => {
    const answer = await get('/assets/index-B1x2Y3z4.js')
    expect(answer).toMatchObject({ status: 200, body: 'console.log(1)' })
    expect(answer.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8' })
  })

  it.each(['/nowhere', '/assets', '/assets/', '/../regie-outside.txt', '/%2e%2e/regie-outside.txt', '/..%2fregie-outside.txt', '/assets/..%5c..%5cregie-outside.txt', '//regie-outside.txt', '/index.html%00', '/.git/config'])(
    'is not found at %s',
    async (path) => {
      const answer = await get(path)
      expect(answer.status).toBe(404)
      expect(answer.body).not.toContain('outside')
      expect(answer.headers['content-security-policy']).toBeDefined()
    },
  )

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('answers no %s', async (method) => {
    expect((await get('/', {}, method)).status).toBe(405)
  })

  it('says how to build it when it is not built', async () => {
    const bare = await serveHere(regie, { page: join(page, 'absent') })
    try {
      const answer = await fetch(`http://127.0.0.1:${bare.access.port}/`)
      expect(answer.status).toBe(503)
      expect(await answer.text()).toContain('npm run build')
    } finally {
      await bare.close()
    }
  })

  it('answers HEAD without a body', async () => {
    const answer = await get('/', {}, 'HEAD')
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, '', '37'])
  })
})

describe('who is let in', () => {
  it('over HTTP: the token only', async () => {
    expect((await get('/api/health')).status).toBe(401)
    expect((await get('/api/health', { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await get(`/api/health?t=${served.access.token}`)).status).toBe(401)
    const good = await get('/api/health', bearer())
    expect([good.status, JSON.parse(good.body)]).toMatchObject([200, { state: 'up' }])
    expect((await get('/api/other', bearer())).status).toBe(404)
  })

  it.each(['localhost', 'evil.example', '127.0.0.1', '127.0.0.1.evil.example', '[::1]', '127.0.0.2'])('not under the name %j, with the token too', async (name) => {
    const host = `${name}:${name === '127.0.0.1' ? served.access.port + 1 : served.access.port}`
    expect((await get('/', { host })).status).toBe(403)
    expect((await get('/api/health', { ...bearer(), host })).status).toBe(403)
    expect(await upgrade({ host })).toBe(403)
  })

  it('not from pages of other origins', async () => {
    for (const foreign of ['https://evil.example', 'null', 'http://127.0.0.1:1', `http://localhost:${served.access.port}`, `https://127.0.0.1:${served.access.port}`, `${origin()}.evil.example`]) {
      expect((await get('/api/health', { ...bearer(), origin: foreign })).status).toBe(403)
      expect(await upgrade({ origin: foreign })).toBe(403)
    }
    expect((await get('/', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await get('/', { 'sec-fetch-site': 'none' })).status).toBe(200)
  })

  it('over WebSocket: our own origin, our protocol and the token', async () => {
    expect(await upgrade()).toBe('open')
    expect(await upgrade({ origin: null })).toBe(403)
    expect(await upgrade({ protocols: ['regie.1'] })).toBe(401)
    expect(await upgrade({ protocols: ['regie.1', 'token.wrong'] })).toBe(401)
    expect(await upgrade({ protocols: [`token.${served.access.token}`] })).toBe(401)
    expect(await upgrade({ path: '/elsewhere' })).toBe(404)
  })

  it('from this machine only', () => {
    const address = served.access.port
    return new Promise<void>((resolve) => {
      // 127.0.0.2 is this machine too, but not the address that is bound
      const socket = netConnect({ host: '127.0.0.2', port: address })
      socket.on('connect', () => {
        socket.destroy()
        throw new Error('bound to more than 127.0.0.1')
      })
      socket.on('error', () => resolve())
    })
  })

  it('garbage does not end the server', async () => {
    await new Promise<void>((resolve) => {
      const socket = netConnect({ host: '127.0.0.1', port: served.access.port }, () => socket.write('\u0000\u0001 nonsense\r\n\r\n'))
      socket.resume()
      socket.on('close', () => resolve())
      socket.on('error', () => resolve())
    })
    expect((await get('/')).status).toBe(200)
  })
})

describe('the line', () => {
  it('answers calls and carries failures', async () => {
    const { client: api } = client()
    expect((await api.system.info({})).pid).toBe(process.pid)
    const error = await api.runs.get({ runId: 'x' }).catch((thrown: unknown) => thrown)
    expect(failureOf(error)).toMatchObject({ code: 'INVALID_INPUT' })
  })

  it('says that it was refused, and stops trying', async () => {
    const states: ConnectionState[] = []
    const { client: api } = client((state) => states.push(state), 'wrong')
    await expect(api.system.info({})).rejects.toMatchObject({ code: 'CONNECTION_LOST', sent: false })
    expect(states).toEqual(['refused'])
  })

  it('survives bytes that are no frame: only that line ends', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.access.port}/api/wire`, ['regie.1', `token.${served.access.token}`], { headers: { origin: origin() } })
    await new Promise((resolve) => socket.on('open', resolve))
    socket.send(Buffer.from([0xc1]))
    const code = await new Promise((resolve) => socket.on('close', resolve))
    expect(code).toBe(1002)
    expect((await client().client.system.info({})).pid).toBe(process.pid)
  })

  it('does not grow when a page stops reading', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.access.port}/api/wire`, ['regie.1', `token.${served.access.token}`], { headers: { origin: origin() } })
    await new Promise((resolve) => socket.on('open', resolve))
    const { client: api } = client()
    regie.emit(50_000)
    const before = process.memoryUsage().heapUsed
    const events = await api.runs.watch({ after: 0 })
    await events.next()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(regie.watched.pulled).toBeLessThanOrEqual(258)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
    // another call is not held up meanwhile
    expect((await api.system.info({})).actor).toBe('tester')
    await events.return?.()
    socket.terminate()
  })

  it('resumes a watch after a loss without gap or double', async () => {
    const states: ConnectionState[] = []
    const connection = client((state) => states.push(state))
    regie.emit(300)
    const seen: number[] = []
    for await (const event of await connection.client.runs.watch({ runId: RUN_ID, after: 0 })) {
      seen.push(event.id)
      // more than a window apart: what had arrived is still read after a loss
      if (event.id === 100 || event.id === 400) {
        regie.emit(150)
        served.web.dropLines()
      }
      if (event.id === 600) break
    }
    expect(seen).toEqual(Array.from({ length: 600 }, (_, n) => n + 1))
    expect(states).toEqual(['open', 'lost', 'open', 'lost', 'open'])
  })

  it('never repeats a change whose answer was lost', async () => {
    let started = 0
    const { client: api } = client()
    regie.engine.cancel = () => {
      started += 1
      served.web.dropLines()
      return new Promise(() => undefined)
    }
    const error = await api.runs.cancel({ runId: RUN_ID, sequence: 1 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', sent: true })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(started).toBe(1)
  })

  it('repeats a read whose answer was lost', async () => {
    const { client: api } = client()
    let asked = 0
    regie.audit.head = () => {
      asked += 1
      if (asked === 1) served.web.dropLines()
      return { entries: 7, rootHash: 'ab', at: null }
    }
    expect((await api.audit.head({})).entries).toBe(7)
    expect(asked).toBe(2)
  })
})
