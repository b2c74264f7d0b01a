import { readFileSync, statSync } from 'node:fs'
import { SettingsInvalid, SettingsReadable } from './errors.ts'

/** What a file of KEY=VALUE lines may name. Everything else in it is an error: a typing mistake must not become an embedded system. */
export const SETTINGS = [
  'POSTGRES_URL',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_PREFIX',
  'S3_REGION',
  'S3_ENCRYPTION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'MONGODB_URL',
  'SNOWFLAKE_ACCOUNT',
  'SNOWFLAKE_ACCESS_URL',
  'SNOWFLAKE_USER',
  'SNOWFLAKE_PASSWORD',
  'SNOWFLAKE_DATABASE',
  'SNOWFLAKE_SCHEMA',
  'SNOWFLAKE_WAREHOUSE',
  'SNOWFLAKE_ROLE',
  'AIRFLOW_URL',
  'AIRFLOW_USER',
  'AIRFLOW_PASSWORD',
  'DOCKER_HOST',
  'TLS_CA_FILE',
] as const
export type Setting = (typeof SETTINGS)[number]
export type Settings = Partial<Record<Setting, string>>

/** Left in by whoever copied an example. */
const PLACEHOLDER = /^(<.*>|\$\{.*\}|x{3,}|change[-_ ]?me|todo|your[-_ ].*|password|secret|\.{3})$/i

/**
 * Reads KEY=VALUE lines: `#` comments, optional `export`, optional quotes. Values never appear in an error.
 * Throws SettingsReadable when others than the owner may read it, SettingsInvalid with all problems and their lines.
 */
export function readSettings(file: string): Settings {
  const mode = modeOf(file)
  if (mode !== null && (mode & 0o077) !== 0) throw new SettingsReadable(file, mode.toString(8).padStart(4, '0'))
  const settings: Settings = {}
  const problems: string[] = []
  for (const [index, line] of readFileSync(file, 'utf8').split(/\r?\n/).entries()) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const match = /^(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*)$/.exec(text)
    const at = `line ${index + 1}`
    if (!match) {
      problems.push(`${at} is no KEY=VALUE`)
      continue
    }
    const key = match[1] as Setting
    const value = unquoted(match[2] ?? '')
    if (!SETTINGS.includes(key)) problems.push(`${at}: ${key} is not known`)
    else if (settings[key] !== undefined) problems.push(`${at}: ${key} stands there twice`)
    else if (PLACEHOLDER.test(value)) problems.push(`${at}: ${key} is still a placeholder`)
    else if (value !== '') settings[key] = value
  }
  if (problems.length > 0) throw new SettingsInvalid(file, problems)
  return settings
}

function modeOf(file: string): number | null {
  const found = statSync(file, { throwIfNoEntry: false })
  if (!found?.isFile()) throw new SettingsInvalid(file, ['there is no such file'])
  return process.platform === 'win32' ? null : found.mode & 0o777
}

const unquoted = (value: string): string => /^"(.*)"$/s.exec(value)?.[1] ?? /^'(.*)'$/s.exec(value)?.[1] ?? value.replace(/\s+#.*$/, '')
