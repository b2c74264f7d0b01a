import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { isLive } from '#renderer/api/fold-run.ts'
import { runKeys } from '#renderer/api/keys.ts'
import { failureOf } from '#renderer/api/open.ts'
import { pipelinesQuery, sandboxQuery, useLiveRuns, useSettledRun } from '#renderer/api/queries.ts'
import { useWords } from '#renderer/i18n/index.ts'
import { useSettings } from '#renderer/settings/context.tsx'
import { StateGlyph } from '#renderer/ui/glyphs.tsx'
import { usePlace } from './environment.tsx'
import { KeyCaps } from './key-caps.tsx'
import { bindingsOf } from './keys.ts'
import { noticeFailure } from './run-controls.tsx'

const STOPS = 4

/**
 * A strip above the page, in the sandbox only: plan, run, look at a reject, see the proof. Every stop is the real
 * thing. Where it stands is kept with the settings, so it goes on after a reload and in another window.
 */
export function Tour(): React.ReactElement | null {
  const { environment } = usePlace()
  const { values, known } = useSettings()
  if (!known || values.tour.state !== 'new' || environment.class !== 'sandbox') return null
  return <Stop />
}

function Stop(): React.ReactElement | null {
  const { t, f } = useWords()
  const { environment } = usePlace()
  const client = useClient()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const { values, set } = useSettings()
  const { step, runId } = values.tour
  const pipeline = useQuery(pipelinesQuery(client, environment.name)).data?.[0]
  const sandbox = useQuery(sandboxQuery(client, environment.name)).data
  const run = useSettledRun(runId ?? undefined).data
  const to = (next: number, id: string | null = runId): void => set({ tour: { state: 'new', step: next, runId: id } })
  const start = useMutation({
    mutationFn: async () => {
      if (!pipeline) throw new Error('no pipeline to run')
      const plan = await client.pipelines.plan({ environment: environment.name, pipeline: pipeline.id })
      return client.pipelines.run({ environment: environment.name, pipeline: pipeline.id, planHash: plan.hash })
    },
    onSuccess: async (started) => {
      await cache.invalidateQueries({ queryKey: runKeys.lists })
      to(2, started.runId)
      await navigate({ to: '/runs/$runId', params: { runId: started.runId } })
    },
    onError: (error) => noticeFailure(failureOf(error)),
  })
  // Whoever starts the plan on its own page has taken this stop too.
  const live = useLiveRuns(environment.name)[0]?.runId
  useEffect(() => {
    if (step === 1 && live !== undefined) set({ tour: { state: 'new', step: 2, runId: live } })
  }, [step, live, set])
  if (!pipeline) return null
  const go = (next: number, where: () => Promise<void>): void => {
    to(next)
    void where()
  }
  const look = { do: t('shell.tour.watchDo'), act: () => void navigate({ to: '/runs/$runId', params: { runId: runId ?? '' } }) }
  const stops = {
    filling: { text: t('shell.tour.filling'), do: null, act: () => undefined },
    plan: { text: t('shell.tour.plan'), do: t('shell.tour.planDo'), act: () => go(1, () => navigate({ to: '/pipelines/$pipeline', params: { pipeline: pipeline.id }, search: { plan: true } })) },
    run: { text: t('shell.tour.run'), do: t('shell.tour.runDo'), act: () => start.mutate() },
    running: { text: t('shell.tour.running'), ...look },
    failed: { text: t('shell.tour.failed'), ...look },
    rejects: { text: t('shell.tour.rejects'), do: t('shell.tour.rejectsDo'), act: () => go(3, () => navigate({ to: '/quality', search: { show: 'rejects' } })) },
    proof: { text: t('shell.tour.proof'), do: t('shell.tour.proofDo'), act: () => go(4, () => navigate({ to: '/audit', search: { verify: true } })) },
    done: { text: '', do: t('shell.tour.endDo'), act: () => set({ tour: { state: 'done', step: 4, runId } }) },
  } as const
  const name = (): keyof typeof stops => {
    if (step === 0) return sandbox && !sandbox.ready ? 'filling' : 'plan'
    if (step === 1) return 'run'
    if (step === 2) return run && !isLive(run) ? (run.state === 'succeeded' ? 'rejects' : 'failed') : 'running'
    return step === 3 ? 'proof' : 'done'
  }
  const at = name()
  const stop = stops[at]
  return (
    <section className="tour" aria-label={t('shell.tour.label')}>
      <StateGlyph look={at === 'running' ? 'running' : at === 'failed' ? 'failed' : at === 'done' ? 'succeeded' : 'ahead'} />
      <p role="status">{at === 'done' ? t('shell.tour.done', { keys: '' }) : stop.text} {at === 'done' && <KeyCaps keys={bindingsOf(values.keys).get('palette') ?? ''} />}</p>
      <span className="faint meta nw">{t('shell.tour.step', { n: f.n(Math.min(STOPS, step + 1)), total: f.n(STOPS) })}</span>
      {stop.do && (
        <Button size="sm" disabled={start.isPending} onClick={stop.act}>
          {stop.do}
        </Button>
      )}
      {at !== 'done' && (
        <button type="button" className="link sm" onClick={() => set({ tour: { state: 'skipped', step, runId } })}>
          {t('shell.tour.skip')}
        </button>
      )}
    </section>
  )
}
