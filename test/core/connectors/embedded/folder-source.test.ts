import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { readYaml } from '#core/base/yaml-file.ts'
import { FolderMapping } from '#core/connectors/embedded/folder-mapping.ts'
import { openFolderSource } from '#core/connectors/embedded/folder-source.ts'
import type { SourceDatabase } from '#core/connectors/types.ts'
import { notRun } from '#test/support/not-run.ts'
import { sharedData } from '#test/support/shared-data.ts'

const root = mkdtempSync(join(tmpdir(), 'regie-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const mapping = FolderMapping.parse({
  title: 'test files',
  tables: {
    note: {
      columns: { id: 'VARCHAR', body: 'VARCHAR', stars: 'INTEGER', flag: 'BOOLEAN' },
      from: [
        { files: 'a-*.csv*', select: "SELECT 'a' || nr AS id, words AS body, TRY_CAST(stars AS INTEGER) AS stars, true AS flag FROM file" },
        { files: 'b.tsv', optional: true, format: 'tsv', select: 'SELECT id, body FROM file' },
      ],
    },
    none: { columns: { x: 'INTEGER' } },
  },
})

function open(files: Record<string, string | Buffer>): Promise<SourceDatabase> {
  const folder = mkdtempSync(join(root, 'f-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return openFolderSource({ folder, mapping, scratch: join(root, 'scratch') })
}
const copy = async (source: SourceDatabase, sql: string): Promise<string> => text(await source.copyOut(sql))

describe('folder source', () => {
  it('reads several files, plain and compressed, as one table in the convention of COPY', async () => {
    const source = await open({
      'a-1.csv': 'nr,words,stars\n1,"two\nlines, ""quoted""",5\n2,,x\n',
      'a-2.csv.gz': gzipSync('nr,words,stars\n3,日本語 🎉,1\n'),
      'b.tsv': 'id\tbody\nb1\t"not a quote\n',
    })
    expect(await copy(source, 'SELECT id, body, stars, flag FROM note ORDER BY id')).toBe(
      'a1,"two\nlines, ""quoted""",5,t\na2,,,t\na3,日本語 🎉,1,t\nb1,"""not a quote",,\n',
    )
    expect((await source.tables()).map(({ name, rows }) => [name, rows])).toEqual([['note', 4], ['none', 0]])
    expect(await source.query('SELECT count(*) AS n FROM note WHERE stars = $1', [5])).toEqual([{ n: 1 }])
    await source.close()
  })

  it('says which file is missing', async () => {
    await expect(open({ 'b.tsv': 'id\tbody\n' })).rejects.toMatchObject({ code: 'SOURCE_FILE_MISSING', data: { table: 'note', pattern: 'a-*.csv*' } })
  })

  it('says which column is missing', async () => {
    await expect(open({ 'a-1.csv': 'nr,text\n1,x\n' })).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE', what: expect.stringContaining('it has no column words') })
  })

  it.each([
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('nr,words,stars\n1,'), Buffer.from([0xc3, 0x28]), Buffer.from(',5\n')])],
    ['a row with a field too many', Buffer.from('nr,words,stars\n1,a,5\n2,SECRET,4,5\n')],
  ])('refuses %s, without showing the row', async (_, content) => {
    const source = open({ 'a-1.csv': content }).then((opened) => copy(opened, 'SELECT * FROM note'))
    await expect(source).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE' })
    await expect(source).rejects.not.toThrow(/SECRET/)
  })

  it('reads a text of 20 MB', async () => {
    const long = 'x'.repeat(20 * 1024 * 1024)
    const source = await open({ 'a-1.csv': `nr,words,stars\n1,${long},5\n2,short,4\n` })
    expect(await source.query('SELECT length(body) AS n FROM note ORDER BY 1', [])).toEqual([{ n: 5 }, { n: long.length }])
    await source.close()
  })

  it('stops when aborted', async () => {
    const source = await open({ 'a-1.csv': 'nr,words,stars\n1,a,5\n' })
    const abort = new AbortController()
    abort.abort()
    await expect(copy(source, 'SELECT 1').then(async () => text(await source.copyOut('SELECT * FROM note', abort.signal)))).rejects.toMatchObject({ code: 'CANCELLED' })
    await source.close()
  })
})

describe('the mapping of the review files', () => {
  const folder = sharedData('reviews')
  if (folder === null) notRun('mapping of the real review files', 'no shared test data: set REGIE_TEST_DATA')
  it.runIf(folder !== null)('drops nothing: every file gives as many reviews as it has rows, each with its own id', async () => {
    const file = shipped('core', 'blueprints', 'reviews', 'sources', 'amazon-files.yaml')
    const source = await openFolderSource({ folder: folder as string, mapping: readYaml(readFileSync(file, 'utf8'), FolderMapping, file), scratch: join(root, 'scratch') })
    const [found] = await source.query<Record<string, number>>('SELECT count(*) AS n, count(DISTINCT review_id) AS ids, count(DISTINCT language) AS languages, count(rating) AS rated FROM review', [])
    // 74,661 in six languages, 5,269 All_Beauty, 6,000 ACL, 49 + 49 samples: counted with Python's csv module.
    expect(found).toEqual({ n: 86_028, ids: 86_028, languages: 6, rated: 86_028 })
    expect(await source.query('SELECT count(*) AS n FROM product_reviews p JOIN product USING (p_id) JOIN review USING (review_id)', [])).toEqual([{ n: 11_367 }])
    await source.close()
  })
})
