import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
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
/** RFC 4180 with a header, in the plainest way: the truth to compare with. */
async function rowsOfFile(file: string): Promise<Record<string, string>[]> {
  const content = gunzipSync(await readFile(file)).toString('utf8')
  const rows: string[][] = [[]]
  let field = ''
  let quoted = false
  const endField = (): void => {
    rows.at(-1)?.push(field)
    field = ''
  }
  for (let index = 0; index < content.length; index += 1) {
    const mark = content[index] as string
    if (quoted) {
      if (mark !== '"') field += mark
      else if (content[index + 1] !== '"') quoted = false
      else {
        index += 1
        field += '"'
      }
    } else if (mark === '"') quoted = true
    else if (mark === ',') endField()
    else if (mark === '\n') {
      endField()
      rows.push([])
    } else if (mark !== '\r') field += mark
  }
  if (field !== '' || (rows.at(-1)?.length ?? 0) > 0) endField()
  else rows.pop()
  const [header = [], ...rest] = rows
  return rest.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])))
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

  it('reads files whose columns stand in another order, and refuses those that lack one', async () => {
    const source = await open({ 'a-1.csv': 'nr,words,stars\n1,a,5\n', 'a-2.csv': '\ufeffstars,nr,words\r\n4,2,"x\r\ny"\r\n' })
    expect(await copy(source, 'SELECT id, body, stars FROM note ORDER BY id')).toBe('a1,a,5\na2,"x\r\ny",4\n')
    await source.close()
    await expect(open({ 'a-1.csv': 'nr,words,stars\n1,a,5\n', 'a-2.csv': 'nr,words\n2,b\n' })).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE', what: expect.stringContaining('a-2.csv can\'t be read as table note: it has no column stars, which a-1.csv has') })
  })

  it('tells NULL from the empty string, as COPY does', async () => {
    const source = await open({ 'a-1.csv': 'nr,words,stars\n1,"",5\n2,,5\n3, ,5' })
    expect(await copy(source, 'SELECT id, body FROM note')).toBe('a1,""\na2,\na3, \n')
    await source.close()
  })

  it('keeps the order of the rows', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},"text\n${index}",1`)
    const source = await open({ 'a-1.csv': `nr,words,stars\n${rows.join('\n')}\n` })
    const ids = (await source.query<{ id: string }>('SELECT id FROM note', [])).map(({ id }) => id)
    expect(ids).toEqual(rows.map((_, index) => `a${index}`))
    await source.close()
  })

  it.each<[string, string | Buffer, string]>([
    ['broken rows, with their number and place', 'nr,words,stars\n1,"SECRET\n",5\n2,SECRET\n3,ok,1\n4,SECRET,1,2\n', '2 rows are broken (too few fields; too many fields), first at row 3, 5'],
    ['a quote that never closes', 'nr,words,stars\n1,a,5\n2,"SECRET,5\n3,b,4\n', 'broken'],
    ['a compressed file that is cut short', gzipSync(`nr,words,stars\n${'1,abc,5\n'.repeat(50_000)}`).subarray(0, 300), 'the compressed file is cut short'],
    ['two kinds of line ends', 'nr,words,stars\n1,a,5\r\n2,SECRET,5\n', 'not as the mapping says'],
    ['an empty file', '', 'it has no header'],
    ['a row of more than 24 MB', `nr,words,stars\n1,${'x'.repeat(25 * 1024 * 1024)},5\n2,b,4\n`, 'a row is broken (more than 24 MB), first at row 2'],
  ])('refuses %s', async (_, content, problem) => {
    const name = Buffer.isBuffer(content) ? 'a-1.csv.gz' : 'a-1.csv'
    const failure: unknown = await open({ [name]: content }).then((opened) => copy(opened, 'SELECT * FROM note')).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'SOURCE_FILE_UNREADABLE', what: expect.stringContaining(problem), data: { file: name } })
    expect(JSON.stringify([String(failure), failure, String((failure as Error).cause)])).not.toContain('SECRET')
  })

  it('never ends a stream as if it were whole, and counts broken rows in no query', async () => {
    const source = await open({ 'a-1.csv': 'nr,words,stars\n1,a,5\n2,b\n' })
    let ended = false
    const stream = await source.copyOut('SELECT * FROM note')
    stream.on('end', () => (ended = true))
    await expect(text(stream)).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE', data: { rows: 1, first: [3] } })
    expect(ended).toBe(false)
    await expect(source.query('SELECT count(*) FROM note', [])).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE' })
    await expect(source.tables()).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE' })
    await source.close()
  })

  it('says that a file changed while it was read', async () => {
    const folder = mkdtempSync(join(root, 'f-'))
    writeFileSync(join(folder, 'a-1.csv'), 'nr,words,stars\n1,a,5\n')
    const source = await openFolderSource({ folder, mapping, scratch: join(root, 'scratch') })
    writeFileSync(join(folder, 'a-1.csv'), 'nr,words,stars\n1,a,5\n2,b,5\n')
    await expect(copy(source, 'SELECT * FROM note')).rejects.toMatchObject({ code: 'SOURCE_FILE_UNREADABLE', what: expect.stringContaining('changed while it was read') })
    await source.close()
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
    const truth = await rowsOfFile(join(folder as string, 'All_Beauty_5.no-names.csv.gz'))
    const beauty = await source.query<{ n: number; text: string | null }>("SELECT CAST(substr(review_id, 8) AS INTEGER) AS n, r_desc AS text FROM review WHERE review_id LIKE 'beauty-%' ORDER BY n", [])
    expect(beauty.map(({ text: body }) => body ?? '')).toEqual(truth.map((row) => row.review_body))
    const images = await source.query<{ n: number }>('SELECT CAST(substr(review_id, 8) AS INTEGER) AS n FROM review_images ORDER BY n', [])
    expect(images.map(({ n }) => n)).toEqual(truth.flatMap((row, index) => (row.has_image === '1' ? [index + 1] : [])))
    const texts = new Map((await rowsOfFile(join(folder as string, 'acl_amazon_books_dvd_electronics.csv.gz'))).map((row) => [row.review_id, row.review_body]))
    const acl = await source.query<{ id: string; text: string }>("SELECT review_id AS id, r_desc AS text FROM review WHERE review_id SIMILAR TO '(books|dvd|electronics)-.*'", [])
    expect(new Map(acl.map(({ id, text: body }) => [id, body]))).toEqual(texts)
    // 74,661 in six languages, 5,269 All_Beauty, 6,000 ACL, 49 + 49 samples: counted with Python's csv module.
    expect(found).toEqual({ n: 86_028, ids: 86_028, languages: 6, rated: 86_028 })
    expect(await source.query('SELECT count(*) AS n FROM product_reviews p JOIN product USING (p_id) JOIN review USING (review_id)', [])).toEqual([{ n: 11_367 }])
    await source.close()
  })
})
