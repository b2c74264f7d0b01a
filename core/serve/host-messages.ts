import type { Failure } from '#core/base/errors.ts'
import type { Access } from './access.ts'
import type { Run, RunDetail, RunEvent } from '#core/operations/types.ts'

/* What the core host and whoever started it (the supervisor, the desktop window) tell each other. */

export interface HostConfig {
  readonly home: string
  readonly workspace: string | null
  readonly actor: string
  /** Environment to bring to life after the start; null = none. */
  readonly firstStart: string | null
}

/** What a menu, a tray and a question at the end need to know of a run that moves. */
export type RunningRun = Pick<Run, 'runId' | 'title' | 'environment' | 'state' | 'startedAt'>

export type ToHost =
  /** `access` is null where no port is served: lines come as message ports only. */
  | { readonly kind: 'start'; readonly access: Access | null; readonly config: HostConfig }
  /** A socket travels beside it; it is answered by `taken` with the same number. */
  | { readonly kind: 'connection'; readonly id: number }
  /** A page's line begins. Where ports can travel, one travels beside it; else its frames come as `frame`. */
  | { readonly kind: 'line'; readonly id: number }
  | { readonly kind: 'frame'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'line-ended'; readonly id: number }
  /** The machine goes to sleep, or is awake again. */
  | { readonly kind: 'power'; readonly state: 'suspend' | 'resume' }
  /** Answered by `pong`: a core that hangs doesn't. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' }

export type FromHost =
  | { readonly kind: 'ready' }
  /** The host owns that connection now: it will be answered, or cut when the host ends. */
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'frame'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'line-ended'; readonly id: number }
  /** Runs that move now; told when it changes, to a window only. */
  | { readonly kind: 'running'; readonly runs: readonly RunningRun[] }
  | { readonly kind: 'pong' }
  /** A stage of the first start began or ended. */
  | { readonly kind: 'run'; readonly run: RunDetail }
  | { readonly kind: 'event'; readonly event: RunEvent }
  /** It can't serve and ends; the reason is for people. */
  | { readonly kind: 'failed'; readonly failure: Failure }
