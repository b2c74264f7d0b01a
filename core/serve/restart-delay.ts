/** 200 ms, doubling to 10 s: a core that dies at its start must not be a spinning wheel. */
export const restartDelay = (restarts: number): number => Math.min(10_000, 200 * 2 ** restarts)
