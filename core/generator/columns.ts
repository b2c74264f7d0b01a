import { copyBytes, type CopyWriter } from './copy-writer.ts'
import { picker, type Draws } from './draws.ts'
import { GeneratorInvalid } from './errors.ts'
import { Grammar } from './grammar.ts'
import type { Banks } from './prose.ts'
import { mix32, salt, type Random } from './random.ts'
import type { ColumnSpec, GeneratorSpec } from './spec.ts'

/** Writes one value. Addressable kinds (sequence, code) depend on the row number alone. */
export type ColumnWriter = (out: CopyWriter, row: number, random: Random) => void

/** What a marker looks like in text and in numbers; the privacy tests look for these. */
export const MARKER = { text: 'ZQPII', digits: 7_700_770 } as const

export interface ColumnContext {
  readonly spec: GeneratorSpec
  readonly draws: Draws
  readonly banks: Banks
  readonly seed: number
  readonly markers: boolean
}

const ALPHABETS = {
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  base36: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  base64: './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
} as const

const DAY = 86_400_000

export function compileColumn(table: string, column: string, spec: ColumnSpec, context: ColumnContext): ColumnWriter {
  const { draws } = context
  let write = plainColumn(table, column, spec, context)
  if (context.markers && spec.personal) write = marked(spec, write)
  if (spec.last !== undefined) {
    const value = copyBytes(spec.last)
    const last = draws.rows(table) - 1
    const others = write
    write = (out, row, random) => (row === last ? out.bytes(value) : others(out, row, random))
  }
  for (const kind of ['absent', 'empty', 'blank'] as const) {
    const when = spec[kind]
    if (!when) continue
    const on = draws.named(table, when.on)
    const others = write
    // The value is generated all the same and dropped: the stream of the other rows stays what it was.
    write = (out, row, random) => {
      const start = out.at
      others(out, row, random)
      if (on[row] !== when.is) return
      out.at = start
      if (kind === 'absent') out.null()
      if (kind === 'blank') out.ascii('   ')
    }
  }
  return write
}

function plainColumn(table: string, column: string, spec: ColumnSpec, context: ColumnContext): ColumnWriter {
  const { draws, seed } = context
  const where = `${table}.${column}`
  switch (spec.kind) {
    case 'sequence':
      return (out, row) => out.integer(spec.start + row)
    case 'code':
      return context.markers && spec.personal ? markedCode(spec) : code(spec, salt(seed, where))
    case 'ref':
      return reference(table, where, spec, context)
    case 'draw': {
      const of = draws.named(table, spec.of)
      return (out, row) => out.integer(of[row]! + spec.plus)
    }
    case 'integer': {
      const size = spec.to - spec.from + 1
      return (out, _row, random) => out.integer(spec.from + Math.floor(random.unit() * size))
    }
    case 'price': {
      const ratio = Math.log(spec.to / spec.from)
      const unit = 10 ** spec.decimals
      return (out, _row, random) => {
        const value = Math.round(spec.from * Math.exp(ratio * random.unit()) * unit)
        out.integer(Math.floor(value / unit))
        out.byte(0x2e)
        out.integer(value % unit, spec.decimals)
      }
    }
    case 'pick': {
      const names = Array.isArray(spec.values) ? spec.values : Object.keys(spec.values)
      const values = names.map(copyBytes)
      if (Array.isArray(spec.values)) return (out, _row, random) => out.bytes(values[random.below(values.length)]!)
      const pick = picker(Object.fromEntries(Object.values(spec.values).map((weight, index) => [index, weight])))
      return (out, _row, random) => out.bytes(values[pick(random.unit())]!)
    }
    case 'map': {
      const on = draws.named(table, spec.on)
      const values: Uint8Array[] = []
      for (const [value, text] of Object.entries(spec.values)) values[Number(value)] = copyBytes(text)
      return (out, row) => {
        const value = values[on[row]!]
        if (!value) throw new GeneratorInvalid(where, `no value for ${on[row]}`)
        out.bytes(value)
      }
    }
    case 'date': {
      const from = Date.parse(spec.from) / DAY
      const plus = spec.plus === undefined ? null : draws.named(table, spec.plus)
      const size = spec.to === undefined ? 1 : Date.parse(spec.to) / DAY - from + 1
      const days = new Map<number, string>()
      const text = (day: number): string => {
        const known = days.get(day)
        if (known) return known
        const made = new Date(day * DAY).toISOString().slice(0, 10)
        days.set(day, made)
        return made
      }
      return plus ? (out, row) => out.ascii(text(from + plus[row]!)) : (out, _row, random) => out.ascii(text(from + random.below(size)))
    }
    case 'phrase': {
      const phrase = new Grammar(context.spec.phrases, where).choice([spec.of])
      return (out, row, random) => void phrase(out, random, row)
    }
    case 'prose': {
      const prose = context.banks.prose(spec)
      const [language, mood, theme] = [spec.language, spec.mood, spec.theme].map((name) => draws.named(table, name)) as [Uint32Array, Uint32Array, Uint32Array]
      return (out, row, random) => prose(out, random, row, language[row]!, mood[row]!, theme[row]!)
    }
    case 'headline': {
      const [language, mood] = [spec.language, spec.mood].map((name) => draws.named(table, name)) as [Uint32Array, Uint32Array]
      return (out, row, random) => context.banks.headline(out, random, row, language[row]!, mood[row]!)
    }
    case 'absent':
      return (out) => out.null()
  }
}

/**
 * Unique by construction: the first characters spell a bijection of the row number (MurmurHash3's finaliser),
 * the rest more hashes of it.
 */
function code(spec: Extract<ColumnSpec, { kind: 'code' }>, seed: number): ColumnWriter {
  const alphabet = Uint8Array.from(Buffer.from(ALPHABETS[spec.alphabet], 'ascii'))
  const base = alphabet.length
  const width = spec.length - spec.prefix.length
  const bits = Math.floor(Math.log2(base))
  const power = base === 1 << bits
  const perWord = Math.ceil(32 / Math.log2(base))
  return (out, row) => {
    out.ascii(spec.prefix)
    const hash = mix32(row ^ seed)
    let word = hash
    let left = perWord
    for (let i = 0; i < width; i++) {
      if (left-- === 0) {
        word = mix32(hash + Math.imul(i, 0x9e3779b9))
        left = perWord - 2
      }
      const next = power ? word >>> bits : Math.floor(word / base)
      out.byte(alphabet[word - next * base]!)
      word = next
    }
    out.ascii(spec.suffix)
  }
}

/** prefix + marker + row number in base 36, of the same length. */
function markedCode(spec: Extract<ColumnSpec, { kind: 'code' }>): ColumnWriter {
  const head = spec.prefix + MARKER.text
  const width = spec.length - head.length
  return (out, row) => {
    out.ascii(head)
    out.ascii(row.toString(36).toUpperCase().padStart(width, '0'))
    out.ascii(spec.suffix)
  }
}

function reference(table: string, where: string, spec: Extract<ColumnSpec, { kind: 'ref' }>, context: ColumnContext): ColumnWriter {
  const [target, column] = spec.to.split('.') as [string, string]
  const targetSpec = context.draws.table(target, where).columns[column]
  if (!targetSpec) throw new GeneratorInvalid(where, `no column ${spec.to}`)
  if (!['sequence', 'code', 'ref'].includes(targetSpec.kind)) throw new GeneratorInvalid(where, `${spec.to} is not addressable by row`)
  const write = compileColumn(target, column, targetSpec, context)
  const size = context.draws.rows(target)
  const check = (row: number): number => {
    if (row < 0 || row >= size) throw new GeneratorInvalid(where, `${spec.to} has no row ${row}`)
    return row
  }
  if (spec.at === undefined) {
    const offset = spec.align === 'end' ? size - context.draws.rows(table) : 0
    return (out, row, random) => write(out, check(row + offset), random)
  }
  const at = context.draws.named(table, spec.at)
  return (out, row, random) => write(out, check(at[row]!), random)
}

function marked(spec: ColumnSpec, write: ColumnWriter): ColumnWriter {
  if (spec.kind === 'code' || spec.kind === 'ref') return write
  if (spec.kind === 'integer') {
    // Same number of digits, the first seven are the marker's; shorter numbers can't carry one.
    const digits = String(spec.to).length
    if (digits < 12) return write
    return (out, row) => {
      out.integer(MARKER.digits)
      out.integer(row, digits - 7)
    }
  }
  if (spec.kind === 'date') return write
  return (out, row, random) => {
    out.ascii(MARKER.text)
    write(out, row, random)
  }
}
