import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, type Dirent } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { iso, type Clock } from '#core/base/clock.ts'
import { Cancelled, isCancellation } from '#core/base/errors.ts'
import { ObjectDamaged, ObjectNotFound, storageError } from '#core/connectors/errors.ts'
import type { ObjectStore, ObjectVersion, SystemDescription } from '#core/connectors/types.ts'
import { digestFile, syncFile, syncFolder, writeWhole } from './durable-files.ts'

/** Ends the folder of one object; `~` never occurs in an encoded segment. */
const OBJECT = '~'
const INCOMING = '.incoming'
/** Left-overs of dead writers are older than this, ms. */
const STALE_MS = 60 * 60 * 1000

export interface DirectoryStoreOptions {
  readonly folder: string
  readonly clock: Clock
}

export interface DirectoryStore extends ObjectStore {
  /** Reads the bytes again. Throws ObjectDamaged when they are not those of the manifest, ObjectNotFound. */
  verify(key: string, versionId?: string): Promise<ObjectVersion>
}

/**
 * An object store in a folder: a stand-in for S3 with versioning on. One folder per key, one `.data` and one
 * `.json` (manifest) per version; a version exists once its manifest does. The latest version is the greatest id:
 * there is no pointer that could be torn.
 */
export async function openDirectoryStore({ folder, clock }: DirectoryStoreOptions): Promise<DirectoryStore> {
  const incoming = join(folder, INCOMING)
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  await sweep(incoming, clock.now())

  const folderOf = (key: string): string => {
    const segments = segmentsOf(key)
    return join(folder, ...segments.slice(0, -1), segments.at(-1) + OBJECT)
  }

  const idsOf = async (key: string): Promise<string[]> => {
    const names = await entries(folderOf(key))
    return names.filter((entry) => entry.name.endsWith('.json')).map((entry) => entry.name.slice(0, -5)).toSorted().toReversed()
  }

  const manifest = async (key: string, versionId: string): Promise<ObjectVersion> => {
    const text = await readFile(join(folderOf(key), `${safeId(versionId)}.json`), 'utf8').catch((error: unknown) => {
      throw isAbsent(error) ? new ObjectNotFound(key, versionId) : error
    })
    return JSON.parse(text) as ObjectVersion
  }

  const head = async (key: string, versionId?: string): Promise<ObjectVersion> => {
    const id = versionId ?? (await idsOf(key))[0]
    if (id === undefined) throw new ObjectNotFound(key)
    return manifest(key, id)
  }

  const dataOf = (version: ObjectVersion): string => join(folderOf(version.key), `${version.versionId}.data`)

  return {
    async describe(): Promise<SystemDescription> {
      return { system: 'object-store', engine: 'folder with versions (stand-in for S3)', state: 'up', capabilities: { versions: true, immutable: true } }
    },

    async put(key, body, options = {}) {
      const target = folderOf(key)
      const temporary = join(incoming, randomBytes(12).toString('hex'))
      try {
        const { sha256, bytes } = await receive(temporary, body, options.signal)
        await makeFolders(folder, target)
        const versionId = nextVersionId(clock.now(), (await idsOf(key))[0])
        const version: ObjectVersion = { key, versionId, bytes, sha256, at: iso(clock.now()), metadata: options.metadata ?? {} }
        await rename(temporary, join(target, `${versionId}.data`))
        // a manifest may never be on the disk before its bytes
        await syncFolder(target)
        await writeWhole(join(target, `${versionId}.json`), `${temporary}.json`, JSON.stringify(version))
        return version
      } catch (error) {
        await Promise.all([rm(temporary, { force: true }), rm(`${temporary}.json`, { force: true })])
        if (options.signal?.aborted && isCancellation(error)) throw new Cancelled('Storing an object was cancelled.', `No version of ${key} was made.`)
        throw storageError(error, 'object store')
      }
    },

    head,

    async get(key, versionId, signal) {
      const version = await head(key, versionId)
      const found = await stat(dataOf(version)).catch(() => null)
      if (found?.size !== version.bytes) throw new ObjectDamaged(key, version.versionId, version.sha256, 'another length')
      return createReadStream(dataOf(version), { signal, highWaterMark: 1 << 18 })
    },

    async *list(prefix) {
      for await (const key of keysBelow(folder, '')) {
        if (!key.startsWith(prefix)) continue
        const id = (await idsOf(key))[0]
        if (id !== undefined) yield await manifest(key, id)
      }
    },

    async versions(key) {
      return Promise.all((await idsOf(key)).map((id) => manifest(key, id)))
    },

    async localPath(key, versionId) {
      return dataOf(await head(key, versionId))
    },

    async verify(key, versionId) {
      const version = await head(key, versionId)
      const { sha256 } = await digestFile(dataOf(version))
      if (sha256 !== version.sha256) throw new ObjectDamaged(key, version.versionId, version.sha256, sha256)
      return version
    },

    close: () => Promise.resolve(),
  }
}

/** Writes into a temporary file, fsynced when it resolves. */
async function receive(path: string, body: Readable | Buffer, signal?: AbortSignal): Promise<{ sha256: string; bytes: number }> {
  signal?.throwIfAborted()
  const hash = createHash('sha256')
  if (Buffer.isBuffer(body)) {
    await writeFile(path, body, { flag: 'wx', mode: 0o600, signal })
    await syncFile(path)
    return { sha256: hash.update(body).digest('hex'), bytes: body.length }
  }
  let bytes = 0
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(body, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal })
  await syncFile(path)
  return { sha256: hash.digest('hex'), bytes }
}

/** Sortable by time, unique, and greater than the newest there is even when the clock went backwards. */
function nextVersionId(now: number, newest: string | undefined): string {
  const last = newest === undefined ? 0 : Number.parseInt(newest.slice(0, 15), 10)
  return `${String(Math.max(now, last + 1)).padStart(15, '0')}-${randomBytes(4).toString('hex')}`
}

/** Path segments of a key: safe on every file system, reversible. Throws TypeError on an empty segment. */
function segmentsOf(key: string): string[] {
  return key.split('/').map((segment) => {
    if (segment === '') throw new TypeError(`object key "${key}" has an empty segment`)
    return encodeURIComponent(segment).replaceAll(/[~*'()!]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`).replace(/^\./, '%2E')
  })
}

const safeId = (versionId: string): string => (/^[\w-]+$/.test(versionId) ? versionId : 'none')
const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

async function entries(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return []
    throw error
  })
}

/** Makes missing folders from the top down and fsyncs each parent that got a new name. */
async function makeFolders(root: string, target: string): Promise<void> {
  const made = await mkdir(target, { recursive: true, mode: 0o700 })
  if (made === undefined) return
  for (let folder = target; folder.length >= made.length && folder !== root; folder = dirname(folder)) await syncFolder(dirname(folder))
}

/** Keys in order of their encoded paths. */
async function* keysBelow(folder: string, prefix: string): AsyncGenerator<string> {
  const found = (await entries(folder)).filter((entry) => entry.isDirectory() && entry.name !== INCOMING).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name } of found) {
    if (name.endsWith(OBJECT)) yield prefix + decodeURIComponent(basename(name, OBJECT))
    else yield* keysBelow(join(folder, name), `${prefix}${decodeURIComponent(name)}/`)
  }
}

async function sweep(incoming: string, now: number): Promise<void> {
  for (const { name } of await entries(incoming)) {
    const path = join(incoming, name)
    const found = await stat(path).catch(() => null)
    if (found && now - found.mtimeMs > STALE_MS) await rm(path, { force: true })
  }
}
