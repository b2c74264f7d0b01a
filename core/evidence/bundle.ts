import { createHash } from 'node:crypto'
import type { Notary } from '#core/audit/notary.ts'
import type { AuditProofs, ProvenEntry } from '#core/audit/proofs.ts'
import { canonicalJson, type Json } from '#core/base/json.ts'
import type { Evidence, GateResult, RunDetail } from '#core/operations/types.ts'
import type { Failure } from '#core/base/errors.ts'

export const BUNDLE_FORMAT = 'regie-evidence-1'

export interface BundleStep {
  readonly id: string
  readonly title: string
  readonly where: string
  readonly state: string
  readonly attempt: number
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly evidence: readonly Evidence[]
  readonly gates: readonly GateResult[]
  readonly failure: Failure | null
  /** Canonical JSON of what it handed on; its SHA-256 stands in the entry `step.acted`. */
  readonly output: string
  readonly outputHash: string
}

/** All that shows what one operation did, in one file. Format: docs/audit-format.md, section 13. */
export interface EvidenceBundle {
  readonly format: typeof BUNDLE_FORMAT
  readonly run: {
    readonly runId: string
    readonly number: number
    readonly operation: string
    readonly version: number
    readonly title: string
    readonly environment: string
    readonly actor: string
    readonly state: string
    readonly createdAt: string
    readonly startedAt: string | null
    readonly endedAt: string | null
    readonly durationMs: number
    readonly failure: Failure | null
    readonly result: Json
  }
  /** `canonical` without its member `hash`: SHA-256 of these bytes is `hash`. */
  readonly plan: { readonly hash: string; readonly canonical: string }
  readonly approvals: { readonly required: boolean; readonly given: readonly Json[]; readonly note: string }
  readonly steps: readonly BundleStep[]
  /** Planning and all entries of the run, in order. */
  readonly entries: readonly ProvenEntry[]
  /** Entries that announce the signing keys. */
  readonly keys: readonly ProvenEntry[]
  /** Signed head that all proofs lead to. */
  readonly head: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Signs the head of now and proves every entry of the run against it.
 * @throws what signing throws
 */
export function evidenceBundle(run: RunDetail, { notary, proofs, actor }: { notary: Notary; proofs: AuditProofs; actor: string }): EvidenceBundle {
  const head = notary.head(actor)
  const { hash, ...plan } = run.plan
  const { runId, number, operation, version, title, environment, actor: who, state, createdAt, startedAt, endedAt, durationMs, failure, result } = run
  return {
    format: BUNDLE_FORMAT,
    run: { runId, number, operation, version, title, environment, actor: who, state, createdAt, startedAt, endedAt, durationMs, failure, result },
    plan: { hash, canonical: canonicalJson(plan) },
    approvals: { required: false, given: [], note: 'None required.' },
    steps: run.steps.map((step) => {
      const output = canonicalJson(step.output)
      const { id, title: called, where, attempt, evidence, gates } = step
      return { id, title: called, where, state: step.state, attempt, startedAt: step.startedAt, endedAt: step.endedAt, evidence, gates, failure: step.failure, output, outputHash: sha256(output) }
    }),
    entries: proofs.ofRun(runId, hash).filter((seq) => seq < head.size).map((seq) => proofs.inclusion(seq, head.size)),
    keys: notary.announced().filter(({ seq }) => seq < head.size).map(({ seq }) => proofs.inclusion(seq, head.size)),
    head: head.line,
  }
}

/** The file's text. */
export const bundleText = (bundle: EvidenceBundle): string => `${JSON.stringify(bundle, null, 1)}\n`
export const bundleName = ({ run }: EvidenceBundle): string => `evidence-${run.runId}.json`
export const hashOfText = sha256
