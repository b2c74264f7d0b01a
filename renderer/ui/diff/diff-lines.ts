/** One line of a comparison. `before` and `after` are line numbers from 1, null where the line is missing. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'skipped'
  readonly before: number | null
  readonly after: number | null
  readonly text: string
}

/** Texts with more differing lines than this count as replaced in their middle: memory is the square of it. */
const MOST = 2000

/**
 * What turns one text into another, line by line: Myers' greedy algorithm over what differs between the common head and
 * tail (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986).
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const a = before.slice(head, before.length - tail)
  const b = after.slice(head, after.length - tail)
  const lines: DiffLine[] = []
  const same = (i: number, j: number): number => lines.push({ kind: 'same', before: i + 1, after: j + 1, text: before[i] ?? '' })
  for (let i = 0; i < head; i++) same(i, i)
  for (const edit of myers(a, b)) {
    if (edit.kind === 'same') same(head + edit.i, head + edit.j)
    else if (edit.kind === 'removed') lines.push({ kind: 'removed', before: head + edit.i + 1, after: null, text: a[edit.i] ?? '' })
    else lines.push({ kind: 'added', before: null, after: head + edit.j + 1, text: b[edit.j] ?? '' })
  }
  for (let i = 0; i < tail; i++) same(before.length - tail + i, after.length - tail + i)
  return lines
}

/** Long stretches without a change become one `skipped` line whose text is their length. */
export function foldSame(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = new Uint8Array(lines.length)
  lines.forEach((line, i) => {
    if (line.kind === 'same') return
    for (let k = Math.max(0, i - context); k <= Math.min(lines.length - 1, i + context); k++) near[k] = 1
  })
  const folded: DiffLine[] = []
  let hidden = 0
  const close = (): void => {
    if (hidden > 0) folded.push({ kind: 'skipped', before: null, after: null, text: String(hidden) })
    hidden = 0
  }
  lines.forEach((line, i) => {
    if (near[i] === 1) {
      close()
      folded.push(line)
    } else hidden++
  })
  close()
  return folded
}

type Edit = { readonly kind: 'same'; readonly i: number; readonly j: number } | { readonly kind: 'removed'; readonly i: number } | { readonly kind: 'added'; readonly j: number }

const replaced = (a: readonly string[], b: readonly string[]): Edit[] => [...a.map((_, i): Edit => ({ kind: 'removed', i })), ...b.map((_, j): Edit => ({ kind: 'added', j }))]

function myers(a: readonly string[], b: readonly string[]): Edit[] {
  const most = a.length + b.length
  const rounds = Math.min(most, MOST)
  const reach = new Int32Array(2 * most + 2)
  const traces: Int32Array[] = []
  for (let d = 0; d <= rounds; d++) {
    // Only diagonals that this round can touch are kept.
    traces.push(reach.slice(most - d, most + d + 2))
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach[most + k - 1] ?? 0) < (reach[most + k + 1] ?? 0))
      let x = down ? (reach[most + k + 1] ?? 0) : (reach[most + k - 1] ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      reach[most + k] = x
      if (x >= a.length && x - k >= b.length) return walkBack(traces, a.length, b.length)
    }
  }
  return replaced(a, b)
}

function walkBack(traces: readonly Int32Array[], n: number, m: number): Edit[] {
  const edits: Edit[] = []
  let x = n
  let y = m
  for (let d = traces.length - 1; d >= 0; d--) {
    const trace = traces[d]
    const at = (k: number): number => trace?.[k + d] ?? 0
    const k = x - y
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const fromK = down ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : at(fromK)
    const fromY = d === 0 ? 0 : fromX - fromK
    while (x > fromX && y > fromY) {
      x--
      y--
      edits.push({ kind: 'same', i: x, j: y })
    }
    if (d === 0) break
    if (down) edits.push({ kind: 'added', j: --y })
    else edits.push({ kind: 'removed', i: --x })
  }
  return [...edits].reverse()
}
