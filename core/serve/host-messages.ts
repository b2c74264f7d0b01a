import type { Failure } from '#core/base/errors.ts'

/* What supervisor and core host tell each other over the IPC channel. Connections travel beside 'connection'. */

export interface HostConfig {
  readonly home: string
  readonly workspace: string
  readonly actor: string
}

export type ToHost =
  | { readonly kind: 'start'; readonly port: number; readonly token: string; readonly config: HostConfig }
  | { readonly kind: 'connection' }
  | { readonly kind: 'close' }

export type FromHost =
  | { readonly kind: 'ready' }
  /** It can't serve and ends; the reason is for people. */
  | { readonly kind: 'failed'; readonly failure: Failure }
