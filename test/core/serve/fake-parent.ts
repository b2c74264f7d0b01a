import { systemClock } from '#core/base/clock.ts'
import { supervise } from '#core/serve/supervisor.ts'

/** A supervisor in a process of its own, to be killed. Tells its parent the core's process id. */
const [entry = '', workspace = ''] = process.argv.slice(2)
const { corePid } = await supervise({ entry, args: [workspace], config: { home: '', workspace, actor: 'tester', firstStart: null }, port: 0, clock: systemClock, say: () => undefined })
process.send?.(corePid())
