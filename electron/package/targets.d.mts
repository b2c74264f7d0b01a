export interface ChosenTarget {
  readonly system: string
  readonly target: string
  readonly why: string | null
}
export function chosen(machine: { platform: NodeJS.Platform; wanted: string | null; env: Readonly<Record<string, string | undefined>> }): ChosenTarget[]
export function reasonOf(text: string): string
