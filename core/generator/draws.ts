import { apportion, splitCounts, spreadCounts } from './counts.ts'
import { GeneratorInvalid } from './errors.ts'
import { Random } from './random.ts'
import type { DrawSpec, GeneratorSpec, TableSpec } from './spec.ts'

export interface WorldOptions {
  readonly seed: number
  readonly scale: number
}

/**
 * Integer vectors of all tables, computed when first asked for and kept. Every vector has a random stream of its
 * own, named after it: the order in which tables are generated changes nothing.
 */
export class Draws {
  private readonly spec: GeneratorSpec
  private readonly options: WorldOptions
  private readonly known = new Map<string, Uint32Array>()

  constructor(spec: GeneratorSpec, options: WorldOptions) {
    this.spec = spec
    this.options = options
  }

  table(name: string, where: string): TableSpec {
    const table = this.spec.tables[name]
    if (!table) throw new GeneratorInvalid(where, `no table ${name}`)
    return table
  }

  /** Rows of a table at this scale. */
  rows(name: string, where = name): number {
    const table = this.table(name, where)
    return table.fixed ? table.rows : this.scaled(table.rows)
  }

  /** One value per row of the table. */
  get(table: string, name: string): Uint32Array {
    const key = `${table}.${name}`
    const known = this.known.get(key)
    if (known) return known
    const spec = this.table(table, key).draws[name]
    if (!spec) throw new GeneratorInvalid(table, `no draw ${name}`)
    const values = this.compute(table, key, spec)
    this.known.set(key, values)
    return values
  }

  /** `table.draw`, or `draw` of the own table. */
  named(own: string, reference: string): Uint32Array {
    const [table, draw] = reference.includes('.') ? reference.split('.') : [own, reference]
    return this.get(table!, draw!)
  }

  private scaled(value: number): number {
    return Math.round(value * this.options.scale)
  }

  private compute(table: string, key: string, spec: DrawSpec): Uint32Array {
    const rows = this.rows(table)
    const random = new Random(this.options.seed, key)
    const make = (value: (row: number) => number): Uint32Array => {
      const values = new Uint32Array(rows)
      for (let row = 0; row < rows; row++) values[row] = value(row)
      return values
    }
    switch (spec.draw) {
      case 'quota':
        return this.quota(table, spec, rows, random)
      case 'spread': {
        // Whoever nothing reaches at full size (a last seller, say) is reached by nothing at any size.
        const parents = this.rows(spec.of, key)
        const spared = Number(this.spec.tables[spec.of]!.rows > spec.reached)
        const reached = Math.max(1, Math.min(this.scaled(spec.reached), parents - spared, rows))
        const shrink = Math.min(1, this.options.scale)
        const largest = spec.largest.map((count) => Math.max(1, Math.round(count * shrink)))
        const counts = spreadCounts({ reached, largest, quantiles: spec.quantiles, total: rows })
        const values = repeated(counts, rows)
        random.shuffle(values)
        return values
      }
      case 'chance': {
        const cases = Object.fromEntries(Object.entries(spec.cases ?? { '': spec.weights ?? {} }).map(([value, weights]) => [value, picker(weights)]))
        if (spec.on === undefined) {
          const pick = cases['']!
          return make(() => pick(random.unit()))
        }
        const on = this.named(table, spec.on)
        const byValue: ((unit: number) => number)[] = []
        for (const [value, pick] of Object.entries(cases)) byValue[Number(value)] = pick
        return make((row) => {
          const pick = byValue[on[row]!]
          if (!pick) throw new GeneratorInvalid(key, `no case for ${on[row]}`)
          return pick(random.unit())
        })
      }
      case 'uniform':
        return make(() => spec.from + random.below(spec.to - spec.from + 1))
      case 'distinct': {
        const of = this.rows(spec.of, key)
        if (rows > of) throw new GeneratorInvalid(key, `${rows} rows can't name ${of} rows of ${spec.of} once each`)
        const values = Uint32Array.from({ length: of }, (_, index) => index)
        random.shuffle(values)
        return values.slice(0, rows)
      }
      case 'wrap': {
        const of = this.rows(spec.of, key)
        return make((row) => row % of)
      }
      case 'each':
        return make((row) => Math.floor(row / spec.by))
      case 'follow': {
        const at = this.named(table, spec.at)
        const from = this.named(table, spec.from)
        return make((row) => from[at[row]!]!)
      }
      case 'split': {
        const on = spec.on === undefined ? null : this.named(table, spec.on)
        const chosen: number[] = []
        for (let row = 0; row < rows; row++) if (!on || on[row] === spec.is) chosen.push(row)
        const counts = splitCounts(chosen.length, this.scaled(spec.total), spec.most, spec.shape, () => random.unit())
        const values = new Uint32Array(rows)
        chosen.forEach((row, index) => (values[row] = counts[index]!))
        return values
      }
      case 'children': {
        const counts = this.named(table, spec.counts)
        const sum = counts.reduce((a, b) => a + b, 0)
        if (sum !== rows) throw new GeneratorInvalid(key, `the parents have ${sum} children, the table has ${rows} rows`)
        return repeated(counts, rows)
      }
      case 'ordinal': {
        const parent = this.named(table, spec.parent)
        let ordinal = 0
        return make((row) => (ordinal = row > 0 && parent[row] === parent[row - 1] ? ordinal + 1 : 1))
      }
      case 'constant':
        return make(() => spec.value)
      case 'last': {
        const last = this.rows(spec.of, key) - 1
        return make(() => last)
      }
      case 'concat': {
        const values = new Uint32Array(rows)
        let at = 0
        for (const part of spec.parts) {
          const end = part.rows === undefined ? rows : Math.min(rows, at + this.scaled(part.rows))
          values.set(this.named(table, part.of).subarray(at, end), at)
          at = end
        }
        return values
      }
    }
  }

  private quota(table: string, spec: Extract<DrawSpec, { draw: 'quota' }>, rows: number, random: Random): Uint32Array {
    const values = Object.keys(spec.counts).map(Number)
    const wanted = values.map((value) => spec.counts[String(value)]!)
    const sum = wanted.reduce((a, b) => a + b, 0)
    const all = spec.rest === undefined ? apportion(wanted, rows) : apportion([...wanted, Math.max(0, this.table(table, table).rows - sum)], rows)
    if (spec.rest === undefined && this.options.scale === 1 && sum !== rows) throw new GeneratorInvalid(table, `quotas sum to ${sum}, the table has ${rows} rows`)
    if (spec.rest !== undefined) values.push(spec.rest)
    const result = new Uint32Array(rows)
    const free = new Uint8Array(rows).fill(1)
    for (const stratum of spec.strata) {
      const on = this.named(table, stratum.on)
      const members = Uint32Array.from(on.keys()).filter((row) => free[row] === 1 && on[row]! < stratum.below)
      const shares = values.map((value) => stratum.shares[String(value)] ?? 0)
      const counts = apportion(shares, members.length)
      deal(result, members, values, counts, random)
      members.forEach((row) => (free[row] = 0))
      counts.forEach((count, index) => (all[index] = Math.max(0, all[index]! - count)))
    }
    deal(result, Uint32Array.from(free.keys()).filter((row) => free[row] === 1), values, all, random)
    return result
  }
}

/** Gives every member one value, each value as often as its count, in random order. */
function deal(result: Uint32Array, members: Uint32Array, values: readonly number[], counts: readonly number[], random: Random): void {
  random.shuffle(members)
  let at = 0
  counts.forEach((count, index) => {
    for (const end = Math.min(members.length, at + count); at < end; at++) result[members[at]!] = values[index]!
  })
}

/** Index i as often as counts[i] says. */
function repeated(counts: Uint32Array, rows: number): Uint32Array {
  const values = new Uint32Array(rows)
  let at = 0
  counts.forEach((count, index) => {
    values.fill(index, at, at + count)
    at += count
  })
  return values
}

/** Inverse of the cumulative weights: [0,1) → value. */
export function picker(weights: Readonly<Record<string, number>>): (unit: number) => number {
  const values = Object.keys(weights).map(Number)
  const bounds: number[] = []
  let sum = 0
  for (const value of values) bounds.push((sum += weights[String(value)]!))
  return (unit) => {
    const point = unit * sum
    let index = 0
    while (index < bounds.length - 1 && point >= bounds[index]!) index++
    return values[index]!
  }
}
