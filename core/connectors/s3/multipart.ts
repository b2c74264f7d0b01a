import { open } from 'node:fs/promises'
import { AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand, type S3Client, type ServerSideEncryption } from '@aws-sdk/client-s3'

const PART = 8 << 20
/** S3 takes 10,000; larger bodies get larger parts. */
const MOST_PARTS = 9_000
const PARTS_AT_ONCE = 4

export interface PartsRequest {
  readonly client: S3Client
  readonly request: { readonly Bucket: string; readonly Key: string; readonly Metadata: Record<string, string>; readonly ServerSideEncryption?: ServerSideEncryption }
  readonly file: string
  readonly bytes: number
  readonly signal?: AbortSignal
}

/**
 * Puts a file in parts, a few at once, and returns the version's id. Each part is held whole, so that the SDK can send it
 * again. A failure or an abort ends the upload on the server too, before it is thrown: unfinished parts cost money for ever.
 * (lib-storage's Upload answers an abort before it has told the server.)
 */
export async function putInParts({ client, request, file, bytes, signal }: PartsRequest): Promise<string | undefined> {
  const { Bucket, Key } = request
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(request), { abortSignal: signal })
  const handle = await open(file, 'r')
  const size = Math.max(PART, Math.ceil(bytes / MOST_PARTS))
  const count = Math.ceil(bytes / size)
  const Parts: { PartNumber: number; ETag: string | undefined }[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let part = next++; part < count; part = next++) {
      signal?.throwIfAborted()
      const Body = Buffer.allocUnsafe(Math.min(size, bytes - part * size))
      await handle.read(Body, 0, Body.length, part * size)
      const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: part + 1, Body }), { abortSignal: signal })
      Parts[part] = { PartNumber: part + 1, ETag }
    }
  }
  try {
    const ended = await Promise.allSettled(Array.from({ length: PARTS_AT_ONCE }, () => lane().catch((thrown: unknown) => {
      next = count
      throw thrown
    })))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
    return (await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }), { abortSignal: signal })).VersionId
  } catch (thrown) {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {
      // Unreachable, or completed after all: the caller takes the version back.
    })
    throw thrown
  } finally {
    await handle.close()
  }
}
