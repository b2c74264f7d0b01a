import { parentPort, workerData } from 'node:worker_threads'
import { toFailure } from '#core/base/errors.ts'
import type { Models } from './model-registry.ts'
import type { ChunkDone, ChunkToScore, WorkerReady } from './messages.ts'
import { openModels, scoreTexts } from './score-texts.ts'

const port = parentPort
if (!port) throw new Error('scorer.worker.ts runs as a worker thread only')
const send = (message: WorkerReady | ChunkDone, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

const opening = openModels(workerData as Models)
opening.then(
  () => send({ kind: 'ready' }),
  (thrown: unknown) => send({ kind: 'broken', failure: toFailure(thrown) }),
)

async function score({ chunk, batch }: ChunkToScore): Promise<void> {
  try {
    const scores = await scoreTexts(batch, await opening)
    send({ kind: 'scored', chunk, scores }, Object.values(scores).map((column: { buffer: ArrayBufferLike }) => column.buffer as ArrayBuffer))
  } catch (thrown) {
    send({ kind: 'failed', chunk, failure: toFailure(thrown) })
  }
}

// One at a time: the runtime works in the background, two chunks at once would only hold twice the memory.
let queue: Promise<void> = Promise.resolve()
port.on('message', (chunk: ChunkToScore) => {
  queue = queue.then(async () => score(chunk))
})
