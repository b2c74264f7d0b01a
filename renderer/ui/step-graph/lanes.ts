/** Where the stations of a step graph stand: one row per step, as few lanes as the graph needs. */
export interface RailStep {
  readonly id: string
  readonly needs: readonly string[]
}

export interface RailEdge {
  readonly from: { readonly row: number; readonly lane: number }
  readonly to: { readonly row: number; readonly lane: number }
  /** A branch turns right after it leaves, a merge right before it arrives. */
  readonly turn: 'none' | 'branch' | 'merge'
}

export interface Rail {
  readonly lanes: readonly number[]
  /** Stations of one chain share a number, and a lane. */
  readonly chains: readonly number[]
  readonly edges: readonly RailEdge[]
  readonly width: number
}

/**
 * Splits the graph into chains (each step hands its lane to the one follower with the longest way to go)
 * and colours their row intervals greedily, so that the main line stays on lane 0.
 * Steps must be in an order in which needs come first.
 */
export function layRail(steps: readonly RailStep[]): Rail {
  const row = new Map(steps.map((step, i) => [step.id, i]))
  const needs = steps.map((step) => step.needs.flatMap((id) => row.get(id) ?? []).filter((need) => need >= 0))
  const followers = steps.map((): number[] => [])
  needs.forEach((list, i) => list.forEach((need) => followers[need]?.push(i)))

  const ahead = steps.map(() => 0)
  for (let i = steps.length - 1; i >= 0; i--) ahead[i] = Math.max(0, ...(followers[i] ?? []).map((f) => (ahead[f] ?? 0) + 1))

  const heir = followers.map((list) => best(list, (f) => ahead[f] ?? 0))
  const along = steps.map(() => 1)
  const chainOf = steps.map(() => -1)
  const chains: { rows: number[]; from: number; to: number }[] = []
  steps.forEach((_, i) => {
    const parents = (needs[i] ?? []).filter((need) => heir[need] === i)
    const parent = best(parents, (p) => along[p] ?? 0)
    if (parent !== null) along[i] = (along[parent] ?? 0) + 1
    const chain = parent === null ? undefined : chains[chainOf[parent] ?? -1]
    if (chain) {
      chain.rows.push(i)
      chainOf[i] = chainOf[parent ?? -1] ?? -1
    } else {
      chainOf[i] = chains.length
      chains.push({ rows: [i], from: i, to: i })
    }
  })
  for (const chain of chains) {
    const firstRow = chain.rows[0] ?? 0
    const lastRow = chain.rows.at(-1) ?? 0
    // Lines into the first station come down this lane, lines out of every station go down it.
    chain.from = Math.min(firstRow, ...(needs[firstRow] ?? []).map((need) => need + 1))
    chain.to = Math.max(lastRow, ...chain.rows.flatMap((each) => (followers[each] ?? []).map((f) => f - 1)))
  }
  const laneOf = chains.map(() => 0)
  const taken: { lane: number; from: number; to: number }[] = []
  const order = chains.map((_, i) => i).sort((a, b) => (chains[b]?.rows.length ?? 0) - (chains[a]?.rows.length ?? 0) || a - b)
  for (const i of order) {
    const chain = chains[i]
    if (!chain) continue
    let lane = 0
    while (taken.some((other) => other.lane === lane && other.from <= chain.to && chain.from <= other.to)) lane++
    laneOf[i] = lane
    taken.push({ lane, from: chain.from, to: chain.to })
  }
  const lanes = steps.map((_, i) => laneOf[chainOf[i] ?? 0] ?? 0)
  const edges = needs.flatMap((list, i) =>
    list.map((need): RailEdge => {
      const from = { row: need, lane: lanes[need] ?? 0 }
      const to = { row: i, lane: lanes[i] ?? 0 }
      const opens = chains[chainOf[i] ?? 0]?.rows[0] === i
      return { from, to, turn: from.lane === to.lane ? 'none' : opens ? 'branch' : 'merge' }
    }),
  )
  return { lanes, chains: chainOf, edges, width: Math.max(0, ...lanes) + 1 }
}

/** The last of those that score highest: side work is usually listed before the work that goes on. */
function best(candidates: readonly number[], score: (candidate: number) => number): number | null {
  let winner: number | null = null
  for (const candidate of candidates) if (winner === null || score(candidate) >= score(winner)) winner = candidate
  return winner
}
