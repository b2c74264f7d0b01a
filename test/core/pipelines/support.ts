import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AuditLog } from '#core/audit/audit-log.ts'
import { systemClock } from '#core/base/clock.ts'
import { shipped } from '#core/base/package-root.ts'
import { openEnvironment, type Environment } from '#core/environments/environment.ts'
import { initWorkspace, loadWorkspace, type Workspace } from '#core/environments/workspace.ts'
import { Engine, type EngineParts } from '#core/operations/engine.ts'
import { OperationRegistry } from '#core/operations/registry.ts'
import type { RunDetail } from '#core/operations/types.ts'
import { openPipelineCatalogue, type BlueprintFiles } from '#core/pipelines/catalogue.ts'
import type { PipelineDeps } from '#core/pipelines/deps.ts'
import { runPipeline } from '#core/pipelines/run-pipeline.ts'
import type { ScoreBatch, Scores, TextScorer } from '#core/pipelines/scorer.ts'
import { swapBack } from '#core/pipelines/swap-back.ts'
import { migrations } from '#core/regie-schema.ts'
import { createTextScorer } from '#core/scoring/index.ts'
import { openStore, type Store } from '#core/store/store.ts'
import { noSecrets } from '#test/support/no-secrets.ts'

/** The blueprints that ship, with files replaced or added: path below core/blueprints → text. */
export function blueprintFiles(replaced: Readonly<Record<string, string>> = {}): BlueprintFiles {
  const at = (path: string): string => shipped('core', 'blueprints', path)
  return {
    blueprints: ['reviews'],
    read: (path) => replaced[path] ?? (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : null),
    list: (folder) => [...new Set([...readdirSync(at(folder)), ...Object.keys(replaced).filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1))])].filter((name) => !name.includes('/')),
  }
}

export interface LabOptions {
  readonly scale?: number
  readonly seed?: number
  readonly markers?: boolean
  /** An existing folder instead of a new one. */
  readonly root?: string
  readonly files?: Readonly<Record<string, string>>
  readonly scorer?: TextScorer
  readonly parts?: Partial<EngineParts>
  readonly deps?: Partial<PipelineDeps>
}

/** A home, a workspace, the embedded sandbox and a real engine that knows the operations of this room. */
export interface Lab {
  readonly root: string
  readonly home: string
  readonly workspace: Workspace
  readonly environment: Environment
  readonly deps: PipelineDeps
  readonly engine: Engine
  readonly store: Store
  readonly audit: AuditLog
  /** Plans, starts and waits. */
  run(input?: Readonly<Record<string, unknown>>): Promise<RunDetail>
  /** Another engine on the same home, as after a restart; the intermediate files of this process are gone. */
  restart(parts?: Partial<EngineParts>): Promise<Engine>
  close(): Promise<void>
  remove(): Promise<void>
}

/** Scores without models, by the text alone: fast, and the same in every process. */
export const plainScorer = (): TextScorer => ({
  describe: async () => [{ name: 'plain', version: '1', sha256: '0'.repeat(64) }],
  async score({ texts, ratings, hasImage }: ScoreBatch, signal): Promise<Scores> {
    signal?.throwIfAborted()
    const lengths = texts.map((text) => Array.from(text ?? '').length)
    const relevance = lengths.map((length, i) => Math.min(100, (length % 90) + 20 * (hasImage[i] ?? 0)))
    const confidence = lengths.map((length) => 60 + (length % 40))
    return {
      textLength: Int32Array.from(lengths),
      textLengthScore: Float64Array.from(lengths, (length) => Math.exp(-((length - 300) ** 2) / 80_000)),
      isExtremeRating: Uint8Array.from(ratings, (rating) => (rating === 1 || rating === 5 ? 1 : 0)),
      keywordScore: Float64Array.from(lengths, (length) => (length % 10) / 10),
      relevanceScore: Float64Array.from(relevance),
      theme: lengths.map((length) => (length % 2 === 0 ? 'even' : 'odd')),
      confidence: Float64Array.from(confidence),
      sentiment: lengths.map(() => 'neutral'),
      relevant: Uint8Array.from(lengths, () => 0),
    }
  },
  close: async () => {},
})

export const textScorer = (): TextScorer => createTextScorer({ modelsFolder: shipped('models') })

export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'regie-pipelines-'))
  // PostgreSQL runs as another user than root
  chmodSync(root, 0o711)
  const home = join(root, 'home')
  mkdirSync(home, { recursive: true, mode: 0o711 })
  const folder = join(root, 'workspace')
  if (!existsSync(join(folder, 'regie.yaml'))) initWorkspace(folder, { seed: options.seed ?? 7, name: 'lab', blueprints: ['reviews'], scale: options.scale, markers: options.markers })
  const workspace = loadWorkspace(folder)
  const environment = await openEnvironment({ home, workspace, name: 'sandbox', clock: systemClock, secrets: noSecrets, log: () => {} })
  const scorer = options.scorer ?? textScorer()
  const { name, class: environmentClass, source, objects, warehouse, documents, pseudonyms, scratch } = environment
  const deps: PipelineDeps = { environment: { name, class: environmentClass }, source, objects, warehouse, documents, pseudonyms, scratch, scorer, ...options.deps }
  const store = openStore(join(home, 'state.sqlite'), { clock: systemClock, migrations })
  const audit = new AuditLog(store, systemClock)
  const engines: Engine[] = []
  const registry = new OperationRegistry().add(runPipeline(openPipelineCatalogue(blueprintFiles(options.files)))).add(swapBack)
  const start = (parts?: Partial<EngineParts>): Engine => {
    const engine = new Engine({ store, audit, clock: systemClock, registry, depsFor: async () => deps, classOf: () => 'sandbox', ...parts })
    engines.push(engine)
    return engine
  }
  const engine = start(options.parts)
  const close = async (): Promise<void> => {
    for (const one of engines) await one.close()
    await environment.close()
    await scorer.close()
    store.close()
  }
  return {
    root, home, workspace, environment, deps, engine, store, audit,
    async run(input = {}) {
      const plan = await engine.plan('pipelines.run', { environment: 'sandbox', pipeline: 'reviews', ...input }, 'anna')
      const { runId } = await engine.start(plan.hash, 'anna')
      return await engine.wait(runId)
    },
    async restart(parts) {
      for (const one of engines) await one.close()
      for (const entry of existsSync(scratch) ? readdirSync(scratch) : []) rmSync(join(scratch, entry), { recursive: true, force: true })
      return start(parts)
    },
    close,
    async remove() {
      await close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

/** A sandbox that holds the tables a pipeline reads. */
export async function loadedLab(options: LabOptions = {}): Promise<Lab> {
  const lab = await openLab(options)
  const { sandbox } = lab.environment
  await sandbox!.load(sandbox!.first)
  return lab
}
