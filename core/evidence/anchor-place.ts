import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { SignedHead } from '#core/audit/signed-head.ts'
import type { ObjectStore } from '#core/connectors/types.ts'
import { AnchorPlaceUnavailable } from './errors.ts'

export const ANCHOR_PLACES = ['object', 'database', 'git', 'line'] as const
export type AnchorPlaceName = (typeof ANCHOR_PLACES)[number]

/** Somewhere outside the workstation where a signed head is kept. Putting the same head twice changes nothing. */
export interface AnchorPlace {
  readonly name: AnchorPlaceName
  /** Where that is, as an operator says it; throws AnchorPlaceUnavailable where it can't be. Reads only. */
  where(signal?: AbortSignal): Promise<string>
  /** Returns what names it there. */
  put(head: SignedHead, signal?: AbortSignal): Promise<string>
  /** The line as it stands there now; null when there is none. */
  read(reference: string, signal?: AbortSignal): Promise<string | null>
  /** False where nothing can be read back. */
  readonly readable: boolean
}

/** Statements on an environment's own PostgreSQL. */
export interface AnchorDatabase {
  run(sql: string, signal?: AbortSignal): Promise<void>
  rows<T extends Record<string, unknown>>(sql: string, parameters?: readonly unknown[], signal?: AbortSignal): Promise<T[]>
  close(): Promise<void>
}

const nameOf = ({ size, rootHash }: SignedHead): string => `${String(size).padStart(12, '0')}-${rootHash.slice(0, 12)}`

export function objectPlace(objects: ObjectStore): AnchorPlace {
  return {
    name: 'object',
    readable: true,
    where: async (signal) => `${(await objects.describe(signal)).engine}, audit/anchors/`,
    async put(head, signal) {
      const key = `audit/anchors/${head.log}/${nameOf(head)}.txt`
      const body = `${head.line}\n`
      const there = await read(objects, key, signal)
      if (there !== body) await objects.put(key, Buffer.from(body), { signal })
      return key
    },
    read: async (key, signal) => (await read(objects, key, signal))?.trimEnd() ?? null,
  }
}

async function read(objects: ObjectStore, key: string, signal?: AbortSignal): Promise<string | null> {
  try {
    return await text(await objects.get(key, undefined, signal))
  } catch (error) {
    if ((error as { code?: string }).code === 'OBJECT_NOT_FOUND') return null
    throw error
  }
}

/** A schema of our own, so that the source's tables stay what they are. */
const TABLE = `
CREATE SCHEMA IF NOT EXISTS regie;
CREATE TABLE IF NOT EXISTS regie.audit_anchors (
  log text NOT NULL, size bigint NOT NULL, line text NOT NULL, anchored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (log, size, line))`

export function databasePlace(open: () => Promise<AnchorDatabase>): AnchorPlace {
  const using = async <T>(work: (database: AnchorDatabase) => Promise<T>): Promise<T> => {
    const database = await open()
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }
  return {
    name: 'database',
    readable: true,
    where: async () => 'PostgreSQL, regie.audit_anchors',
    put: (head, signal) =>
      using(async (database) => {
        await database.run(TABLE, signal)
        await database.rows('INSERT INTO regie.audit_anchors (log, size, line) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [head.log, head.size, head.line], signal)
        return `${head.log} ${head.size} ${head.rootHash}`
      }),
    read: (reference, signal) =>
      using(async (database) => {
        const [log, size, root = ''] = reference.split(' ')
        const rows = await database.rows<{ line: string }>('SELECT line FROM regie.audit_anchors WHERE log = $1 AND size = $2 ORDER BY anchored_at', [log, Number(size)], signal)
        return rows.find(({ line }) => line.includes(root))?.line ?? null
      }),
  }
}

const execute = promisify(execFile)

/** A tag on the workspace's commit of now. Signed by git too where the repository has a signing key. */
export function gitPlace(folder: string | null): AnchorPlace {
  const git = async (args: readonly string[], signal?: AbortSignal): Promise<string> => (await execute('git', ['-C', folder ?? '.', ...args], { signal })).stdout.trim()
  const configured = async (key: string): Promise<boolean> => (await git(['config', '--get', key]).catch(() => '')) !== ''
  return {
    name: 'git',
    readable: true,
    async where(signal) {
      const unavailable = (detail: string, next: string): AnchorPlaceUnavailable => new AnchorPlaceUnavailable('git', detail, next)
      if (folder === null) throw unavailable('there is no workspace', 'Run this in a workspace, or choose another place.')
      await execute('git', ['--version'], { signal }).catch(() => {
        throw unavailable('git is not installed', 'Install git, or choose another place.')
      })
      await git(['rev-parse', '--verify', 'HEAD'], signal).catch(() => {
        throw unavailable('the workspace is no git repository, or has no commit yet', 'Commit the workspace once, or choose another place.')
      })
      return 'git tag in the workspace; push it to leave this machine'
    },
    async put(head, signal) {
      const tag = `regie-audit-${nameOf(head)}`
      if ((await this.read(tag, signal)) === head.line) return tag
      const signing = await configured('user.signingkey')
      const tagger = (await configured('user.email')) ? [] : ['-c', 'user.name=Régie', '-c', 'user.email=regie@localhost']
      const scratch = await mkdtemp(join(tmpdir(), 'regie-tag-'))
      try {
        const message = join(scratch, 'message')
        await writeFile(message, `Audit log of ${head.size} entries\n\n${head.line}\n`)
        await git([...tagger, 'tag', signing ? '--sign' : '--annotate', '--force', '--file', message, tag], signal)
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
      return tag
    },
    async read(tag, signal) {
      const message = await git(['tag', '--list', '--format=%(contents)', tag], signal)
      return message.split('\n').find((line) => line.startsWith('regie-audit-head-1 ')) ?? null
    },
  }
}

/** Printed: whoever keeps the line keeps the anchor. */
export const linePlace: AnchorPlace = {
  name: 'line',
  readable: false,
  where: async () => 'a printed line; whoever keeps it keeps the anchor',
  put: async (head) => head.line,
  read: async () => null,
}
