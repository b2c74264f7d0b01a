import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { runKeys } from '#renderer/api/keys.ts'
import { failureOf } from '#renderer/api/open.ts'
import type { Client, Failure, Run } from '#renderer/api/types.ts'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'

/** What an overlay shows of a sentence; the run's page has the whole. */
const SHORT = 400

/** Whether a run that did not end well can go on where it stopped. */
export const canResume = ({ state }: Pick<Run, 'state'>): boolean => state === 'failed' || state === 'interrupted' || state === 'cancelled' || state === 'stopped'

/** A failure as an overlay at the lower right; it stays until it is closed. */
export function noticeFailure(failure: Failure): void {
  notifications.show({
    title: failure.what.slice(0, SHORT),
    message: [failure.untouched, failure.next].filter(Boolean).join(' ').slice(0, SHORT),
    icon: <StateGlyph look="failed" />,
    autoClose: false,
    withCloseButton: true,
  })
}

/**
 * The journal moves under a running run, so its sequence is read right before the command. What the operator
 * decided on is the state: a run that has ended since is left alone.
 */
async function command(client: Client, seen: Run, send: (sequence: number) => Promise<Run>): Promise<Run> {
  for (let attempt = 0; ; attempt++) {
    const { runId } = seen
    const fresh = await client.runs.get({ runId })
    if (isLive(fresh) !== isLive(seen)) return fresh
    try {
      return await send(fresh.sequence)
    } catch (error) {
      if (attempt >= 4 || !/STALE|SEQUENCE|MOVED/.test(failureOf(error).code)) throw error
    }
  }
}

const onError = (error: unknown): void => noticeFailure(failureOf(error))

export function useRunControls(): {
  busy: boolean
  cancel: (run: Run) => void
  resume: (run: Run) => void
  rerun: (run: Run, fromStep: string) => void
} {
  const client = useClient()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const settle = async (run: Run): Promise<void> => {
    await cache.invalidateQueries({ queryKey: runKeys.lists })
    await cache.invalidateQueries({ queryKey: runKeys.detail(run.runId) })
  }
  const cancel = useMutation({
    mutationFn: (run: Run) => command(client, run, (sequence) => client.runs.cancel({ runId: run.runId, sequence })),
    onSuccess: settle,
    onError,
  })
  const resume = useMutation({
    mutationFn: (run: Run) => command(client, run, (sequence) => client.runs.resume({ runId: run.runId, sequence })),
    onSuccess: settle,
    onError,
  })
  const rerun = useMutation({
    mutationFn: ({ run, fromStep }: { run: Run; fromStep: string }) => client.runs.rerun({ runId: run.runId, fromStep }),
    onSuccess: async (run) => {
      await settle(run)
      await navigate({ to: '/runs/$runId', params: { runId: run.runId } })
    },
    onError,
  })
  return {
    busy: cancel.isPending || resume.isPending || rerun.isPending,
    cancel: (run) => cancel.mutate(run),
    resume: (run) => resume.mutate(run),
    rerun: (run, fromStep) => rerun.mutate({ run, fromStep }),
  }
}
