import { iso, type Clock } from '#core/base/clock.ts'
import { isCancellation, toFailure } from '#core/base/errors.ts'
import type { SystemDescription } from '#core/connectors/types.ts'
import type { Environment } from './environment.ts'

export interface EnvironmentCheck {
  readonly system: string
  readonly check: string
  /** What was not looked at is not proven, which is not passed. */
  readonly state: 'passed' | 'failed' | 'not-proven'
  readonly evidence: string
  readonly at: string
  /** What to do; null when there is nothing. */
  readonly mend: string | null
}

type Finding = Pick<EnvironmentCheck, 'state' | 'evidence'> & { readonly mend?: string }
type Question = { readonly check: string; readonly ask: () => Promise<Finding> }

const OLDEST_POSTGRES = 120_000
const MOST_SKEW_MS = 5_000

const passed = (evidence: string): Finding => ({ state: 'passed', evidence })
const failed = (evidence: string, mend?: string): Finding => ({ state: 'failed', evidence, mend })
const notProven = (evidence: string, mend?: string): Finding => ({ state: 'not-proven', evidence, mend })

/**
 * Asks every system of an environment what it is and what it allows. Reads only: what only a write could show stays
 * "not proven". A system that is down fails its first check, and its others are not proven.
 */
export async function checkEnvironment(environment: Environment, clock: Clock, signal?: AbortSignal): Promise<EnvironmentCheck[]> {
  const groups = [source(environment, clock, signal), objects(environment), warehouse(environment), documents(environment)]
  return (await Promise.all(groups.map(({ system, first, others }) => answers(system, first, others, clock)))).flat()
}

interface Group {
  readonly system: SystemDescription['system']
  /** Without it the others can't be asked. */
  readonly first: Question
  readonly others: readonly Question[]
}

async function answers(system: string, first: Question, others: readonly Question[], clock: Clock): Promise<EnvironmentCheck[]> {
  const at = (finding: Finding, check: string): EnvironmentCheck => ({ system, check, state: finding.state, evidence: finding.evidence, at: iso(clock.now()), mend: finding.mend ?? null })
  const connection = at(await asked(first), first.check)
  if (connection.state === 'failed') return [connection, ...others.map(({ check }) => at(notProven('No connection: it could not be asked.', connection.mend ?? undefined), check))]
  const rest: EnvironmentCheck[] = []
  for (const question of others) rest.push(at(await asked(question), question.check))
  return [connection, ...rest]
}

async function asked({ ask }: Question): Promise<Finding> {
  try {
    return await ask()
  } catch (thrown) {
    if (isCancellation(thrown)) throw thrown
    const { what, next } = toFailure(thrown)
    return failed(what, next)
  }
}

function source({ source: database, class: level }: Environment, clock: Clock, signal?: AbortSignal): Group {
  const one = async <T extends Record<string, unknown>>(sql: string): Promise<T> => (await database.query<T>(sql, [], signal))[0]!
  return {
    system: 'postgresql',
    first: {
      check: 'connection',
      ask: async () => {
        const from = clock.monotonic()
        const { version } = await one<{ version: string }>('SELECT version() AS version')
        return passed(`${version.split(' on ')[0]} answered in ${Math.round(clock.monotonic() - from)} ms`)
      },
    },
    others: [
      {
        check: 'version',
        ask: async () => {
          const { number } = await one<{ number: string }>("SELECT current_setting('server_version_num') AS number")
          return Number(number) >= OLDEST_POSTGRES ? passed(`server_version_num ${number}`) : failed(`server_version_num ${number}`, 'PostgreSQL 12 or newer is needed.')
        },
      },
      {
        check: 'read-only session',
        ask: async () => {
          const { mode } = await one<{ mode: string }>("SELECT current_setting('transaction_read_only') AS mode")
          return mode === 'on' ? passed('transaction_read_only is on') : failed(`transaction_read_only is ${mode}`, 'This is a fault of the program: report it.')
        },
      },
      {
        check: 'encryption in transit',
        ask: async () => {
          const { ssl, local } = await one<{ ssl: boolean | null; local: boolean }>(
            "SELECT (SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()) AS ssl, (inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1') AS local",
          )
          if (ssl) return passed('pg_stat_ssl: this connection is encrypted')
          if (local) return passed('not encrypted, and it does not leave this machine')
          return failed('pg_stat_ssl: this connection is not encrypted', 'Turn TLS on at the server and add sslmode=require to POSTGRES_URL.')
        },
      },
      {
        check: 'clock',
        ask: async () => {
          const before = clock.now()
          const { now } = await one<{ now: string }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS now')
          const skew = Math.round(Number(now) - (before + clock.now()) / 2)
          const evidence = `${skew >= 0 ? '+' : ''}${skew} ms against this machine`
          return Math.abs(skew) <= MOST_SKEW_MS ? passed(evidence) : failed(evidence, 'Set the clocks by NTP.')
        },
      },
      {
        check: 'rights',
        ask: async () => {
          const { superuser, readable, all, writable } = await one<{ superuser: boolean; readable: string; all: string; writable: string }>(
            `SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
                    count(*) FILTER (WHERE has_table_privilege(c.oid, 'SELECT'))::text AS readable, count(*)::text AS all,
                    count(*) FILTER (WHERE has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))::text AS writable
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))`,
          )
          const evidence = `${readable} of ${all} tables may be read${superuser ? ', the login is a superuser' : ''}${Number(writable) > 0 ? `, ${writable} may be written` : ''}`
          if (Number(readable) < Number(all)) return failed(evidence, 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO <the login>')
          if (level === 'production' && (superuser || Number(writable) > 0)) return failed(evidence, 'Use a login that may only read: GRANT SELECT, and nothing else.')
          return all === '0' ? notProven('There is no table yet.', 'Load the source.') : passed(evidence)
        },
      },
    ],
  }
}

/** What a store says of itself; a store that is down says so there. */
async function described(describe: () => Promise<SystemDescription>): Promise<SystemDescription> {
  const found = await describe()
  if (found.state === 'down') throw Object.assign(new Error(found.note ?? 'It does not answer.'))
  return found
}

const connection = (describe: () => Promise<SystemDescription>): Question => ({ check: 'connection', ask: async () => passed((await described(describe)).engine) })

function objects({ objects: store }: Environment): Group {
  const describe = (): Promise<SystemDescription> => store.describe()
  return {
    system: 'object-store',
    first: connection(describe),
    others: [
      {
        check: 'versions',
        ask: async () => ((await described(describe)).capabilities.versions === true ? passed('versioning is on') : failed('versioning is off', 'Turn bucket versioning on: without it nothing that is overwritten comes back.')),
      },
      {
        check: 'encryption at rest',
        ask: async () => {
          const { encryption } = (await described(describe)).capabilities
          if (encryption === undefined) return notProven('embedded: a folder on this disk')
          return encryption === 'not stated' ? notProven('the server does not say', 'Set a default encryption of the bucket, or S3_ENCRYPTION.') : passed(String(encryption))
        },
      },
      { check: 'writes', ask: async () => notProven('A check writes nothing; the first run reads back what it wrote.') },
    ],
  }
}

function warehouse({ warehouse: store }: Environment): Group {
  return { system: 'warehouse', first: connection(() => store.describe()), others: [] }
}

function documents({ documents: store }: Environment): Group {
  const describe = (): Promise<SystemDescription> => store.describe()
  return {
    system: 'document-store',
    first: connection(describe),
    others: [
      {
        check: 'writes',
        ask: async () => {
          const { writable } = (await described(describe)).capabilities
          if (writable === false) return failed('the server is no primary', 'Name all members of the replica set in MONGODB_URL.')
          return notProven('A check writes nothing; the first run reads back what it wrote.')
        },
      },
    ],
  }
}
