/** Builds the console over the fake core into a folder. */
export function buildFake(outDir: string): Promise<void>
