import { createHash, timingSafeEqual } from 'node:crypto'
import type { EnvironmentAdded, EnvironmentControl } from './api/regie.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { Clock } from './base/clock.ts'
import { draftEnvironment, refuseSharing, writeEnvironment } from './environments/add-environment.ts'
import { checkEnvironment } from './environments/check-environment.ts'
import type { Environment } from './environments/environment.ts'
import { EnvironmentExists } from './environments/errors.ts'
import { ANCHOR_LOG } from './evidence/anchor-log.ts'
import { readSettings } from './environments/settings-file.ts'
import type { Workspace } from './environments/workspace.ts'
import { ElevationRefused } from './identity/errors.ts'
import type { Elevations } from './identity/elevations.ts'
import type { Vault } from './identity/vault/vault.ts'
import type { EngineParts } from './operations/engine.ts'
import type { EnvironmentClass } from './operations/types.ts'

export interface EnvironmentParts {
  readonly actor: string
  readonly clock: Clock
  readonly audit: AuditLog
  readonly vault: () => Promise<Vault>
  readonly elevations: Elevations
  readonly classOf: (environment: string) => EnvironmentClass
  readonly workspace: () => Workspace
  /** Tells the program that environments/ has changed. */
  readonly changed: (workspace: Workspace) => void
  readonly open: (name: string) => Promise<Environment>
}

/** Adds and checks environments: where the workspace's files and the vault's secrets meet. */
export function environmentControl({ actor, clock, audit, vault, elevations, classOf, workspace, changed, open }: EnvironmentParts): EnvironmentControl {
  return {
    async add({ name, level, from }): Promise<EnvironmentAdded> {
      const here = workspace()
      if (here.environments.includes(name)) throw new EnvironmentExists(name)
      const draft = draftEnvironment(here, name, level, readSettings(from), from)
      try {
        const opened = await vault()
        await refuseSharing(here, name, draft, async (stored, value) =>
          opened.has(stored) && opened.use(stored, { actor, purpose: `compare it with a login of ${name}` }, (old) => timingSafeEqual(digest(old), digest(value))),
        )
        // The file last: an environment that is there can be opened. Its name has no secrets of an earlier attempt.
        for (const [secret, value] of draft.secrets) {
          if (opened.has(secret)) opened.drop(secret, { actor })
          opened.put(secret, Buffer.from(value), { actor })
        }
        changed(writeEnvironment(here, name, draft))
        const secrets = [...draft.secrets.keys()]
        audit.append({ actor, kind: 'environment.added', environment: name, runId: null, summary: `Added environment ${name} (${level}).`, body: { class: level, embedded: draft.embedded, secrets } })
        return { name, class: level, title: draft.file.title, embedded: draft.embedded, secrets }
      } finally {
        for (const value of draft.secrets.values()) value.fill(0)
      }
    },

    async check(name, signal) {
      const checks = await checkEnvironment(await open(name), clock, signal)
      const count = (state: string): number => checks.filter((check) => check.state === state).length
      audit.append({
        actor,
        kind: 'environment.checked',
        environment: name,
        runId: null,
        summary: `Checked environment ${name}: ${count('passed')} passed, ${count('failed')} failed, ${count('not-proven')} not proven.`,
        body: { failed: checks.filter((check) => check.state === 'failed').map(({ system, check }) => `${system}: ${check}`) },
      })
      return { ok: count('failed') === 0, checks }
    },

    elevate({ environment, typed, reason, minutes }, by) {
      if (classOf(environment) !== 'production') throw new ElevationRefused(environment, 'only production needs one')
      return elevations.grant({ environment, typed, reason, minutes, actor: by })
    },
    elevation: (environment, by) => (classOf(environment) === 'production' ? elevations.active(environment, by) : null),
    endElevation: (environment, by) => elevations.end(environment, by),
    mayChange: (environment, by) => {
      const refusal = classOf(environment) === 'production' ? elevations.refusal(environment, by) : null
      if (refusal) throw refusal
    },
  }
}

/** Adds evidence, changes nothing of the platform. */
const ALWAYS: readonly string[] = [ANCHOR_LOG]

/**
 * Production is read-only outside an elevation, for every operation that changes it and through every door. What a schedule
 * starts was allowed when the schedule was set, which itself needs an elevation.
 */
export function productionGuard(elevations: Elevations): NonNullable<EngineParts['guard']> {
  return (plan, { actor, environmentClass }) => (environmentClass === 'production' && !actor.startsWith('schedule:') && !ALWAYS.includes(plan.operation) ? elevations.refusal(plan.environment, actor) : null)
}

const digest = (value: Buffer): Buffer => createHash('sha256').update(value).digest()
