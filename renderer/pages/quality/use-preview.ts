import { useEffect, useRef, useState } from 'react'
import { useClient } from '#renderer/api/core.tsx'
import { failureOf } from '#renderer/api/open.ts'
import type { Client, Failure, QualityPreview } from '#renderer/api/types.ts'
import { useEnvironment } from '#renderer/shell/environment.tsx'

type Ask = Pick<Parameters<Client['quality']['preview']>[0], 'rules' | 'gates'>

interface Preview {
  readonly answer: QualityPreview | null
  readonly failure: Failure | null
  readonly running: boolean
  readonly ask: (what: Ask) => void
  readonly cancel: () => void
}

/** One question at a time about other rules or limits; a new one, leaving, or `cancel` ends the one before. */
export function usePreview(pipeline: string): Preview {
  const client = useClient()
  const environment = useEnvironment()
  const [answer, setAnswer] = useState<QualityPreview | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [running, setRunning] = useState(false)
  const stop = useRef<AbortController | null>(null)
  useEffect(() => () => stop.current?.abort(), [])
  const run = async (what: Ask): Promise<void> => {
    stop.current?.abort()
    const abort = new AbortController()
    stop.current = abort
    setRunning(true)
    setFailure(null)
    try {
      const found = await client.quality.preview({ environment, pipeline, ...what }, { signal: abort.signal })
      if (!abort.signal.aborted) setAnswer(found)
    } catch (error) {
      if (abort.signal.aborted) return
      setAnswer(null)
      setFailure(failureOf(error))
    } finally {
      if (stop.current === abort) setRunning(false)
    }
  }
  return { answer, failure, running, ask: (what) => void run(what), cancel: () => stop.current?.abort() }
}
