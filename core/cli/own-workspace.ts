import { join } from 'node:path'
import { initWorkspace, type Workspace } from '#core/environments/workspace.ts'
import { shippedBlueprints } from './commands/init.ts'
import { findWorkspace } from './home.ts'
import type { World } from './world.ts'

/** The workspace that the console opens; the home's own, made with a sandbox, where there is none yet. */
export function ownWorkspace({ home, cwd }: Pick<World, 'home' | 'cwd'>, named?: string): { workspace: Workspace; created: boolean } {
  return initWorkspace(findWorkspace(home, cwd, named) ?? join(home, 'workspace'), { name: 'workspace', blueprints: shippedBlueprints() })
}
