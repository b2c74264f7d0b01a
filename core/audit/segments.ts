import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { Cancelled } from '#core/base/errors.ts'
import type { Store } from '#core/store/store.ts'
import { NothingToArchive } from './errors.ts'
import type { Notary } from './notary.ts'
import type { AuditProofs } from './proofs.ts'

/** A sealed copy of a stretch of the log, as its manifest says. Format: docs/audit-format.md, section 14. */
export interface Segment {
  readonly format: 'regie-audit-segment-1'
  readonly from: number
  /** Excluded. */
  readonly to: number
  readonly file: string
  /** Of the unpacked lines, hex. */
  readonly sha256: string
  readonly proof: readonly string[]
  readonly head: string
}

const BATCH = 500
const digits = (size: number): string => String(size).padStart(12, '0')

/** Copies of old entries that outlive the log: sealed, never changed, and never a reason to cut the log. */
export class Segments {
  readonly #folder: string
  readonly #notary: Notary
  readonly #proofs: AuditProofs
  readonly #store: Store

  /** @param folder default: `<home>/audit/segments` */
  constructor({ folder, store, notary, proofs }: { folder: string; store: Store; notary: Notary; proofs: AuditProofs }) {
    this.#folder = folder
    this.#store = store
    this.#notary = notary
    this.#proofs = proofs
  }

  /** In order. A manifest that a crash left half doesn't exist: it is renamed into place. */
  list(): Segment[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((name) => /^\d{12}-\d{12}\.json$/.test(name))
      .toSorted()
      .map((name) => JSON.parse(readFileSync(join(this.#folder, name), 'utf8')) as Segment)
  }

  /**
   * Seals all entries that no segment holds yet. Lines first, then the manifest: a kill in between leaves a file that
   * the next one replaces.
   * @throws NothingToArchive, Cancelled, and what signing throws
   */
  async archive(actor: string, signal?: AbortSignal): Promise<Segment> {
    const from = this.list().at(-1)?.to ?? 0
    const head = this.#notary.head(actor)
    if (from >= head.size) throw new NothingToArchive(from)
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await this.#sweep(from)
    const name = `${digits(from)}-${digits(head.size)}`
    const digest = createHash('sha256')
    const texts = this.#store.db.prepare<[number, number], string>('SELECT canonical FROM audit_entries WHERE seq >= ? AND seq < ? ORDER BY seq').pluck()
    const store = this.#store
    async function* lines(): AsyncGenerator<Buffer> {
      for (let at = from; at < head.size; at += BATCH) {
        if (signal?.aborted) throw new Cancelled('The archiving was cancelled.')
        const text = store.guard(() => texts.all(at, Math.min(at + BATCH, head.size))).map((line) => `${line}\n`).join('')
        const bytes = Buffer.from(text)
        digest.update(bytes)
        yield bytes
        await new Promise(setImmediate)
      }
    }
    const gzip = createGzip()
    await writeWhole(join(this.#folder, `${name}.ndjson.gz`), async (write) => {
      await pipeline(lines(), gzip, async (packed: AsyncIterable<Buffer>) => {
        for await (const bytes of packed) await write(bytes)
      })
    })
    const proof = from === 0 ? [] : this.#proofs.consistency(from, head.size).proof
    const segment: Segment = { format: 'regie-audit-segment-1', from, to: head.size, file: `${name}.ndjson.gz`, sha256: digest.digest('hex'), proof, head: head.line }
    await writeWhole(join(this.#folder, `${name}.json`), (write) => write(Buffer.from(`${JSON.stringify(segment, null, 1)}\n`)))
    return segment
  }

  /** After a backup took the database's place: what it lacks stays, but accuses the log no more. */
  setAside(at: string): void {
    if (existsSync(this.#folder)) renameSync(this.#folder, `${this.#folder}-until-${at.replaceAll(':', '-')}`)
  }

  /** What a killed archiving left: no manifest names it. */
  async #sweep(from: number): Promise<void> {
    for (const name of readdirSync(this.#folder)) if (name.startsWith(`${digits(from)}-`)) await rm(join(this.#folder, name))
  }

  /**
   * Reads every segment and holds it against the log.
   * @returns the first entry that is not what was sealed; null when all are
   */
  async check(signal?: AbortSignal): Promise<{ readonly seq: number; readonly problem: string } | null> {
    let due = 0
    for (const segment of this.list()) {
      if (segment.from !== due) return { seq: due, problem: `The sealed segment of the entries from ${due} on is missing; the next begins at ${segment.from}.` }
      if (segment.to > this.#proofs.size) return { seq: this.#proofs.size, problem: `The log was cut or went back: a sealed segment holds entries up to ${segment.to - 1}.` }
      const sealed = await this.#hashOfFile(segment, signal)
      if (sealed !== segment.sha256) return { seq: segment.from, problem: `The sealed segment ${segment.file} is ${sealed === null ? 'missing or damaged' : 'not what was sealed'}.` }
      const stored = await this.#hashOfLog(segment, signal)
      if (stored !== segment.sha256) return { seq: segment.from, problem: `The entries ${segment.from} to ${segment.to - 1} are not those of the sealed segment ${segment.file}.` }
      due = segment.to
    }
    return null
  }

  async #hashOfFile({ file }: Segment, signal?: AbortSignal): Promise<string | null> {
    const digest = createHash('sha256')
    try {
      await pipeline(createReadStream(join(this.#folder, file)), createGunzip(), digest, { signal })
    } catch (error) {
      if (signal?.aborted) throw new Cancelled('The verification of the audit log was cancelled.')
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || /^Z_|ERR_/.test((error as NodeJS.ErrnoException).code ?? '')) return null
      throw error
    }
    return digest.digest('hex')
  }

  async #hashOfLog({ from, to }: Segment, signal?: AbortSignal): Promise<string> {
    const digest = createHash('sha256')
    const texts = this.#store.db.prepare<[number, number], string>('SELECT canonical FROM audit_entries WHERE seq >= ? AND seq < ? ORDER BY seq').pluck()
    for (let at = from; at < to; at += BATCH) {
      if (signal?.aborted) throw new Cancelled('The verification of the audit log was cancelled.')
      for (const line of this.#store.guard(() => texts.all(at, Math.min(at + BATCH, to)))) digest.update(`${line}\n`)
      await new Promise(setImmediate)
    }
    return digest.digest('hex')
  }
}

/** Beside it first, on the disk, then by rename. */
async function writeWhole(file: string, work: (write: (bytes: Buffer) => Promise<void>) => Promise<void>): Promise<void> {
  const part = `${file}.part`
  const handle = await open(part, 'w', 0o600)
  try {
    await work((bytes) => handle.writeFile(bytes))
    await handle.sync()
  } catch (error) {
    await handle.close()
    await rm(part, { force: true })
    throw error
  }
  await handle.close()
  await rename(part, file)
}
