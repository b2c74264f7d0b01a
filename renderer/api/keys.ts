/** Keys that more than one part of the page writes to. */
export const runKeys = {
  lists: ['runs'] as const,
  detail: (runId: string) => ['run', runId] as const,
  logs: (runId: string) => ['run-logs', runId] as const,
}
