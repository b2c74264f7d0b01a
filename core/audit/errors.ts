import { RegieError } from '#core/base/errors.ts'

/** The body holds what canonical JSON can't carry: NaN, a bigint, a Date, a lone surrogate, a cycle. */
export class AuditBodyRefused extends RegieError {
  constructor(kind: string, cause: unknown) {
    super(
      {
        code: 'AUDIT_BODY_REFUSED',
        what: `The audit entry "${kind}" can't be written as canonical JSON: ${cause instanceof Error ? cause.message : String(cause)}.`,
        untouched: 'Nothing was appended.',
        next: 'This is a fault of the program: report it with this message.',
        data: { kind },
      },
      cause,
    )
  }
}

/** No entry has this number. */
export class AuditEntryMissing extends RegieError {
  constructor(seq: number, entries: number) {
    super({
      code: 'AUDIT_ENTRY_MISSING',
      what: entries === 0 ? 'The audit log is empty.' : `The audit log has no entry ${seq}; its last is ${entries - 1}.`,
      data: { seq, entries },
    })
  }
}

/** What the table holds is not what an append writes. `verify` names the first bad entry. */
export class AuditDamaged extends RegieError {
  constructor(detail: string, cause?: unknown) {
    super(
      {
        code: 'AUDIT_DAMAGED',
        what: `The audit log is damaged: ${detail}.`,
        untouched: 'Nothing was appended.',
        next: 'Run "regie audit verify" to find the first bad entry; keep a copy of the file before you change anything.',
      },
      cause,
    )
  }
}

/** There never was a tree of this size, or the proof would lead backwards. */
export class TreeSizeUnknown extends RegieError {
  constructor(size: number, least: number, entries: number) {
    super({
      code: 'TREE_SIZE_UNKNOWN',
      what: `The audit log can't prove anything about a size of ${size}: it must lie between ${least} and ${entries}.`,
      data: { size, least, entries },
    })
  }
}

/** Nothing to sign. */
export class LogEmpty extends RegieError {
  constructor() {
    super({ code: 'LOG_EMPTY', what: 'The audit log is empty: there is nothing to sign.', next: 'Run something first.' })
  }
}

/** The private key that signs heads can't be used as it stands there. */
export class SigningKeyUnusable extends RegieError {
  constructor(file: string, detail: string, next = `Put the key back from a copy; or move the file away: a new key is then made, and the log says that nobody vouches for it.`) {
    super({ code: 'SIGNING_KEY_UNUSABLE', what: `The audit log's signing key ${file} can't be used: ${detail}.`, untouched: 'Nothing was signed; the log itself goes on.', next, data: { file } })
  }
}

/** What was given as an anchor holds no head. */
export class AnchorUnreadable extends RegieError {
  constructor(what: string) {
    super({ code: 'ANCHOR_UNREADABLE', what: `${what} holds no head of an audit log.`, next: 'Give a file that holds the line, or the line itself: regie-audit-head-1 …' })
  }
}

/** Every entry is in a sealed segment already. */
export class NothingToArchive extends RegieError {
  constructor(entries: number) {
    super({ code: 'NOTHING_TO_ARCHIVE', what: `All ${entries} entries are in sealed segments already.`, untouched: 'No segment was made.' })
  }
}
