import type { OpenRegie, Regie } from '#core/api/regie.ts'
import type { Clock } from '#core/base/clock.ts'
import type { Io } from './io.ts'

/** Everything around a command: the tests put another one in its place. */
export interface World {
  readonly io: Io
  readonly clock: Clock
  readonly home: string
  /** The program's own file, to start the core in a process of its own. */
  readonly entry: string
  /** For programs that are started, never for reading settings. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly actor: string
  readonly open: OpenRegie
  /** Asks a person; the line without its end. Null when nobody can answer. */
  readonly ask: ((question: string) => Promise<string>) | null
  /** Aborted by the first ^C. */
  readonly cancelled: AbortSignal
  /** A window can be shown: X11, Wayland, macOS, Windows. */
  readonly display: boolean
  /** Writes an undeclared error to the log; returns the id under which it stands there. */
  readonly report: (error: unknown) => string
  /** What the process ends with. */
  readonly exit: { code: number }
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean
  readonly workspace?: string
}

/** What a command's action gets. */
export interface Context<Options> extends World {
  readonly options: Options & CommonOptions
  /** Opened when first asked for, closed when the command ends. */
  readonly regie: () => Promise<Regie>
  /** One JSON value as one line. */
  readonly line: (value: unknown) => Promise<void>
}
