import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ModelBroken, ScorerCrashed } from './errors.ts'
import { MAX_FEATURES, writeFeatures } from './features.ts'
import type { Classifier } from './model-registry.ts'

/** Texts per call of the runtime, and a bound on the padded table one call may build. */
const TEXTS_PER_CALL = 512
const CELLS_PER_CALL = 1 << 17

export interface Prediction {
  /** Index of the most probable label, first one when tied */
  readonly label: Uint8Array
  /** Its probability, 0..1 */
  readonly probability: Float32Array
}

/**
 * One thread per session: the pool's workers are the parallelism.
 * @throws ModelBroken when the runtime refuses the file or its inputs are not ours
 */
export async function openSession(classifier: Classifier): Promise<InferenceSession> {
  let session: InferenceSession
  try {
    session = await InferenceSession.create(classifier.model, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    })
  } catch (cause) {
    throw new ModelBroken(classifier.name, 'the ONNX runtime refuses the file', cause)
  }
  const inputs = session.inputNames.toSorted().join()
  if (inputs !== 'buckets,scale' || session.outputNames.join() !== 'probability') {
    throw new ModelBroken(classifier.name, `its inputs or outputs are not those of a hashed linear model (${inputs})`)
  }
  return session
}

/**
 * Several models over the same features, which are made once per text.
 *
 * Texts go to the runtime sorted by feature count, so that padding costs little. Their order does not
 * matter to a score: the graph sums int8 weights as int32, exact in any order, and works row by row after.
 */
export async function classify(texts: readonly (string | null)[], models: readonly { readonly session: InferenceSession; readonly labels: number }[]): Promise<Prediction[]> {
  const starts = new Int32Array(texts.length + 1)
  let features = new Int32Array(Math.max(1, texts.length) * 64 + MAX_FEATURES + 4)
  for (let i = 0; i < texts.length; i++) {
    const start = starts[i]!
    if (features.length - start < MAX_FEATURES + 4) {
      const larger = new Int32Array(features.length * 2)
      larger.set(features)
      features = larger
    }
    starts[i + 1] = start + writeFeatures(texts[i] ?? '', features, start)
  }
  const count = (i: number): number => starts[i + 1]! - starts[i]!
  // Count and row in one number: typed arrays sort numbers without calling back.
  const order = Int32Array.from(Float64Array.from(texts.keys(), (i) => count(i) * 2 ** 32 + i).toSorted(), (key) => key % 2 ** 32)
  const predictions = models.map(() => ({ label: new Uint8Array(texts.length), probability: new Float32Array(texts.length) }))
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && to - from < TEXTS_PER_CALL && count(order[to]!) * (to - from + 1) <= CELLS_PER_CALL) to++
    const rows = order.subarray(from, to)
    const longest = Math.max(1, count(rows[rows.length - 1]!))
    const buckets = new Int32Array(rows.length * longest)
    const scale = new Float32Array(rows.length)
    rows.forEach((i, row) => {
      buckets.set(features.subarray(starts[i], starts[i + 1]), row * longest)
      scale[row] = 1 / Math.sqrt(Math.max(1, count(i)))
    })
    const feeds = { buckets: new Tensor('int32', buckets, [rows.length, longest]), scale: new Tensor('float32', scale, [rows.length, 1]) }
    for (const [m, { session, labels }] of models.entries()) {
      const { probability } = await session.run(feeds).catch((cause: unknown) => {
        throw new ScorerCrashed('the ONNX runtime failed on a batch', cause)
      })
      pickBest(probability!.data as Float32Array, labels, rows, predictions[m]!)
    }
    from = to
  }
  return predictions
}

function pickBest(table: Float32Array, labels: number, rows: Int32Array, into: Prediction): void {
  rows.forEach((i, row) => {
    let best = 0
    for (let label = 1; label < labels; label++) if (table[row * labels + label]! > table[row * labels + best]!) best = label
    into.label[i] = best
    into.probability[i] = table[row * labels + best]!
  })
}

/** Probability of every label for one text, in the model's order. */
export async function probabilities(text: string, session: InferenceSession): Promise<number[]> {
  const features = new Int32Array(MAX_FEATURES + 4)
  const count = writeFeatures(text, features, 0)
  const length = Math.max(1, count)
  const feeds = { buckets: new Tensor('int32', features.slice(0, length), [1, length]), scale: new Tensor('float32', Float32Array.of(1 / Math.sqrt(length)), [1, 1]) }
  const { probability } = await session.run(feeds).catch((cause: unknown) => {
    throw new ScorerCrashed('the ONNX runtime failed on a text', cause)
  })
  return [...(probability!.data as Float32Array)]
}
