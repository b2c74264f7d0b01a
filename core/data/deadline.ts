import { DataTimeout } from './errors.ts'

/**
 * Runs a read with a deadline: when it passes, the statement is cancelled in the system that runs it.
 * Throws DataTimeout then, and whatever the read throws otherwise.
 */
export async function within<T>(what: string, seconds: number, signal: AbortSignal, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(seconds * 1000)
  try {
    return await read(AbortSignal.any([signal, deadline]))
  } catch (thrown) {
    if (deadline.aborted && !signal.aborted) throw new DataTimeout(what, seconds)
    throw thrown
  }
}
