import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where an organisation's administrator writes what users may not change. */
export function policyFile(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (platform === 'win32') return join(env.ProgramData ?? 'C:\\ProgramData', 'Regie', 'policy.json')
  return platform === 'darwin' ? '/Library/Application Support/Regie/policy.json' : '/etc/regie/policy.json'
}

export interface UpdateSituation {
  readonly platform: NodeJS.Platform
  readonly env: NodeJS.ProcessEnv
  readonly packaged: boolean
  /** The setting of this person. */
  readonly wanted: boolean
}

/** `{"updates": "off"}` in the policy wins over everything; a policy that can't be read switches off: a fleet meant something. */
export function updatesAre({ platform, env, packaged, wanted }: UpdateSituation, file = policyFile(platform, env)): 'on' | 'off' | 'policy' {
  if (env.REGIE_UPDATES === 'off') return 'policy'
  if (existsSync(file)) {
    try {
      const { updates } = JSON.parse(readFileSync(file, 'utf8')) as { updates?: unknown }
      if (updates === 'off') return 'policy'
    } catch {
      return 'policy'
    }
  }
  return packaged && wanted ? 'on' : 'off'
}

/** Looks for a newer release and fetches only the blocks that differ; it is put in place when the app is quit. */
export async function lookForUpdates(): Promise<void> {
  try {
    const { autoUpdater } = await import('electron-updater')
    autoUpdater.autoDownload = true
    autoUpdater.autoInstallOnAppQuit = true
    autoUpdater.allowDowngrade = false
    autoUpdater.logger = null
    await autoUpdater.checkForUpdates()
  } catch {
    // No network, no release server: the next start looks again.
  }
}
