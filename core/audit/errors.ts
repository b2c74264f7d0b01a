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
