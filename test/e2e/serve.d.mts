export const regieFile: string
export interface Served {
  readonly url: string
  readonly origin: string
  health(): Promise<{ pid: number; startedAt: string }>
  close(): Promise<void>
}
export function startRegie(): Promise<Served>
