import { rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { DataAt, DataReader } from './api/regie.ts'
import { collectionItems, collectionShelf, fileTable, objectItems, objectShelf, personalColumns, Shelves, sourceItems, sourceTable, warehouseItems, warehouseTable, within, type DataSystem, type Listing, type PersonalColumns, type Shelf } from './data/index.ts'
import { DataUnknown } from './data/index.ts'
import type { Environment } from './environments/environment.ts'
import type { Engine } from './operations/index.ts'
import type { PipelineCatalogue } from './pipelines/catalogue.ts'

export interface DataParts {
  readonly catalogue: PipelineCatalogue
  readonly environment: (name: string) => Promise<Environment>
  readonly engine: Pick<Engine, 'get'>
}

/** How long a read may take before its statement is cancelled, seconds. */
const LIST_S = 20
const PAGE_S = 30
const COLUMN_S = 60

const never = (): AbortSignal => new AbortController().signal

/** The environment's systems behind one way of looking at them; personal columns by the rules of all pipelines. */
export function dataReader({ catalogue, environment, engine }: DataParts): DataReader & { close(): Promise<void> } {
  const shelves = new Shelves()
  // read anew each time: a rule that was added counts at once
  const personal = (): PersonalColumns => personalColumns(catalogue.list().map((pipeline) => pipeline.personal))

  const listing: Readonly<Record<Exclude<DataSystem, 'scored'>, (of: Environment, signal: AbortSignal) => Promise<Listing>>> = {
    postgresql: ({ source }, signal) => sourceItems(source, personal(), signal),
    'object-store': ({ objects }) => objectItems(objects),
    warehouse: ({ warehouse }) => warehouseItems(warehouse),
    'document-store': ({ documents }) => collectionItems(documents),
  }

  async function open({ environment: name, system, name: thing, version }: DataAt): Promise<Shelf> {
    const { source, objects, warehouse, documents } = await environment(name)
    // what is opened serves later requests too: it is not bound to the one that asked first
    const signal = AbortSignal.timeout(PAGE_S * 1000)
    switch (system) {
      case 'postgresql':
        return await sourceTable(source, warehouse, personal(), thing, signal)
      case 'object-store':
        return await objectShelf(objects, warehouse, thing, version, signal)
      case 'warehouse':
        return await warehouseTable(warehouse, thing, version, signal)
      case 'scored':
        return await fileTable(warehouse, scoredFile(thing), [], null, signal)
      default:
        return await collectionShelf(documents, warehouse, thing)
    }
  }

  /** Only what a run of scoring says that it wrote; no path of a caller ever opens a file. */
  function scoredFile(runId: string): string {
    const run = engine.get(runId)
    const file = run.operation === 'scoring.file' && run.state === 'succeeded' ? run.result?.file : null
    if (typeof file !== 'string') throw new DataUnknown('scoring', runId)
    return file
  }

  /** Which bytes are meant: a publish between two pages makes another key. */
  async function keyOf(at: DataAt): Promise<string> {
    const { system, name, version } = at
    if (system !== 'warehouse' || version !== undefined) return JSON.stringify([at.environment, system, name, version, system === 'postgresql' ? catalogue.list().map((pipeline) => pipeline.personal) : null])
    const { warehouse } = await environment(at.environment)
    const current = (await warehouse.tables()).map((table) => table.current?.version ?? 0)
    return JSON.stringify([at.environment, system, name, current])
  }

  const use = async <T>(at: DataAt, what: string, seconds: number, signal: AbortSignal | undefined, work: (shelf: Shelf, signal: AbortSignal) => Promise<T>): Promise<T> =>
    await within(what, seconds, signal ?? never(), async (stop) => await shelves.use(await keyOf(at), () => open(at), (shelf) => work(shelf, stop)))

  return {
    list: (name, system, signal) => within(`Listing ${system}`, LIST_S, signal ?? never(), async (stop) => (system === 'scored' ? { items: [], more: false } : await listing[system](await environment(name), stop))),
    describe: (at, signal) => use(at, `Reading the columns of ${at.name}`, PAGE_S, signal, async ({ description }) => description),
    page: (at, ask, signal) => use(at, `Reading rows of ${at.name}`, PAGE_S, signal, (shelf, stop) => shelf.page(ask, stop)),
    count: (at, filters, signal) => use(at, `Counting rows of ${at.name}`, PAGE_S, signal, (shelf, stop) => shelf.count(filters, stop)),

    async *profile(at, filters, wanted, signal) {
      // apart from the pages: a long statement must not hold up the rows that somebody scrolls through
      const shelf = await open(at)
      try {
        const columns = shelf.description.columns.filter(({ name }) => wanted === undefined || wanted.includes(name))
        for (const [i, column] of columns.entries()) {
          const profile = await within(`The profile of ${column.name}`, COLUMN_S, signal ?? never(), (stop) => shelf.profile(column, filters, stop))
          yield { done: i + 1, total: columns.length, profile }
        }
      } finally {
        await shelf.close()
      }
    },

    async exportTo(at, ask, file, signal) {
      const shelf = await open(at)
      try {
        return await shelf.exportTo(file, ask, signal ?? never())
      } finally {
        await shelf.close()
      }
    },

    async *temporary(name, kind, work) {
      const { scratch } = await environment(name)
      const file = join(scratch, `download-${randomBytes(6).toString('hex')}.${kind}`)
      try {
        yield* work(file)
      } finally {
        await rm(file, { force: true })
      }
    },

    close: () => shelves.close(),
  }
}
