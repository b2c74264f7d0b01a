import { os } from '#core/api/context.ts'
import { latest } from '#core/api/latest.ts'
import type { AuditVerdict } from '#core/audit/verify.ts'

interface Checked {
  readonly done: number
  readonly total: number
}

export const audit = {
  list: os.audit.list.handler(({ input, context }) => {
    const { total, entries } = context.regie.audit.list(input)
    return { total, entries: [...entries] }
  }),
  entry: os.audit.entry.handler(({ input, context }) => {
    const entry = context.regie.audit.entry(input.seq)
    return { ...entry, inclusionProof: [...entry.inclusionProof] }
  }),
  head: os.audit.head.handler(({ context }) => context.regie.audit.head()),

  /** Progress as it comes, the newest only when the reader is slow; the verdict last. */
  verify: os.audit.verify.handler(async function* ({ context, signal }) {
    const checking = latest<Checked, AuditVerdict>((report) =>
      context.regie.audit.verify({ signal, onProgress: (done, total) => report({ done, total }) }),
    )
    for (;;) {
      const { value, done } = await checking.next()
      if (done) {
        yield { kind: 'verdict' as const, verdict: value }
        return
      }
      yield { kind: 'progress' as const, ...value }
    }
  }),
}
