import { RegieError } from '#core/base/errors.ts'

/** No workspace where one was named. */
export class WorkspaceNotFound extends RegieError {
  constructor(folder: string) {
    super({ code: 'WORKSPACE_NOT_FOUND', what: `There is no workspace in ${folder}: it has no regie.yaml.`, next: `Make one: regie init --workspace ${folder}`, data: { folder } })
  }
}

/** `init` never writes over a workspace that is somebody's. */
export class WorkspaceExists extends RegieError {
  constructor(folder: string) {
    super({ code: 'WORKSPACE_EXISTS', what: `${folder} already holds another workspace.`, untouched: 'Nothing was changed.', next: 'Name another folder, or use the workspace that is there.', data: { folder } })
  }
}

export class EnvironmentNotFound extends RegieError {
  constructor(name: string, known: readonly string[]) {
    super({ code: 'ENVIRONMENT_NOT_FOUND', what: `This workspace has no environment "${name}".`, next: known.length > 0 ? `It has: ${known.join(', ')}.` : 'Add environments/<name>.yaml.', data: { name, known } })
  }
}

/** A file of a blueprint that neither the workspace nor the program has. */
export class BlueprintFileNotFound extends RegieError {
  constructor(path: string) {
    super({ code: 'BLUEPRINT_FILE_NOT_FOUND', what: `Blueprint file ${path} is neither in the workspace nor in the program.`, next: 'Check the name under `blueprints` in regie.yaml.', data: { path } })
  }
}

/** What was loaded into the sandbox is not what the generator makes. */
export class SandboxRowsDiffer extends RegieError {
  constructor(table: string, expected: number, found: number) {
    super({ code: 'SANDBOX_ROWS_DIFFER', what: `Sandbox table ${table} holds ${found} rows instead of ${expected}.`, untouched: 'The table is not marked as loaded.', next: 'Provision the sandbox again.', data: { table, expected, found } })
  }
}

/** An environment without a sandbox was asked to provision one. */
export class NoSandbox extends RegieError {
  constructor(environment: string) {
    super({ code: 'NO_SANDBOX', what: `Environment ${environment} has no generated source.`, untouched: 'Nothing was changed.', next: 'Provisioning is for sandbox environments only.', data: { environment } })
  }
}

/** A pseudonym key file that can't be used: wrong length or unreadable. Never replaced by itself: pseudonyms would change. */
export class PseudonymKeyUnusable extends RegieError {
  constructor(file: string, problem: string) {
    super({ code: 'PSEUDONYM_KEY_UNUSABLE', what: `The pseudonym key ${file} can't be used: ${problem}.`, untouched: 'Nothing was pseudonymised.', next: 'Restore the file from a backup. A new key would change every pseudonym.', data: { file } })
  }
}

/** The folder of a run over files is not there. */
export class FolderNotFound extends RegieError {
  constructor(folder: string) {
    super({ code: 'FOLDER_NOT_FOUND', what: `There is no folder ${folder}.`, untouched: 'Nothing was planned.', next: 'Name a folder that holds the files.', data: { folder } })
  }
}

/** No mapping of the workspace's blueprints knows a file of the folder. */
export class FolderUnmapped extends RegieError {
  constructor(folder: string, mappings: readonly string[]) {
    super({ code: 'FOLDER_UNMAPPED', what: `No mapping knows a file of ${folder}${mappings.length > 0 ? `; tried ${mappings.join(', ')}` : ''}.`, untouched: 'Nothing was planned.', next: 'Add a mapping under blueprints/<blueprint>/sources/ of the workspace.', data: { folder, mappings } })
  }
}

/** A secret of the vault that is not of the shape its system needs. */
export class SecretUnusable extends RegieError {
  constructor(name: string, problem: string) {
    super({ code: 'SECRET_UNUSABLE', what: `Secret ${name} can't be used: ${problem}.`, untouched: 'Nothing was opened.', next: 'Add the environment again, or put the secret into the vault again.', data: { name } })
  }
}

/** A file of KEY=VALUE lines that others may read: its secrets count as known to them. */
export class SettingsReadable extends RegieError {
  constructor(file: string, mode: string) {
    super({ code: 'SETTINGS_READABLE', what: `${file} has mode ${mode}: others than its owner may read the secrets in it.`, untouched: 'Nothing was added.', next: `chmod 600 ${file}; rotate what was readable; then try again.`, data: { file, mode } })
  }
}

/** A file of KEY=VALUE lines that can't be used. */
export class SettingsInvalid extends RegieError {
  constructor(file: string, problems: readonly string[]) {
    super({ code: 'SETTINGS_INVALID', what: `${file} can't be used: ${problems.join('; ')}.`, untouched: 'Nothing was added.', next: 'Correct the file and try again.', data: { file, problems } })
  }
}

/** An environment of this name is there already. */
export class EnvironmentExists extends RegieError {
  constructor(name: string) {
    super({ code: 'ENVIRONMENT_EXISTS', what: `This workspace already has an environment "${name}".`, untouched: 'It was left as it is.', next: 'Choose another name, or remove environments/' + name + '.yaml first.', data: { name } })
  }
}

/** Two environments must not share what they write to, nor a login. */
export class EnvironmentsShare extends RegieError {
  constructor(name: string, other: string, shared: readonly string[]) {
    super({ code: 'ENVIRONMENTS_SHARE', what: `Environment "${name}" would share ${shared.join(' and ')} with "${other}".`, untouched: 'Nothing was added.', next: 'Give it its own: a mistake in one must not reach the other.', data: { name, other, shared } })
  }
}

/** A generated source was to be loaded where real data lives. */
export class SourceLoadRefused extends RegieError {
  constructor(environment: string, reason: string) {
    super({ code: 'SOURCE_LOAD_REFUSED', what: `The generated source is not loaded into ${environment}: ${reason}.`, untouched: 'Nothing was written.', next: 'Use an environment of class development or preproduction with an empty database.', data: { environment } })
  }
}
