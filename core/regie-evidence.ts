import type { AnchorView, EvidenceDesk } from './api/regie.ts'
import { AnchorUnreadable } from './audit/errors.ts'
import type { Notary } from './audit/notary.ts'
import type { AuditProofs } from './audit/proofs.ts'
import type { Segments } from './audit/segments.ts'
import { headsIn } from './audit/signed-head.ts'
import { ANCHOR_LOG } from './evidence/anchor-log.ts'
import { databasePlace, gitPlace, linePlace, objectPlace, type AnchorPlace, type AnchorPlaceName } from './evidence/anchor-place.ts'
import { bundleName, bundleText, evidenceBundle } from './evidence/bundle.ts'
import { bundlePdf } from './evidence/bundle-pdf.ts'
import type { Environment } from './environments/environment.ts'
import type { Engine } from './operations/index.ts'

export interface EvidenceParts {
  readonly notary: Notary
  readonly proofs: AuditProofs
  readonly segments: Segments
  readonly segmentsIn: (folder: string) => Segments
  readonly engine: Pick<Engine, 'list' | 'get'>
  readonly actor: string
}

/** Where an environment's audit anchors may be kept. */
export function anchorPlaces({ objects, openWriter }: Pick<Environment, 'objects' | 'openWriter'>, workspace: string | null): (name: AnchorPlaceName) => AnchorPlace {
  const places: Readonly<Record<AnchorPlaceName, () => AnchorPlace>> = {
    object: () => objectPlace(objects),
    database: () => databasePlace(openWriter),
    git: () => gitPlace(workspace),
    line: () => linePlace,
  }
  return (name) => places[name]()
}

/** Proofs, anchors and bundles over one home. */
export function evidenceDesk({ notary, proofs, segments, segmentsIn, engine, actor }: EvidenceParts): EvidenceDesk {
  const keyLines = (): string[] => notary.announced().map(({ key }) => key.line)
  return {
    head: () => notary.head(actor).line,
    proof(seq) {
      const before = proofs.size
      // Asked for before signing: the announcement of a first key must not turn a missing entry into one that is there.
      proofs.inclusion(seq, before)
      const head = notary.head(actor)
      return { ...proofs.inclusion(seq, head.size), size: head.size, rootHash: head.rootHash, head: head.line, keys: keyLines() }
    },
    consistency: (from, to) => proofs.consistency(from, to),
    check(text) {
      const heads = headsIn(text)
      if (heads.length === 0) throw new AnchorUnreadable('What was given')
      const chain = notary.chain()
      return heads.map((head) => {
        const { ok, problem } = notary.check(head, chain)
        return { size: head.size, at: head.at, rootHash: head.rootHash, keyId: head.keyId, ok, problem }
      })
    },
    keys: () => notary.announced().map(({ seq, key }) => ({ seq, ...key })),
    rotateKey: () => notary.rotate(actor),
    archive: ({ folder, signal }) => (folder === undefined ? segments : segmentsIn(folder)).archive(actor, signal),
    anchors() {
      const chain = notary.chain()
      const { runs } = engine.list({ operation: ANCHOR_LOG, states: ['succeeded'], limit: 200 })
      return runs.flatMap((run): AnchorView[] => {
        const { line, to, where, reference } = (run.result ?? {}) as Readonly<Record<string, string>>
        const [head] = headsIn(line ?? '')
        if (!head) return []
        const { ok, problem } = notary.check(head, chain)
        return [{ runId: run.runId, at: head.at, environment: run.environment, actor: run.actor, to: to ?? '', where: where ?? '', reference: reference ?? '', entries: head.size, rootHash: head.rootHash, keyId: head.keyId, line: head.line, ok, problem }]
      })
    },
    async bundle(runId, { pdf }) {
      const bundle = evidenceBundle(engine.get(runId), { notary, proofs, actor })
      return { name: bundleName(bundle), text: bundleText(bundle), entries: bundle.entries.length, pdf: pdf ? await bundlePdf(bundle) : null }
    },
  }
}
