export const regieFile: string
export interface Served {
  readonly url: string
  readonly origin: string
  health(): Promise<{ pid: number; startedAt: string }>
  close(): Promise<void>
}
export interface Prepared {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly workspace: string
  remove(): void
}
export function prepareRegie(): Prepared
export function startRegie(): Promise<Served>
