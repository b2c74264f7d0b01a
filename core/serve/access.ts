import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Subprotocol of the wire; its sibling `token.<token>` carries the token, which so is in no URL and no cookie. */
export const WIRE_PROTOCOL = 'regie.1'

/** 256 bits, base64url: one per launch, known to whoever was given the link. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** The link that opens the console: the token leaves the address bar as soon as the page has read it. */
export const linkOf = (port: number, token: string): string => `http://127.0.0.1:${port}/?t=${token}`

export interface Access {
  readonly token: string
  readonly port: number
}

/** HTTP status of a refusal, and why; null = let in. */
export type Refusal = { readonly status: 401 | 403; readonly why: string } | null

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
/** Takes the same time whatever differs. */
const sameSecret = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted))

/**
 * Only our own literal address: a name that was made to point at 127.0.0.1 (DNS rebinding) sends another
 * Host, and so does `localhost`, under which other programs' pages live.
 */
export function refuseHost(request: IncomingMessage, { port }: Access): Refusal {
  return request.headers.host === `127.0.0.1:${port}` ? null : { status: 403, why: 'This address is not served here.' }
}

/** A page of another origin may not speak to us: browsers name it in Origin and in Sec-Fetch-Site. */
export function refuseOrigin(request: IncomingMessage, { port }: Access, missing: 'allowed' | 'refused'): Refusal {
  const { origin } = request.headers
  const foreign = { status: 403, why: 'Pages of other origins are not served here.' } as const
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site']
    return missing === 'refused' || site === 'cross-site' || site === 'same-site' ? foreign : null
  }
  return origin === `http://127.0.0.1:${port}` ? null : foreign
}

const needed = { status: 401, why: 'The link that was printed at start is needed.' } as const

/** `Authorization: Bearer <token>`. */
export function refuseBearer(request: IncomingMessage, { token }: Access): Refusal {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  return given !== undefined && sameSecret(given, token) ? null : needed
}

/** `Sec-WebSocket-Protocol: regie.1, token.<token>`. */
export function refuseProtocol(request: IncomingMessage, { token }: Access): Refusal {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())
  const given = offered.find((one) => one.startsWith('token.'))?.slice('token.'.length)
  return offered.includes(WIRE_PROTOCOL) && given !== undefined && sameSecret(given, token) ? null : needed
}
