import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { draftEnvironment, secretsOf } from '#core/environments/add-environment.ts'
import { SettingsInvalid, SettingsReadable } from '#core/environments/errors.ts'
import { readSettings } from '#core/environments/settings-file.ts'
import { initWorkspace } from '#core/environments/workspace.ts'

const folder = mkdtempSync(join(tmpdir(), 'regie-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (text: string, mode = 0o600): string => {
  const path = join(folder, 'the.env')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
const problems = (text: string): string => {
  try {
    readSettings(file(text))
  } catch (thrown) {
    return (thrown as Error).message
  }
  return 'none'
}

describe('a file of settings', () => {
  it('reads KEY=VALUE lines with comments, quotes and export', () => {
    expect(readSettings(file('# staging\n\nexport S3_BUCKET="my bucket"\nS3_REGION = eu-west-1 # Ireland\nAWS_SECRET_ACCESS_KEY=\'a#b=c\'\nDOCKER_HOST=\n'))).toEqual({ S3_BUCKET: 'my bucket', S3_REGION: 'eu-west-1', AWS_SECRET_ACCESS_KEY: 'a#b=c' })
  })

  it('is refused when others may read it', () => {
    expect(() => readSettings(file('S3_BUCKET=a', 0o640))).toThrow(SettingsReadable)
    expect(() => readSettings(file('S3_BUCKET=a', 0o604))).toThrow(/0604/)
  })

  it('names each problem with its line, and no value', () => {
    expect(problems('S3_BUKET=PLANTED\nno line\nS3_BUCKET=a\nS3_BUCKET=b\nMONGODB_URL=<your url>\nAWS_SECRET_ACCESS_KEY=changeme')).toBe(
      `${join(folder, 'the.env')} can't be used: line 1: S3_BUKET is not known; line 2 is no KEY=VALUE; line 4: S3_BUCKET stands there twice; line 5: MONGODB_URL is still a placeholder; line 6: AWS_SECRET_ACCESS_KEY is still a placeholder. Nothing was added. Correct the file and try again.`,
    )
    expect(() => readSettings(join(folder, 'none'))).toThrow(SettingsInvalid)
  })
})

describe('an environment from settings', () => {
  const { workspace } = initWorkspace(join(folder, 'platform'), { seed: 1, blueprints: ['reviews'] })
  const draft = (settings: Parameters<typeof draftEnvironment>[3]) => draftEnvironment(workspace, 'staging', 'preproduction', settings, 'staging.env')

  it('keeps passwords out of the file and embeds what is left out', () => {
    const { file: made, secrets, embedded } = draft({ POSTGRES_URL: 'postgresql://reader:p%40ss@db.example:6432/shop?sslmode=require', MONGODB_URL: 'mongodb://u:secret@a:1,b:2/logs?replicaSet=rs' })
    expect(made.source).toMatchObject({ engine: 'postgres', host: 'db.example', port: 6432, user: 'reader', database: 'shop', ssl: true })
    expect(made.documents).toMatchObject({ engine: 'mongodb', hosts: ['a:1', 'b:2'], database: 'logs' })
    expect(embedded).toEqual(['object store', 'warehouse'])
    expect(JSON.stringify(made)).not.toMatch(/p@ss|p%40ss|u:secret/)
    expect([...secrets].map(([name, value]) => [name.split('/').at(-1), value.toString()])).toEqual([['postgresql', 'p@ss'], ['mongodb', 'mongodb://u:secret@a:1,b:2/logs?replicaSet=rs']])
    expect(secretsOf(made)).toEqual([...secrets.keys()])
  })

  it('refuses half a system, and one that this version cannot use', () => {
    expect(() => draft({ S3_BUCKET: 'a-bucket' })).toThrow(/needs AWS_ACCESS_KEY_ID/)
    expect(() => draft({ S3_ENDPOINT: 'http://s3:9000' })).toThrow(/without S3_BUCKET/)
    expect(() => draft({ MONGODB_URL: 'mongodb://a/' })).toThrow(/names no database/)
    expect(() => draft({ POSTGRES_URL: 'mysql://a/b' })).toThrow(/is no postgres/)
    expect(() => draft({ SNOWFLAKE_ACCOUNT: 'x' })).toThrow(/can't use that system yet/)
  })
})
