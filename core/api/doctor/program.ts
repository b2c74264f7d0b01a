import type { DoctorCheck, Finding, Regie } from '#core/api/regie.ts'
import { iso } from '#core/base/clock.ts'
import { RegieError } from '#core/base/errors.ts'
import { listBackups } from '#core/store/backup.ts'
import { dated } from './dated.ts'

const BEHIND_MS = 60_000
const DAY_MS = 86_400_000
const OLD_DAYS = 7

/** What only the opened program can tell: its state, its audit log, its models, its systems. */
export async function examineProgram(regie: Regie, signal?: AbortSignal): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = []
  for (const look of [state, backup, (one: Regie) => auditLog(one, signal), clock, models, systems]) checks.push(await dated('program', regie.clock, () => look(regie)))
  return checks
}

async function state({ store }: Regie): Promise<Finding> {
  const check = { check: 'state', title: 'State database' } as const
  const problems = store.db.pragma('quick_check(5)') as { quick_check: string }[]
  const whole = problems.length === 1 && problems[0]?.quick_check === 'ok'
  return whole
    ? { ...check, state: 'passed', found: 'SQLite finds it whole' }
    : { ...check, state: 'failed', found: problems.map((problem) => problem.quick_check).join('; '), mend: 'Stop every regie, keep the file, and start again: the newest good backup is put in its place.' }
}

/** A damaged database is restored from the newest one. */
function backup(regie: Regie): Finding {
  const check = { check: 'backup', title: 'Backup of the state' } as const
  const newest = listBackups(regie.store.db.name)[0]
  if (!newest) return { ...check, state: 'not-proven', found: 'None was taken yet', mend: 'One is taken when the program is closed.' }
  const days = Math.floor((regie.clock.now() - newest.takenAt) / DAY_MS)
  const found = `Taken ${iso(newest.takenAt)}`
  return days <= OLD_DAYS ? { ...check, state: 'passed', found } : { ...check, state: 'warning', found: `${found}, ${days} days ago`, mend: 'Close Régie once: a backup is taken at every clean end.' }
}

async function auditLog({ audit }: Regie, signal?: AbortSignal): Promise<Finding> {
  const verdict = await audit.verify({ signal })
  const check = { check: 'audit', title: 'Audit log' } as const
  return verdict.ok
    ? { ...check, state: 'passed', found: `${verdict.entries} entries, root ${verdict.rootHash.slice(0, 12)}` }
    : { ...check, state: 'failed', found: `Entry ${verdict.firstBad?.seq}: ${verdict.firstBad?.problem}`, mend: 'Compare with a backup or an exported log: somebody or something changed it.' }
}

/** Not before the newest entry that this home has seen. */
function clock(regie: Regie): Finding {
  const { at } = regie.audit.head()
  const behind = at !== null && Date.parse(at) - regie.clock.now() > BEHIND_MS
  return behind
    ? { check: 'clock-order', title: 'Clock against the log', state: 'warning', found: `The newest audit entry is of ${at}, which is still to come`, mend: "Set the machine's clock." }
    : { check: 'clock-order', title: 'Clock against the log', state: 'passed', found: at === null ? 'No entry yet' : `Newest entry ${at}` }
}

async function models({ scorer }: Regie): Promise<Finding> {
  const check = { check: 'models', title: 'Models' } as const
  try {
    const identities = await scorer.describe()
    return { ...check, state: 'passed', found: identities.map(({ name, version, sha256 }) => `${name} ${version} (${sha256.slice(0, 8)})`).join(', ') }
  } catch (error) {
    return { ...check, state: 'failed', found: sentence(error), mend: 'Get the models folder again: git checkout models' }
  }
}

async function systems(regie: Regie): Promise<Finding> {
  const check = { check: 'workspace', title: 'Workspace' } as const
  try {
    const { environments, workspace } = regie.info()
    if (environments.length === 0) return { ...check, state: 'not-proven', found: 'No workspace is chosen', mend: 'regie init --workspace <folder>' }
    return { ...check, state: 'passed', found: `${workspace.name} in ${workspace.path}: ${environments.map(({ name }) => name).join(', ')}` }
  } catch (error) {
    return { ...check, state: 'failed', found: sentence(error) }
  }
}

const sentence = (error: unknown): string => (error instanceof RegieError ? error.what : 'It failed for a reason that nobody expected.')
