/** Colours of a drawing, read from the roles in tokens.css so that both themes hold. */
export interface Palette {
  readonly sheet: string
  readonly ink: string
  readonly ink2: string
  readonly ink3: string
  readonly inkOff: string
  readonly line: string
  readonly lineStrong: string
  readonly grid: string
  readonly picked: string
  readonly font: string
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const role = (name: string): string => style.getPropertyValue(name).trim()
  return {
    sheet: role('--sheet'), ink: role('--ink'), ink2: role('--ink-2'), ink3: role('--ink-3'), inkOff: role('--ink-off'),
    line: role('--line'), lineStrong: role('--line-strong'), grid: role('--grid'), picked: role('--picked'), font: role('--font-text'),
  }
}

/** Lines in shades of ink, each with a dash of its own: never told apart by shade alone. */
export const STROKES: readonly { readonly shade: 'ink' | 'ink3' | 'inkOff'; readonly dash: readonly number[]; readonly width: number }[] = [
  { shade: 'ink', dash: [], width: 1.6 },
  { shade: 'ink3', dash: [5, 3], width: 1.4 },
  { shade: 'ink3', dash: [1.5, 2.5], width: 1.4 },
  { shade: 'inkOff', dash: [8, 3, 1.5, 3], width: 1.4 },
]

export const strokeOf = (index: number): (typeof STROKES)[number] => STROKES[Math.min(index, STROKES.length - 1)] as (typeof STROKES)[number]
