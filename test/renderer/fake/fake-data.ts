import type { Client, DataColumn, DataProfile, Json } from '#renderer/api/types.ts'

type Answer = <T>(answer: () => T) => Promise<T>
type Data = Client['data']

const COLUMNS: readonly DataColumn[] = [
  { name: 'review_id', type: 'BIGINT', kind: 'number', nullable: false, personal: false },
  { name: 'buyer_email', type: 'VARCHAR', kind: 'text', nullable: true, personal: true },
  { name: 'title', type: 'VARCHAR', kind: 'text', nullable: true, personal: false },
  { name: 'has_image', type: 'BOOLEAN', kind: 'boolean', nullable: false, personal: false },
  { name: 'scored_at', type: 'TIMESTAMP', kind: 'time', nullable: true, personal: false },
]
const ROWS = 111_185
const AT = '2026-11-21T10:00:00.000Z'

/** What the systems hold, described, paged and profiled. `failing`: the document store is away and no other. */
export function fakeData(ask: Answer, { empty, failing }: { readonly empty: boolean; readonly failing: boolean }): Pick<Record<keyof Data, unknown>, 'tree' | 'describe' | 'page' | 'count' | 'profile'> {
  const away = { code: 'ECONNREFUSED', what: 'The document store does not answer.', untouched: 'What it holds is untouched.', next: 'Next try in 8 s.' }
  const item = (name: string, kind: string, rows: number | null, personal = 'none') => ({ name, kind, rows, estimated: kind === 'table' && personal !== 'none', bytes: rows === null ? null : rows * 120, at: AT, personal })
  return {
    // The tree answers even where one system is away.
    tree: async () => [
      { system: 'postgresql', items: [item('product', 'table', 42_858), item('buyer', 'table', 100_000, 'all'), item('review', 'table', 111_322, 'some')], more: false, failure: null },
      { system: 'object-store', items: empty ? [] : [item('raw/review/20251121.parquet', 'object', null)], more: !empty, failure: null },
      { system: 'warehouse', items: empty ? [] : [item('reviews', 'table', ROWS), item('review_relevant', 'table', ROWS), item('vw_reviews_by_product', 'view', null)], more: false, failure: null },
      { system: 'document-store', items: empty || failing ? [] : [item('rejected_reviews', 'collection', 137)], more: false, failure: failing ? away : null },
    ],
    describe: ({ name }: { name: string }) => ask(() => ({ columns: COLUMNS, versions: name === 'reviews' ? [{ version: '12', state: 'current', at: AT, rows: ROWS, bytes: 9_411_004, runId: null }, { version: '11', state: 'previous', at: '2026-11-20T10:00:00.000Z', rows: ROWS - 9, bytes: 9_410_004, runId: null }] : [], version: name === 'reviews' ? '12' : null })),
    page: ({ offset, limit }: { offset: number; limit: number }) => ask(() => ({ rows: Array.from({ length: Math.max(0, Math.min(limit, ROWS - offset)) }, (_, i): Json[] => [96_001 + offset + i, null, 'Works as it should', i % 3 === 0, i % 7 === 0 ? null : AT]) })),
    count: () => ask(() => ({ rows: ROWS })),
    profile: async ({ columns }: { columns?: string[] }) => profiles(columns),
  }
}

async function* profiles(wanted: readonly string[] | undefined): AsyncGenerator<{ done: number; total: number; profile: DataProfile }> {
  const columns = COLUMNS.filter(({ name }) => !wanted || wanted.includes(name))
  let done = 0
  for (const { name: column, kind, personal } of columns) {
    const numeric = kind === 'number' && !personal
    done++
    yield {
      done, total: columns.length,
      profile: {
        column, kind, personal, rows: ROWS, nulls: kind === 'time' ? 15_884 : 0, distinct: personal ? null : 5, min: numeric ? 96_001 : null, max: numeric ? 207_186 : null, mean: numeric ? 151_593 : null,
        histogram: numeric ? Array.from({ length: 12 }, (_, i) => ({ from: 96_001 + i * 9265, to: 96_001 + (i + 1) * 9265, count: 9265 - i * 40 })) : null,
        top: kind === 'text' && !personal ? [{ value: 'Works as it should', count: 61_002 }, { value: 'Not as pictured', count: 50_183 }] : [],
      },
    }
  }
}
