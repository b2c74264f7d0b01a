import type { DoctorCheck, Regie } from '#core/api/regie.ts'
import { RegieError } from '#core/base/errors.ts'

const BEHIND_MS = 60_000

/** What only the opened program can tell: its state, its audit log, its models, its systems. */
export async function examineProgram(regie: Regie, signal?: AbortSignal): Promise<DoctorCheck[]> {
  return [await state(regie), await auditLog(regie, signal), clock(regie), await models(regie), await systems(regie)]
}

async function state({ store }: Regie): Promise<DoctorCheck> {
  const check = { check: 'state', title: 'State database' }
  const problems = store.db.pragma('quick_check(5)') as { quick_check: string }[]
  const whole = problems.length === 1 && problems[0]?.quick_check === 'ok'
  return whole
    ? { ...check, state: 'passed', found: 'SQLite finds it whole' }
    : { ...check, state: 'failed', found: problems.map((problem) => problem.quick_check).join('; '), mend: 'Stop every regie, keep the file, and start again: the newest good backup is put in its place.' }
}

async function auditLog({ audit }: Regie, signal?: AbortSignal): Promise<DoctorCheck> {
  const verdict = await audit.verify({ signal })
  const check = { check: 'audit', title: 'Audit log' }
  return verdict.ok
    ? { ...check, state: 'passed', found: `${verdict.entries} entries, root ${verdict.rootHash.slice(0, 12)}` }
    : { ...check, state: 'failed', found: `Entry ${verdict.firstBad?.seq}: ${verdict.firstBad?.problem}`, mend: 'Compare with a backup or an exported log: somebody or something changed it.' }
}

/** Not before the newest entry that this home has seen. */
function clock(regie: Regie): DoctorCheck {
  const { at } = regie.audit.head()
  const behind = at !== null && Date.parse(at) - regie.clock.now() > BEHIND_MS
  return behind
    ? { check: 'clock-order', title: 'Clock against the log', state: 'warning', found: `The newest audit entry is of ${at}, which is still to come`, mend: "Set the machine's clock." }
    : { check: 'clock-order', title: 'Clock against the log', state: 'passed', found: at === null ? 'No entry yet' : `Newest entry ${at}` }
}

async function models({ scorer }: Regie): Promise<DoctorCheck> {
  const check = { check: 'models', title: 'Models' }
  try {
    const identities = await scorer.describe()
    return { ...check, state: 'passed', found: identities.map(({ name, version, sha256 }) => `${name} ${version} (${sha256.slice(0, 8)})`).join(', ') }
  } catch (error) {
    return { ...check, state: 'failed', found: sentence(error), mend: 'Get the models folder again: git checkout models' }
  }
}

async function systems(regie: Regie): Promise<DoctorCheck> {
  const check = { check: 'workspace', title: 'Workspace' }
  try {
    const { environments, workspace } = regie.info()
    if (environments.length === 0) return { ...check, state: 'not-proven', found: 'No workspace is chosen', mend: 'regie init --workspace <folder>' }
    return { ...check, state: 'passed', found: `${workspace.name} in ${workspace.path}: ${environments.map(({ name }) => name).join(', ')}` }
  } catch (error) {
    return { ...check, state: 'failed', found: sentence(error) }
  }
}

const sentence = (error: unknown): string => (error instanceof RegieError ? error.what : 'It failed for a reason that nobody expected.')
