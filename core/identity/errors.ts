import { RegieError } from '#core/base/errors.ts'

/** No secret under this name, or not that version of it. */
export class SecretUnknown extends RegieError {
  constructor(name: string, version?: number) {
    super({ code: 'SECRET_UNKNOWN', what: `The vault has no ${version === undefined ? '' : `version ${version} of `}secret ${name}.`, next: `Put it there: regie secret set ${name}`, data: { name, version } })
  }
}

/** The key at hand is not the one that closed the vault: another machine's vault, another passphrase, a replaced key file. */
export class VaultKeyWrong extends RegieError {
  constructor(kind: string, cause?: unknown) {
    super(
      {
        code: 'VAULT_KEY_WRONG',
        what: `The ${kind} at hand does not open this vault: it is another one, or the vault was copied from another machine.`,
        untouched: 'The vault is unchanged.',
        next: 'Use the key that this vault was closed with, or open it with its recovery sheet.',
        data: { kind },
      },
      cause,
    )
  }
}

/** The vault has no wrapping of that kind. */
export class VaultKeyMissing extends RegieError {
  constructor(kind: string, known: readonly string[]) {
    super({ code: 'VAULT_KEY_MISSING', what: `The vault has no ${kind} that opens it${known.length > 0 ? `; it is closed with: ${known.join(', ')}` : ''}.`, untouched: 'The vault is unchanged.', next: known.length > 0 ? 'Open it with one of those.' : 'Make a vault first.', data: { kind, known } })
  }
}

/** A sealed secret does not open although the vault does: it was changed, or belongs to another place. */
export class SecretDamaged extends RegieError {
  constructor(name: string, version: number, cause?: unknown) {
    super({ code: 'SECRET_DAMAGED', what: `Version ${version} of secret ${name} does not open: its stored bytes were changed or come from another vault.`, untouched: 'The other secrets are unchanged.', next: 'Enter it again, and run "regie doctor".', data: { name, version } }, cause)
  }
}

/** A key file that others may read, or that is no key. */
export class KeyFileUnusable extends RegieError {
  constructor(file: string, problem: string) {
    super({ code: 'KEY_FILE_UNUSABLE', what: `The key file ${file} can't be used: ${problem}.`, untouched: 'The vault stays closed.', next: 'Make it readable by its owner only (chmod 600), or restore it from a backup.', data: { file } })
  }
}

/** What was typed from a recovery sheet is not what stands on one. */
export class RecoveryCodeInvalid extends RegieError {
  constructor(problem: string) {
    super({ code: 'RECOVERY_CODE_INVALID', what: `This is no recovery code: ${problem}.`, untouched: 'The vault stays closed.', next: 'Type it again as it stands on the sheet; spaces, dashes and case do not matter.' })
  }
}

/** The vault was locked, or never opened. */
export class VaultLocked extends RegieError {
  constructor() {
    super({ code: 'VAULT_LOCKED', what: 'The vault is locked.', untouched: 'No secret was read.', next: 'Unlock it, then try again.', retry: 'later' })
  }
}

/** The last key that opens the vault without a recovery sheet can't be taken away. */
export class LastVaultKey extends RegieError {
  constructor(kind: string) {
    super({ code: 'LAST_VAULT_KEY', what: `This ${kind} is the only key that opens the vault.`, untouched: 'It was kept.', next: 'Add another key first.', data: { kind } })
  }
}

/** A secret's name or value that the vault doesn't take. */
export class SecretRefused extends RegieError {
  constructor(name: string, problem: string) {
    super({ code: 'SECRET_REFUSED', what: `Secret ${name} was not stored: ${problem}.`, untouched: 'The vault is unchanged.', data: { name } })
  }
}

/** Production is read-only outside an elevation. */
export class NotElevated extends RegieError {
  constructor(environment: string) {
    super({ code: 'NOT_ELEVATED', what: `${environment} is production: it is read-only.`, untouched: 'Nothing was changed.', next: `Elevate for a stated time and reason, then plan again: regie elevate ${environment} --for 30 --reason "…"`, data: { environment } })
  }
}

/** An elevation that was asked for wrongly. */
export class ElevationRefused extends RegieError {
  constructor(environment: string, problem: string) {
    super({ code: 'ELEVATION_REFUSED', what: `No elevation in ${environment}: ${problem}.`, untouched: 'Production stays read-only.', data: { environment } })
  }
}
