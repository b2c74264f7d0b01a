import { join } from 'node:path'
import { systemClock } from '#core/base/clock.ts'
import { openEmbeddedServer } from '#core/connectors/embedded/postgres/server.ts'

/* Joins the server of REGIE_HOME/pg, says so, and leaves at SIGTERM. */
const home = process.env.REGIE_HOME ?? ''
const server = await openEmbeddedServer({ folder: join(home, 'pg'), home, clock: systemClock })
console.log(JSON.stringify({ pid: server.pid, adopted: server.adopted }))
const stay = setInterval(() => {}, 1_000)
process.once('SIGTERM', () => {
  clearInterval(stay)
  void server.close()
})
