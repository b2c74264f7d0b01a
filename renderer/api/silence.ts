import { useEffect, useState } from 'react'
import { useClient, useConnection } from './core.tsx'

/** How often the core is asked whether it turns, and when an answer is late, ms. */
const ASK_MS = 4000
const LATE_MS = 3000

/** True while there is a line and the core does not answer on it: it is busy, or it hangs. */
export function useSilence(): boolean {
  const client = useClient()
  const open = useConnection() === 'open'
  const [silent, setSilent] = useState(false)
  useEffect(() => {
    if (!open) return
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      const late = setTimeout(() => setSilent(true), LATE_MS)
      // A line that breaks meanwhile says so itself.
      await client.system.info({}, { signal: stop.signal }).catch(() => undefined)
      clearTimeout(late)
      if (stop.signal.aborted) return
      setSilent(false)
      timer = setTimeout(() => void ask(), ASK_MS)
    }
    timer = setTimeout(() => void ask(), ASK_MS)
    return () => {
      stop.abort()
      clearTimeout(timer)
      setSilent(false)
    }
  }, [client, open])
  return open && silent
}
