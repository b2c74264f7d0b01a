import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { RegieError } from '#core/base/errors.ts'
import { operation, type Evidence, type Step, type StepContext } from '#core/operations/types.ts'

/** What the toy works on: a folder of files, and a ledger that a second insert would double. */
export interface ToySystems {
  readonly folder: string
  readonly ledger: Database.Database
}
type Context = StepContext<{ numbers: number }, ToySystems>

export function openToySystems(folder: string): ToySystems {
  const ledger = new Database(join(folder, 'ledger.sqlite'))
  ledger.pragma('journal_mode = WAL')
  ledger.pragma('synchronous = FULL')
  ledger.exec('CREATE TABLE IF NOT EXISTS booked (id INTEGER PRIMARY KEY, run_id TEXT NOT NULL, amount INTEGER NOT NULL)')
  return { folder, ledger }
}

/** A diamond over real files: number → odd | even (which fails twice) → book (must not happen twice) → publish. */
export const toyOperation = operation<{ numbers: number }, { published: boolean }, ToySystems>({
  id: 'test.toy',
  version: 1,
  capability: 'pipelines.run',
  input: z.object({ numbers: z.number().int().positive() }),
  environment: () => 'sandbox',
  locks: () => ['sandbox/files', 'sandbox/ledger'],
  observe: async (_, { folder }) => ({ published: existsSync(join(folder, 'published.json')) }),
  plan: ({ numbers }) => ({ title: `Book ${numbers} numbers`, steps, wayBack: 'Delete the folder.' }),
  guards: [],
  steps: () => steps,
  prove: (outputs) => ({ amount: outputs.get('book') ?? null }),
  undo: () => null,
})

const steps: readonly Step<{ numbers: number }, ToySystems>[] = [
  {
    id: 'number',
    title: 'Number',
    where: 'files',
    needs: [],
    effect: 'Writes numbers.json.',
    again: 'safe',
    async act({ input, deps }) {
      return await put(deps, 'numbers.json', Array.from({ length: input.numbers }, (_, index) => index + 1))
    },
    confirm: holds('numbers.json'),
  },
  {
    id: 'odd',
    title: 'Sum the odd',
    where: 'files',
    needs: ['number'],
    effect: 'Writes odd.json.',
    again: 'safe',
    async act({ deps, progress, probe }) {
      const numbers = get(deps, 'numbers.json') as number[]
      await probe('odd:read')
      progress({ rows: numbers.length })
      return await put(deps, 'odd.json', sum(numbers.filter((number) => number % 2 === 1)))
    },
    confirm: holds('odd.json'),
  },
  {
    id: 'even',
    title: 'Sum the even',
    where: 'files',
    needs: ['number'],
    effect: 'Writes even.json.',
    again: 'safe',
    retry: { attempts: 3, baseMs: 1 },
    async act({ deps, attempt, log }) {
      if (attempt < 3) throw new RegieError({ code: 'TOY_TIRED', what: 'The toy is tired.', retry: 'later' })
      log('info', 'awake')
      return await put(deps, 'even.json', sum((get(deps, 'numbers.json') as number[]).filter((number) => number % 2 === 0)))
    },
    confirm: holds('even.json'),
  },
  {
    id: 'book',
    title: 'Book',
    where: 'ledger',
    needs: ['odd', 'even'],
    effect: 'Inserts one row.',
    again: 'confirm',
    async act({ deps, runId, gate, probe }) {
      const amount = (get(deps, 'odd.json') as number) + (get(deps, 'even.json') as number)
      gate({ gate: 'amount', title: 'Amount', verdict: 'passed', value: amount })
      deps.ledger.prepare('INSERT INTO booked (run_id, amount) VALUES (?, ?)').run(runId, amount)
      await probe('book:inserted')
      return amount
    },
    recall: async (context) => booked(context)[0]?.amount ?? null,
    async confirm(context, output): Promise<readonly Evidence[]> {
      const rows = booked(context)
      const there = rows.length === 1 && rows[0]?.amount === output
      return [{ what: 'One row is booked', state: there ? 'proven' : 'disproven', readFrom: 'ledger', expected: 1, found: rows.length }]
    },
  },
  {
    id: 'publish',
    title: 'Publish',
    where: 'files',
    needs: ['book'],
    effect: 'Writes published.json.',
    again: 'safe',
    async act({ deps, output }) {
      return await put(deps, 'published.json', { amount: output<number>('book') })
    },
    confirm: holds('published.json'),
  },
]

function holds(name: string) {
  return async ({ deps }: Context, output: unknown): Promise<readonly Evidence[]> => {
    const found = existsSync(join(deps.folder, name)) ? readFileSync(join(deps.folder, name), 'utf8').length : 0
    return [{ what: `Length of ${name}`, state: found === output ? 'proven' : 'disproven', readFrom: 'files', expected: output as number, found }]
  }
}

function booked({ deps, runId }: Context): { amount: number }[] {
  return deps.ledger.prepare<[string], { amount: number }>('SELECT amount FROM booked WHERE run_id = ?').all(runId)
}

/** Whole or not at all; returns the length. */
async function put({ folder }: ToySystems, name: string, value: unknown): Promise<number> {
  const text = JSON.stringify(value)
  const file = join(folder, name)
  const handle = openSync(`${file}.part`, 'w')
  writeSync(handle, text)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${file}.part`, file)
  return text.length
}

const get = ({ folder }: ToySystems, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
