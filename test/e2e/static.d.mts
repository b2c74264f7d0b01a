/** A folder over HTTP on loopback. */
export function serveFolder(folder: string): Promise<{ readonly url: string; readonly close: () => void }>
