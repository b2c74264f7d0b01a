import type { Failure } from '#core/base/errors.ts'
import type { RunDetail, RunEvent } from '#core/operations/types.ts'

/* What supervisor and core host tell each other over the IPC channel. Connections travel beside 'connection'. */

export interface HostConfig {
  readonly home: string
  readonly workspace: string | null
  readonly actor: string
  /** Environment to bring to life after the start; null = none. */
  readonly firstStart: string | null
}

export type ToHost =
  | { readonly kind: 'start'; readonly port: number; readonly token: string; readonly config: HostConfig }
  | { readonly kind: 'connection' }
  | { readonly kind: 'close' }

export type FromHost =
  | { readonly kind: 'ready' }
  /** A stage of the first start began or ended. */
  | { readonly kind: 'run'; readonly run: RunDetail }
  | { readonly kind: 'event'; readonly event: RunEvent }
  /** It can't serve and ends; the reason is for people. */
  | { readonly kind: 'failed'; readonly failure: Failure }
