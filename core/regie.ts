import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AuditLog } from './audit/audit-log.ts'
import { Notary } from './audit/notary.ts'
import { AuditProofs } from './audit/proofs.ts'
import { Segments } from './audit/segments.ts'
import type { OpenRegie, Regie } from './api/regie.ts'
import { iso } from './base/clock.ts'
import { packageRoot, shipped } from './base/package-root.ts'
import { dashboardReader, viewReader } from './dashboards/index.ts'
import { openEnvironment, type Environment } from './environments/environment.ts'
import type { Secrets } from './environments/open-systems.ts'
import { WorkspaceNotFound } from './environments/errors.ts'
import { loadSource, type LoadSourceDeps } from './environments/load-source.ts'
import { openFolder } from './environments/open-folder.ts'
import { provisionSandbox, type ProvisionDeps } from './environments/provision-sandbox.ts'
import { loadWorkspace, type Workspace } from './environments/workspace.ts'
import { Elevations } from './identity/elevations.ts'
import { Vault } from './identity/vault/vault.ts'
import { keyFileWrapping } from './identity/vault/wrapping.ts'
import { anchorLog, type AnchorDeps } from './evidence/anchor-log.ts'
import { Engine, leapFences, OperationRegistry } from './operations/index.ts'
import type { EnvironmentClass } from './operations/types.ts'
import { openPipelineCatalogue } from './pipelines/catalogue.ts'
import type { PipelineDeps } from './pipelines/deps.ts'
import { runPipeline } from './pipelines/run-pipeline.ts'
import { swapBack } from './pipelines/swap-back.ts'
import { dataReader } from './regie-data.ts'
import { environmentControl, productionGuard } from './regie-environments.ts'
import { pipelineViews } from './regie-pipelines.ts'
import { anchorPlaces, evidenceDesk } from './regie-evidence.ts'
import { qualityReader } from './regie-quality.ts'
import { rejectReader } from './regie-rejects.ts'
import { migrations } from './regie-schema.ts'
import { readSchedules, Schedules } from './schedules/index.ts'
import { createTextExplainer, createTextScorer, readModelCards, scoreFile } from './scoring/index.ts'
import { Settings } from './settings/settings.ts'
import { openStore } from './store/store.ts'

/** How long entries may wait for a signed head, ms. */
const SIGN_EVERY_MS = 60_000

/**
 * Puts the program together: the one place where domains meet. Opens the home's store; environments, models and
 * servers open when first used. The three doors differ only in what they do with the result.
 */
export const openRegie: OpenRegie = async ({ home, workspace: folder, clock, actor }) => {
  mkdirSync(home, { recursive: true, mode: 0o711 })
  const startedAt = iso(clock.now())
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  let workspace = folder === null ? null : loadWorkspace(folder)
  const incident = (error: unknown, where: string): string => report(home, iso(clock.now()), error, where)

  const store = openStore(join(home, 'state.sqlite'), { clock, migrations, recover: true })
  const audit = new AuditLog(store, clock)
  const notary = new Notary({ store, log: audit, clock, home })
  const proofs = new AuditProofs(store)
  const segmentsIn = (at: string): Segments => new Segments({ folder: at, store, notary, proofs })
  const segments = segmentsIn(join(home, 'audit', 'segments'))
  audit.witness = async (verdict, signal) => {
    const seen = notary.witness(verdict)
    const bad = seen.ok ? await segments.check(signal) : null
    return bad ? { ...seen, ok: false, firstBad: bad } : seen
  }
  if (store.recovered) {
    notary.setAside()
    segments.setAside(startedAt)
    const { problem, backup, kept } = store.recovered
    leapFences(store)
    const summary = `The home's database was damaged and its backup of ${iso(backup.takenAt)} took its place: what happened since then is missing.`
    audit.append({ actor: 'engine', kind: 'store.recovered', environment: null, runId: null, summary, body: { problem, backup: basename(backup.path), kept: kept === null ? null : basename(kept) } })
  }
  const scorer = createTextScorer({ modelsFolder: shipped('models') })

  let opening: Promise<Vault> | null = null
  /** Opened, and on a new home made, when a secret is first needed. */
  const vault = (): Promise<Vault> =>
    (opening ??= Vault.open({ store, audit, clock }, keyFileWrapping(join(home, 'keys', 'vault.key')), actor).catch((thrown: unknown) => {
      opening = null
      throw thrown
    }))
  const secrets: Secrets = { use: async (name, purpose, work) => (await vault()).use(name, { actor, purpose }, work) }

  const environments = new Map<string, Promise<Environment>>()
  const environment = (name: string): Promise<Environment> => {
    const known = environments.get(name)
    if (known) return known
    const opened = openEnvironment({ home, workspace: needed(workspace, home), name, clock, secrets, log: (message) => appendLog(home, iso(clock.now()), `${name}: ${message}`) })
    environments.set(name, opened)
    opened.catch(() => environments.delete(name))
    return opened
  }

  const files = {
    blueprints: workspace?.blueprints ?? [],
    read: (path: string) => (workspace && workspace.blueprintFiles(path.split('/').slice(0, -1).join('/')).includes(path.split('/').at(-1) ?? '') ? workspace.readBlueprint(path) : null),
    list: (path: string) => workspace?.blueprintFiles(path) ?? [],
  }
  const catalogue = openPipelineCatalogue(files)
  const published = { files, warehouse: async (name: string) => (await environment(name)).warehouse }

  const depsFor = async (name: string): Promise<PipelineDeps & ProvisionDeps & LoadSourceDeps & AnchorDeps> => {
    const { class: level, source, objects, warehouse, documents, pseudonyms, scratch, sandbox, generatedSource, openWriter } = await environment(name)
    return {
      environment: { name, class: level },
      source,
      objects,
      warehouse,
      documents,
      pseudonyms,
      scratch,
      sandbox,
      generatedSource,
      scorer,
      notary,
      anchorPlace: anchorPlaces({ objects, openWriter }, workspace?.folder ?? null),
      openFolder: (path) => openFolder({ home, workspace: needed(workspace, home), environment: name, folder: path, scratch }),
    }
  }

  const elevations = new Elevations(store, audit, clock)
  const classOf = (name: string): EnvironmentClass => needed(workspace, home).environment(name).class
  const registry = new OperationRegistry().add(runPipeline(catalogue)).add(swapBack).add(provisionSandbox).add(loadSource).add(anchorLog).add(scoreFile)
  const engine = new Engine({ store, audit, clock, registry, depsFor, classOf, guard: productionGuard(elevations) })

  const schedules = new Schedules({ store, audit, clock, engine, workspace: workspace?.id ?? '' })
  declareSchedules(workspace, schedules, incident)
  const data = dataReader({ catalogue, environment, engine })

  notary.startSigning(SIGN_EVERY_MS, (error) => void incident(error, 'signing'))
  const regie: Regie = {
    actor,
    clock,
    settings: new Settings(store, clock),
    store,
    engine,
    audit,
    evidence: evidenceDesk({ notary, proofs, segments, segmentsIn, engine, actor }),
    scorer,
    modelCards: () => readModelCards(shipped('models')),
    schedules,
    environment,
    incident,
    pipelines: pipelineViews({ catalogue, engine, depsFor, clock }),
    quality: qualityReader({ catalogue, engine, depsFor, clock }),
    rejects: rejectReader({ catalogue, engine, environment }),
    data,
    environments: environmentControl({ actor, clock, audit, vault, elevations, classOf, workspace: () => needed(workspace, home), changed: (now) => (workspace = now), open: environment }),
    dashboards: dashboardReader(published),
    views: viewReader(published),
    explainer: createTextExplainer({ modelsFolder: shipped('models') }),
    info: () => ({
      version,
      node: process.version,
      pid: process.pid,
      startedAt,
      home,
      workspace: { name: workspace?.name ?? '', path: workspace?.folder ?? '' },
      environments: (workspace?.environments ?? []).map((name) => {
        const { class: level, title } = needed(workspace, home).environment(name)
        return { name, class: level, title }
      }),
      actor,
    }),
    // connections are the operating system's to close: what is due waits until the machine is awake
    power: {
      suspend: async () => void schedules.pauseAll('The machine sleeps.', 'power', 'until-restart'),
      resume: async () => schedules.resumeAll('power', 'until-restart'),
    },
    async close() {
      const settled = schedules.close()
      await engine.close()
      await settled
      await data.close()
      const opened = await Promise.allSettled(environments.values())
      await Promise.allSettled(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])))
      await scorer.close()
      notary.close(actor, (error) => void incident(error, 'signing at close'))
      store.close()
    },
  }
  return regie
}

/** A file that can't be read leaves the schedules as they were: what is due keeps coming due. */
function declareSchedules(workspace: Workspace | null, schedules: Schedules, incident: (error: unknown, where: string) => string): void {
  const file = workspace && join(workspace.folder, 'schedules.yaml')
  if (!file) return
  try {
    schedules.declare(existsSync(file) ? readSchedules(readFileSync(file, 'utf8'), file, 'pipelines.run') : [])
  } catch (error) {
    incident(error, 'schedules.yaml')
  }
}

function needed(workspace: Workspace | null, home: string): Workspace {
  if (!workspace) throw new WorkspaceNotFound(join(home, 'workspace'))
  return workspace
}

function appendLog(home: string, at: string, line: string): void {
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 })
  appendFileSync(join(home, 'logs', 'regie.log'), `${at} ${line}\n`, { mode: 0o600 })
}

/** An undeclared error goes to the log under an id; only the id crosses a door. */
function report(home: string, at: string, error: unknown, where: string): string {
  const id = randomBytes(5).toString('hex')
  try {
    appendLog(home, at, `${id} ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  } catch {
    // A full disk must not hide the error that is being reported.
  }
  return id
}
