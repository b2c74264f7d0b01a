import { Packr } from 'msgpackr'
import { WireViolation } from './errors.ts'

/**
 * The wire under the API: one line carries many calls, each under an id that the client counts up.
 * A call is answered by one RESPONSE, or by STREAM, EVENT…, END. Nothing else flows.
 *
 * Backpressure: the server keeps at most WINDOW events of a stream unacknowledged, the client gives
 * credits back GRANT at a time, as its reader consumes.
 */
export const WINDOW = 256
export const GRANT = 64
/** Calls of one line that may be open at once: a limit for a hostile page, not for ours. */
export const MAX_CALLS = 1024
/** Bytes of one frame. */
export const MAX_FRAME = 16 * 1024 * 1024

export const REQUEST = 1
export const ABORT = 2
export const CREDIT = 3
export const RESPONSE = 4
export const STREAM = 5
export const EVENT = 6
export const END = 7

export type Headers = Record<string, string | readonly string[] | undefined>
/** What resumes a cut stream: `id` of the event. */
export interface EventMeta {
  readonly id?: string
  readonly retry?: number
  readonly comments?: string[]
}

export type ClientFrame =
  | readonly [kind: typeof REQUEST, call: number, path: string, headers: Headers, body: unknown]
  | readonly [kind: typeof ABORT, call: number]
  | readonly [kind: typeof CREDIT, call: number, events: number]

export type ServerFrame =
  | readonly [kind: typeof RESPONSE, call: number, status: number, headers: Headers, body: unknown]
  | readonly [kind: typeof STREAM, call: number, status: number, headers: Headers]
  | readonly [kind: typeof EVENT, call: number, data: unknown, meta: EventMeta | null]
  | readonly [kind: typeof END, call: number, how: 'done' | 'error', data: unknown, meta: EventMeta | null]

/** One end of a line. Frames arrive in order or not at all; `lost` is called once and is final. */
export interface Wire<Out, In> {
  /** Resolves when the carrier takes more: a slow reader holds the sender here. */
  send(frame: Out): Promise<void> | void
  /** Called once, before anything arrives. `frame` is as decoded: not checked yet. */
  listen(handlers: { readonly frame: (frame: In) => void; readonly lost: () => void }): void
  close(): void
}

// Without records no code is generated from keys: the page runs under a policy that forbids eval.
const packr = new Packr({ useRecords: false, mapsAsObjects: true, copyBuffers: true })

/** Frame → bytes. Carries JSON values, undefined, ±Infinity, NaN and Uint8Array as they are. */
export const encode = (frame: ClientFrame | ServerFrame): Uint8Array<ArrayBuffer> => packr.pack(frame) as Uint8Array<ArrayBuffer>

const callOf = (frame: unknown): readonly unknown[] => {
  if (!Array.isArray(frame) || !Number.isSafeInteger(frame[1])) throw new WireViolation('not a frame')
  return frame
}

function decode(bytes: Uint8Array): readonly unknown[] {
  let value: unknown
  try {
    value = packr.unpack(bytes)
  } catch {
    throw new WireViolation('not MessagePack')
  }
  return callOf(value)
}

const isRecord = (value: unknown): value is Headers => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Bytes → frame of a client, checked in every member but the body. Throws WireViolation. */
export function decodeClientFrame(bytes: Uint8Array): ClientFrame {
  const frame = decode(bytes)
  const [kind, , third, fourth] = frame
  const ok =
    (kind === REQUEST && typeof third === 'string' && isRecord(fourth)) ||
    kind === ABORT ||
    (kind === CREDIT && Number.isSafeInteger(third) && (third as number) > 0)
  if (!ok) throw new WireViolation('unknown frame')
  return frame as unknown as ClientFrame
}

/** Bytes → frame of the server. Throws WireViolation. */
export function decodeServerFrame(bytes: Uint8Array): ServerFrame {
  const frame = decode(bytes)
  if (![RESPONSE, STREAM, EVENT, END].includes(frame[0] as number)) throw new WireViolation('unknown frame')
  return frame as unknown as ServerFrame
}
