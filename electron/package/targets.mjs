import { stripVTControlCharacters } from 'node:util'

/** Installers of every system; `dir` is the app unpacked, for a first look. */
const TARGETS = { linux: ['dir', 'tar.gz', 'deb', 'AppImage'], mac: ['dmg'], win: ['nsis'] }
const HERE = { linux: 'linux', darwin: 'mac', win32: 'win' }

/**
 * What to build, each with why this machine can't (null = it can). `wanted` is one system, or null for all.
 * @param {{ platform: NodeJS.Platform, wanted: string | null, env: Record<string, string | undefined> }} machine
 * @returns {{ system: string, target: string, why: string | null }[]}
 */
export function chosen({ platform, wanted, env }) {
  const here = HERE[platform]
  return Object.entries(TARGETS)
    .filter(([system]) => wanted === null || wanted === system)
    .flatMap(([system, targets]) => targets.map((target) => ({ system, target, why: system === here ? null : elsewhere(system, env) })))
}

function elsewhere(system, env) {
  if (system === 'mac') return 'needs macOS: universal apps are joined and signed there'
  if (system === 'win') return env.REGIE_CROSS === '1' ? null : 'needs Windows, or Wine and REGIE_CROSS=1'
  return 'needs Linux: its native modules are built there'
}

/** The line of a long output that says what went wrong. */
export function reasonOf(text) {
  const lines = text.split('\n').map((line) => stripVTControlCharacters(line).trim()).filter(Boolean)
  const host = /(?:ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN)/.exec(text)
  if (host) return 'a helper or the runtime has to be downloaded, and its server can’t be reached'
  const line = lines.find((one) => /⨯|error/i.test(one)) ?? lines.at(-1) ?? 'it said nothing'
  return line.slice(0, 200)
}
