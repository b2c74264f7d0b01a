import type { Client } from '#renderer/api/types.ts'

/** Bytes of one piece: as base64 well below what a frame may hold. */
const PIECE = 768 * 1024

/** Sends a file to the core piece by piece, so that memory stays flat; returns its path there. */
export async function upload(client: Client, file: File, signal: AbortSignal, onProgress: (share: number) => void): Promise<string> {
  let held: { upload: string; file: string; bytes: number } | null = null
  for (let offset = 0; held === null || offset < file.size; offset += PIECE) {
    const base64 = toBase64(new Uint8Array(await file.slice(offset, offset + PIECE).arrayBuffer()))
    held = await client.scoring.upload({ upload: held?.upload ?? null, name: file.name, offset, base64 }, { signal })
    onProgress(file.size > 0 ? held.bytes / file.size : 1)
  }
  return held.file
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}
