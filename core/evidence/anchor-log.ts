import { z } from 'zod'
import type { Notary } from '#core/audit/notary.ts'
import { parseHead, type SignedHead } from '#core/audit/signed-head.ts'
import type { RegieError } from '#core/base/errors.ts'
import type { Json } from '#core/base/json.ts'
import { operation, type Evidence, type PlannedStep, type Step, type StepContext } from '#core/operations/types.ts'
import { ANCHOR_PLACES, type AnchorPlace, type AnchorPlaceName } from './anchor-place.ts'
import { AnchorPlaceUnavailable } from './errors.ts'

export interface AnchorDeps {
  readonly notary: Notary
  readonly anchorPlace: (name: AnchorPlaceName) => AnchorPlace
}

const Input = z.strictObject({ environment: z.string(), to: z.enum(ANCHOR_PLACES) })
type Input = z.infer<typeof Input>
type Observed = { readonly where: string; readonly unavailable: { readonly detail: string; readonly next: string } | null }
type Context = StepContext<Input, AnchorDeps>
type Signed = { readonly line: string; readonly size: number; readonly rootHash: string; readonly keyId: string }
type Placed = { readonly reference: string }

export const ANCHOR_LOG = 'audit.anchor'

/** Sign how far the audit log reaches and keep that outside this machine: what is cut or rewritten later shows. */
export const anchorLog = operation<Input, Observed, AnchorDeps>({
  id: ANCHOR_LOG,
  version: 1,
  capability: 'audit.anchor',
  input: Input,
  environment: ({ environment }) => environment,
  locks: ({ environment }) => [`${environment}/audit-anchors`],

  async observe({ to }, { anchorPlace }, signal) {
    try {
      return { where: await anchorPlace(to).where(signal), unavailable: null }
    } catch (error) {
      if (!(error instanceof AnchorPlaceUnavailable)) throw error
      return { where: '', unavailable: { detail: error.what, next: error.next ?? '' } }
    }
  },

  plan: ({ to }, { where, unavailable }) => ({
    title: `Anchor the audit log: ${to}`,
    steps: steps(where),
    wayBack: 'There is nothing to go back to: an anchor only says how far the log reached, and stays true.',
    refuse: unavailable ? refusal(to, unavailable) : null,
  }),

  guards: [],

  steps(_input, plan) {
    const acts: Readonly<Record<string, Pick<Step<Input, AnchorDeps>, 'act' | 'confirm'>>> = {
      sign: { act: sign, confirm: signatureStands },
      place: { act: keep, confirm: placed },
    }
    return plan.steps.map((planned) => ({ ...planned, again: 'safe' as const, retry: { attempts: 3, baseMs: 500 }, ...acts[planned.id]! }))
  },

  prove(outputs, plan) {
    const { line, size, rootHash, keyId } = outputs.get('sign') as Signed
    const { reference } = outputs.get('place') as Placed
    return { line, entries: size, rootHash, keyId, to: (plan.input as Input).to, where: (plan.observed as Observed).where, reference }
  },

  undo: () => null,
})

const refusal = (to: string, { detail, next }: { detail: string; next: string }): RegieError => new AnchorPlaceUnavailable(to, detail.replace(/^.*?: |\.$/g, ''), next)

const steps = (where: string): PlannedStep[] => [
  { id: 'sign', title: 'Sign the head of the log', where: 'audit log', needs: [], effect: 'Signs number of entries and root hash of now with the home’s key.', estimateMs: 20 },
  { id: 'place', title: 'Keep it outside', where, needs: ['sign'], effect: 'Writes the signed line there; what stands there already stays.', estimateMs: 200 },
]

async function sign({ deps, plan }: Context): Promise<Json> {
  const { line, size, rootHash, keyId } = deps.notary.head(`operation ${plan.operation}`)
  return { line, size, rootHash, keyId }
}

async function signatureStands({ deps }: Context, output: Json): Promise<Evidence[]> {
  const { line, rootHash } = output as Signed
  const { ok, problem } = deps.notary.check(headOf(line))
  return [{ what: 'The signed head is the log’s own', state: ok ? 'proven' : 'disproven', readFrom: 'audit log, stored tree', expected: rootHash, found: ok ? rootHash : problem }]
}

async function keep({ deps, input, output, signal }: Context): Promise<Json> {
  return { reference: await deps.anchorPlace(input.to).put(headOf(output<Signed>('sign').line), signal) }
}

async function placed({ deps, input, output, plan, signal }: Context, result: Json): Promise<Evidence[]> {
  const { line } = output<Signed>('sign')
  const { where } = plan.observed as Observed
  const place = deps.anchorPlace(input.to)
  const what = 'The anchor stands outside'
  if (!place.readable) return [{ what, state: 'not-proven', readFrom: where, missing: 'A printed line can’t be read back: keep it where this machine has no access.' }]
  const found = await place.read((result as Placed).reference, signal)
  const same = found !== null && headOf(found, false)?.rootHash === headOf(line).rootHash
  return [{ what, state: same ? 'proven' : 'disproven', readFrom: `${where}, ${(result as Placed).reference}`, expected: line, found }]
}

function headOf(line: string): SignedHead
function headOf(line: string, must: false): SignedHead | null
function headOf(line: string, must = true): SignedHead | null {
  const head = parseHead(line)
  if (!head && must) throw new TypeError('a step’s output holds no head')
  return head
}
