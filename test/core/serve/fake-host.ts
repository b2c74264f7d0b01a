import { fakeRegie, RUN_ID } from '#test/core/api/fake-regie.ts'
import { RegieError } from '#core/base/errors.ts'
import { hostCore } from '#core/serve/core-host.ts'
import { existsSync, writeFileSync } from 'node:fs'

/**
 * A core host over a fake program, run as a real process. Its events are numbers, one per millisecond, that
 * go on where the watcher was. `config.workspace` is a folder: a file `refuse` in it makes the start fail,
 * `closed` is written when it ended in order.
 */
hostCore(async ({ workspace }) => {
  if (existsSync(`${workspace}/refuse`)) throw new RegieError({ code: 'STORE_NEWER', what: 'The state is of a newer release.', next: 'Use that one.' })
  const regie = fakeRegie()
  return {
    ...regie,
    info: () => ({ ...regie.info(), pid: process.pid }),
    engine: {
      ...regie.engine,
      async *watch({ after = 0, signal } = {}) {
        for (let id = after + 1; ; id += 1) {
          if (signal?.aborted) return
          yield { id, at: '', runId: RUN_ID, kind: 'log', stepId: null, level: 'info', message: String(process.pid) } as const
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      },
    },
    close: async () => writeFileSync(`${workspace}/closed`, ''),
  }
}, process.argv[2] ?? '', String)
