import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shipped } from '#core/base/package-root.ts'
import { YamlInvalid } from '#core/base/yaml-file.ts'
import { openPipelineCatalogue } from '#core/pipelines/catalogue.ts'
import { definitionHash, extractOf, readPipeline, stepsOf } from '#core/pipelines/definition.ts'
import { blueprintFiles } from '#test/core/pipelines/support.ts'

const root = shipped('core', 'blueprints')
const filesBelow = (folder: string): string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
const blueprints = readdirSync(root)

describe('blueprints', () => {
  it('are files of YAML, SQL and Markdown, no code', () => {
    const extensions = new Set(filesBelow(root).map((file) => extname(file)))
    expect([...extensions].filter((extension) => !['.yaml', '.sql', '.md'].includes(extension))).toEqual([])
  })

  it('have pipelines that read, refer to what is there, and hash the same twice', () => {
    const catalogue = openPipelineCatalogue(blueprintFiles())
    expect(catalogue.list().map(({ id }) => id)).toEqual(['reviews'])
    expect(definitionHash(catalogue.get('reviews'))).toBe(definitionHash(catalogue.get('reviews')))
    expect(() => catalogue.get('nothing')).toThrow(expect.objectContaining({ code: 'PIPELINE_UNKNOWN' }))
    expect(catalogue.source('reviews').yaml).toContain('id: reviews')
  })

  it('are not named in the core: it knows no platform', () => {
    const definition = openPipelineCatalogue(blueprintFiles()).get('reviews')
    const names = [...Object.keys(extractOf(definition).tables).filter((table) => table.includes('_') || table === 'carrier'), 'review_relevant', 'vw_data_quality', 'rejected_reviews', ...blueprints.map((name) => `'${name}'`)]
    const found: string[] = []
    for (const file of filesBelow(shipped('core')).filter((one) => /\.tsx?$/.test(one))) {
      const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      for (const name of names) if (new RegExp(`(?<![\\w])${name}(?![\\w])`).test(text)) found.push(`${relative(shipped(), file)}: ${name}`)
    }
    expect(found).toEqual([])
  })

  it('never list a personal column for extraction', () => {
    const files = blueprintFiles()
    const bad = files.read('reviews/pipeline.yaml')!.replace('columns: [order_id, buyer_id, order_date], pseudonymise: { buyer_id: buyer }', 'columns: [order_id, buyer_id, order_date]')
    expect(() => readPipeline('reviews/pipeline.yaml', bad, files.read)).toThrow(/orders\.buyer_id names a person/)
  })

  it('tell the line of what is wrong', () => {
    const files = blueprintFiles()
    const good = files.read('reviews/pipeline.yaml')!
    const line = good.split('\n').findIndex((text) => text.includes('kind: stage-join')) + 1
    const typo = good.replace('base: review\n', 'bse: review\n')
    try {
      readPipeline('reviews/pipeline.yaml', typo, files.read)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(YamlInvalid)
      const { problems } = error as YamlInvalid
      expect(problems.some((problem) => Math.abs(problem.line - line) <= 8 && problem.path.startsWith('steps.3'))).toBe(true)
    }
    expect(() => readPipeline('reviews/pipeline.yaml', good.replace('needs: [join]', 'needs: [jion]'), files.read)).toThrow(/needs jion, which is no step/)
    expect(() => readPipeline('reviews/pipeline.yaml', good.replace('sql: warehouse/join.sql', 'sql: warehouse/gone.sql'), files.read)).toThrow(/warehouse\/gone\.sql is not there/)
    expect(() => readPipeline('reviews/pipeline.yaml', good.replace('needs: [extract]\n    log: { collection: transform_logs', 'log: { collection: transform_logs'), files.read)).toThrow(/reads extract, but doesn't need it/)
  })

  it('bridge what is left out without scoring', () => {
    const definition = openPipelineCatalogue(blueprintFiles()).get('reviews')
    const steps = stepsOf(definition, false)
    expect(steps.map((step) => step.id)).not.toEqual(expect.arrayContaining(['score']))
    expect(steps.find((step) => step.id === 'publish')!.needs.toSorted()).toEqual(['audit', 'stage'])
  })
})
