import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sharedData } from '#test/support/shared-data.ts'

/** The fields of a CSV text: RFC 4180, quotes doubled, line breaks inside quotes kept. */
function* records(csv: string): Generator<string[]> {
  let row: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < csv.length; i++) {
    const sign = csv[i]!
    if (quoted) {
      if (sign !== '"') field += sign
      else if (csv[i + 1] === '"') field += csv[++i]!
      else quoted = false
    } else if (sign === '"') quoted = true
    else if (sign === ',') {
      row.push(field)
      field = ''
    } else if (sign === '\n') {
      row.push(field.endsWith('\r') ? field.slice(0, -1) : field)
      yield row
      row = []
      field = ''
    } else field += sign
  }
  if (field !== '' || row.length > 0) yield [...row, field]
}

/** Identifier (as models/train/data.py names rows) → text, of every review file; null where the data is absent. */
export function sharedReviews(): Map<string, string> | null {
  const folder = sharedData('reviews')
  if (folder === null) return null
  const found = new Map<string, string>()
  const add = (file: string, name: string, numbered: boolean): void => {
    const [header, ...rows] = records(gunzipSync(readFileSync(join(folder, file))).toString('utf8'))
    const text = header!.indexOf('review_body')
    const number = header!.indexOf('source_row')
    rows.forEach((row, index) => found.set(`${name}:${numbered ? row[number] : index}`, (row[text] ?? '').trim()))
  }
  for (const language of ['en', 'de', 'fr', 'es', 'ja', 'zh']) {
    add(`amazon_reviews_multi_${language}_train.csv.gz`, `multi_${language}`, true)
  }
  add('All_Beauty_5.no-names.csv.gz', 'beauty', false)
  add('acl_amazon_books_dvd_electronics.csv.gz', 'acl', false)
  return found
}
