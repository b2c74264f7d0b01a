import type { QualityRule } from '#renderer/api/types.ts'

/** A rule as it stands in a pipeline's file. Texts are quoted as JSON, which YAML reads the same. */
export function ruleYaml({ reason, when, repeats, details, enforce, family }: QualityRule): string {
  return [
    `- reason: ${reason}`,
    ...(when === undefined ? [] : [`  when: ${JSON.stringify(when)}`]),
    ...(repeats === undefined ? [] : [`  repeats: [${repeats.join(', ')}]`]),
    `  details: ${JSON.stringify(details)}`,
    // a bare off is a boolean in some readers of YAML
    ...(enforce === 'reject' ? [] : [`  enforce: '${enforce}'`]),
    ...(family === undefined ? [] : [`  family: ${family}`]),
  ].join('\n')
}
