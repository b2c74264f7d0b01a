/** Sizes that the keys step through, %. */
export const SIZES = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200] as const

/** The next size up or down; the ends hold. */
export function zoomed(now: number, direction: 1 | -1): number {
  return direction === 1 ? (SIZES.find((size) => size > now) ?? 200) : ([...SIZES].reverse().find((size) => size < now) ?? 50)
}
