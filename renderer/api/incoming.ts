/**
 * A table or dump that a person dropped on the page or opened through the desktop, on its way to the page that takes
 * it. One at a time: a second drop before the first was taken replaces it.
 */
let waiting: File | null = null
const listeners = new Set<() => void>()

const changed = (): void => {
  for (const listener of listeners) listener()
}

export function offerFile(file: File): void {
  waiting = file
  changed()
}

/** The file that waits, without taking it: for useSyncExternalStore. */
export const incomingFile = (): File | null => waiting

/** The file that waits, once. */
export function takeFile(): File | null {
  const file = waiting
  waiting = null
  if (file) changed()
  return file
}

export function onIncoming(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
