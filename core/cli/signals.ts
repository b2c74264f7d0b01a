import { EXIT } from '#core/api/errors.ts'

/**
 * The first ^C, SIGTERM or hang-up aborts the signal: commands cancel and tidy up. A second one ends the
 * process at once; what ran then is interrupted and can be resumed.
 */
export function onSignals(process: NodeJS.Process): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(EXIT.cancelled)
      stop.abort()
    })
  return stop.signal
}
