import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { RejectRule } from '#core/pipelines/definition.ts'
import { ruleYaml } from '#renderer/pages/quality/rule-yaml.ts'
import { qualitySearch, rejectsSearch } from '#renderer/pages/quality/search.ts'

describe('the quality page', () => {
  it('keeps all that a link to the old place asks for', () => {
    expect(rejectsSearch({ run: '20261121_105814_ab12', reason: 'empty_description', q: 'soap', sort: 'reason', desc: true, row: 'r1' })).toEqual({
      ...qualitySearch({}), show: 'rejects', run: '20261121_105814_ab12', reason: 'empty_description', q: 'soap', sort: 'reason', desc: true, row: 'r1',
    })
  })

  it('writes a rule as the pipeline’s file reads it, whatever stands in its texts', () => {
    for (const rule of [
      { reason: 'a', when: "x <> 'it''s: #1' AND y = \"\\t\"\n OR z", details: 'é: {x} # no comment', enforce: 'off' as const, family: 'type' as const },
      { reason: 'b', repeats: ['x', 'y'], details: "- 'b'", enforce: 'reject' as const },
      { reason: 'c', when: 'true', details: 'c', enforce: 'warn' as const },
    ])
      expect((parse(ruleYaml({ index: 0, found: null, ...rule })) as unknown[]).map((one) => RejectRule.parse(one))).toEqual([rule])
  })
})
