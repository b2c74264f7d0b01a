import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isCancellation, RegieError } from '#core/base/errors.ts'
import type { ObjectStore } from '#core/connectors/types.ts'
import { RawObjectChanged } from './errors.ts'

const Part = z.object({ key: z.string(), versionId: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string() })
export type RawPart = z.infer<typeof Part>

/** What the raw store says of one table of one run: `<folder>/<table>/<run date>/<run id>.manifest.json`. */
export const RawManifest = z.object({
  version: z.literal(1),
  table: z.string(),
  runId: z.string(),
  /** ISO, UTC. */
  extractedAt: z.string(),
  format: z.literal('parquet'),
  columns: z.array(z.string()),
  /** Column → domain and id of the key that its pseudonyms were made with. */
  pseudonymised: z.record(z.string(), z.object({ domain: z.string(), keyId: z.string() })),
  rows: z.number(),
  bytes: z.number(),
  parts: z.array(Part),
})
export type RawManifest = z.infer<typeof RawManifest>

/** A manifest as a step's output refers to it. */
export type ManifestRef = { readonly key: string; readonly versionId: string; readonly sha256: string }

/** 2026-11-21 of a run id 20261121_105814_k3fz */
export const runDate = (runId: string): string => `${runId.slice(0, 4)}-${runId.slice(4, 6)}-${runId.slice(6, 8)}`
/** 2026-11-21 10:58:14 of the same: when the run began, UTC; the same however often it is resumed. */
export const runTimestamp = (runId: string): string => `${runDate(runId)} ${runId.slice(9, 11)}:${runId.slice(11, 13)}:${runId.slice(13, 15)}`

export const rawKey = (folder: string, table: string, runId: string, file: string): string => `${folder}/${table}/${runDate(runId)}/${runId}.${file}`

export async function putManifest(objects: ObjectStore, key: string, manifest: RawManifest, signal: AbortSignal): Promise<ManifestRef> {
  const { versionId, sha256 } = await objects.put(key, Buffer.from(JSON.stringify(manifest, null, 1)), { signal, metadata: { table: manifest.table, rows: String(manifest.rows) } })
  return { key, versionId, sha256 }
}

/** Reads exactly that version. Throws RawObjectChanged when its bytes are not what was written. */
export async function readManifest(objects: ObjectStore, ref: ManifestRef, signal: AbortSignal): Promise<RawManifest> {
  const { body, sha256 } = await readObject(objects, ref.key, ref.versionId, signal)
  if (sha256 !== ref.sha256) throw new RawObjectChanged(ref.key, ref.sha256, sha256)
  return RawManifest.parse(JSON.parse(body.toString()))
}

/** SHA-256 and size of an object's bytes as they are now; null when it is gone. */
export async function hashObject(objects: ObjectStore, key: string, versionId: string, signal: AbortSignal): Promise<{ sha256: string; bytes: number } | null> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const chunk of await objects.get(key, versionId, signal)) {
      hash.update(chunk as Buffer)
      bytes += (chunk as Buffer).length
    }
  } catch (thrown) {
    if (isCancellation(thrown) || !(thrown instanceof RegieError)) throw thrown
    return null
  }
  return { sha256: hash.digest('hex'), bytes }
}

async function readObject(objects: ObjectStore, key: string, versionId: string, signal: AbortSignal): Promise<{ body: Buffer; sha256: string }> {
  const chunks: Buffer[] = []
  for await (const chunk of await objects.get(key, versionId, signal)) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return { body, sha256: createHash('sha256').update(body).digest('hex') }
}

/** Name of the column that says which key a domain's pseudonyms were made with. */
export const keyColumn = (domain: string): string => `${domain}_key_id`
