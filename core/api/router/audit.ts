import { os } from '#core/api/context.ts'
import { ANCHOR_LOG } from '#core/evidence/anchor-log.ts'
import { latest } from '#core/api/latest.ts'
import type { AuditVerdict } from '#core/audit/verify.ts'

interface Checked {
  readonly done: number
  readonly total: number
}

export const audit = {
  list: os.audit.list.handler(async ({ input: { limit, ...filter }, context, signal }) => {
    const { entries, next } = await context.regie.audit.page(filter, { limit, signal })
    return { entries: [...entries], next }
  }),
  count: os.audit.count.handler(async ({ input, context, signal }) => ({ total: await context.regie.audit.count(input, signal) })),
  values: os.audit.values.handler(async ({ context, signal }) => {
    const { kinds, actors, environments } = await context.regie.audit.values(signal)
    return { kinds: [...kinds], actors: [...actors], environments: [...environments] }
  }),
  export: os.audit.export.handler(async function* ({ input, context, signal }) {
    let entries = 0
    for await (const texts of context.regie.audit.texts(input, signal)) {
      entries += texts.length
      yield { lines: texts.map((text) => `${text}\n`).join(''), entries }
    }
  }),
  entry: os.audit.entry.handler(({ input, context }) => {
    const entry = context.regie.audit.entry(input.seq)
    return { ...entry, inclusionProof: [...entry.inclusionProof] }
  }),
  proof: os.audit.proof.handler(({ input, context }) => context.regie.evidence.proof(input.seq)),
  consistency: os.audit.consistency.handler(({ input, context }) => context.regie.evidence.consistency(input.from, input.to)),
  check: os.audit.check.handler(({ input, context }) => context.regie.evidence.check(input.text)),
  keys: os.audit.keys.handler(({ context }) => context.regie.evidence.keys()),
  rotateKey: os.audit.rotateKey.handler(({ context }) => context.regie.evidence.rotateKey()),
  anchors: os.audit.anchors.handler(({ context }) => context.regie.evidence.anchors()),
  anchor: os.audit.anchor.handler(async ({ input, context }) => {
    const { hash } = await context.regie.engine.plan(ANCHOR_LOG, input, context.actor)
    return context.regie.engine.start(hash, context.actor)
  }),
  bundle: os.audit.bundle.handler(async ({ input, context }) => {
    const { name, text, entries, pdf } = await context.regie.evidence.bundle(input.runId, { pdf: input.pdf })
    return { name, text, entries, pdf: pdf?.toString('base64') ?? null }
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
