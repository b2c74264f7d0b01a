/** 32-bit avalanche of MurmurHash3: a bijection, so different inputs stay different. */
export function mix32(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** FNV-1a over UTF-16 code units, finished with mix32: turns a name into a 32-bit salt. */
export function salt(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5
  for (const char of parts.join('\u0000')) h = Math.imul(h ^ char.codePointAt(0)!, 0x01000193)
  return mix32(h)
}

/** sfc32 (Chris Doty-Humphrey): small, fast, passes PractRand. One instance per stream, never shared. */
export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(...name: readonly (string | number)[]) {
    this.a = salt('a', ...name)
    this.b = salt('b', ...name)
    this.c = salt('c', ...name)
    for (let i = 0; i < 12; i++) this.next()
  }

  /** 0 .. 2³²-1 */
  next(): number {
    const t = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + t
    return t >>> 0
  }

  /** 0 .. bound-1; bound ≤ 2³² */
  below(bound: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * bound)
  }

  /** [0, 1) */
  unit(): number {
    return this.next() / 0x1_0000_0000
  }

  /** Standard normal, Box–Muller (one of the pair). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit())
  }

  /** Fisher–Yates, in place. */
  shuffle(values: Uint32Array, from = 0, to = values.length): void {
    for (let i = to - 1; i > from; i--) {
      const j = from + this.below(i - from + 1)
      const swap = values[i]!
      values[i] = values[j]!
      values[j] = swap
    }
  }
}
