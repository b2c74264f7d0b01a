import type { Failure } from '#core/base/errors.ts'
import { RegieError } from '#core/base/errors.ts'
import type { Evidence, GateResult, RunState } from './types.ts'

/** No plan with that hash was saved in this home: never planned here, or mistyped. */
export class PlanUnknown extends RegieError {
  constructor(hash: string) {
    super({
      code: 'PLAN_UNKNOWN',
      what: `No plan ${hash.slice(0, 12)} is saved here.`,
      untouched: 'Nothing was started.',
      next: 'Plan again, then start that plan.',
      data: { hash },
    })
  }
}

/** What the plan observed has changed since: another run, a deployment, a change by hand; or the program was upgraded. */
export class PlanStale extends RegieError {
  constructor(hash: string, changed: readonly string[]) {
    super({
      code: 'PLAN_STALE',
      what: `The plan no longer fits: ${changed.length > 0 ? changed.join(', ') : 'its steps'} changed since it was made.`,
      untouched: 'Nothing was started.',
      next: 'Plan again and look at the difference.',
      data: { hash, changed },
    })
  }
}

/** A guard, or the plan itself, says no. `data.refusedBy` is the code of the reason. */
export class GuardRefused extends RegieError {
  constructor(reason: Failure, cause?: unknown) {
    super(
      {
        code: 'GUARD_REFUSED',
        what: reason.what,
        untouched: reason.untouched ?? 'Nothing was started.',
        next: reason.next,
        retry: reason.retry,
        data: { ...reason.data, refusedBy: reason.code },
      },
      cause,
    )
  }
}

/** The program doesn't know this operation, or no longer carries this version of it. */
export class OperationUnknown extends RegieError {
  constructor(operation: string, version?: number) {
    super({
      code: 'OPERATION_UNKNOWN',
      what: `This program has no operation ${operation}${version === undefined ? '' : ` version ${version}`}.`,
      untouched: 'Nothing was changed.',
      next: version === undefined ? undefined : 'Use the release that started the run, or plan it anew.',
      data: { operation, version: version ?? null },
    })
  }
}

/** The operation's input isn't what its schema asks for. */
export class InputInvalid extends RegieError {
  constructor(operation: string, problems: readonly string[], cause?: unknown) {
    super(
      {
        code: 'INPUT_INVALID',
        what: `The input of ${operation} is not valid: ${problems.join('; ')}.`,
        untouched: 'Nothing was planned.',
        data: { operation, problems },
      },
      cause,
    )
  }
}

/** `steps` and `plan` of an operation name different steps, a need is unknown, or needs form a circle. */
export class StepsDiffer extends RegieError {
  constructor(operation: string, problem: string) {
    super({ code: 'STEPS_DIFFER', what: `The steps of ${operation} don't fit its plan: ${problem}.`, untouched: 'Nothing was started.', data: { operation } })
  }
}

export class RunUnknown extends RegieError {
  constructor(runId: string) {
    super({ code: 'RUN_UNKNOWN', what: `There is no run ${runId} here.`, data: { runId } })
  }
}

export class StepUnknown extends RegieError {
  constructor(runId: string, stepId: string, known: readonly string[]) {
    super({
      code: 'STEP_UNKNOWN',
      what: `Run ${runId} has no step ${stepId}.`,
      untouched: 'Nothing was changed.',
      next: `Its steps: ${known.join(', ')}.`,
      data: { runId, stepId, known },
    })
  }
}

/** A step asked for the output of a step that isn't finished: a missing `needs`. */
export class OutputMissing extends RegieError {
  constructor(stepId: string) {
    super({ code: 'OUTPUT_MISSING', what: `Step ${stepId} has no output yet.`, next: `Declare ${stepId} in the step's needs.`, data: { stepId } })
  }
}

/** Another living run holds a resource, in this process or in another one on the same home. */
export class LockHeld extends RegieError {
  constructor(held: { resource: string; runId: string; pid: number; host: string; since: string }) {
    super({
      code: 'LOCK_HELD',
      what: `${held.resource} is held by run ${held.runId} (process ${held.pid}) since ${held.since}.`,
      untouched: 'Nothing was changed.',
      next: 'Wait for that run or cancel it.',
      retry: 'later',
      data: held,
    })
  }
}

/** The lease was taken over: this process was paused for longer than its lease, or believed dead. It writes nothing more. */
export class FencedOut extends RegieError {
  constructor(runId: string, fence: number) {
    super({
      code: 'FENCED_OUT',
      what: `Run ${runId} was taken over by another process.`,
      untouched: 'This process writes nothing more to it.',
      next: `Follow it with: regie run show ${runId}.`,
      data: { runId, fence },
    })
  }
}

/** Read back from the system, the step's effect isn't what it should be. */
export class PostconditionFailed extends RegieError {
  readonly evidence: readonly Evidence[]
  constructor(stepId: string, evidence: readonly Evidence[]) {
    const wrong = evidence.filter((one) => one.state === 'disproven')
    super({
      code: 'POSTCONDITION_FAILED',
      what: `Step ${stepId} did what it does, but read back it doesn't hold: ${wrong.map((one) => one.what).join('; ')}.`,
      untouched: 'No later step ran.',
      next: 'Compare what was expected with what was found, then resume.',
      data: { stepId, disproven: wrong },
    })
    this.evidence = evidence
  }
}

/** After a crash nobody can say whether the effect of a step that must not run twice is there. */
export class EffectUnknown extends RegieError {
  constructor(stepId: string) {
    super({
      code: 'EFFECT_UNKNOWN',
      what: `Whether step ${stepId} took effect before the interruption can't be read back, and it must not run twice.`,
      untouched: 'The step was not run again.',
      next: 'Look at the system yourself, then re-run from this step or the next one.',
      data: { stepId },
    })
  }
}

const measured = (value: number | null, { unit = '' }: GateResult): string => (value === null ? 'no value' : `${value}${unit}`)

/** A quality gate said stop. Not a fault: the run ends `stopped`. */
export class GateStopped extends RegieError {
  readonly gate: GateResult
  constructor(stepId: string, gate: GateResult) {
    super({
      code: 'GATE_STOPPED',
      what: `Gate ${gate.title} stopped the run: ${measured(gate.value, gate)}${gate.stopAt === undefined ? '' : ` (stop at ${measured(gate.stopAt, gate)})`}.`,
      untouched: 'No later step ran.',
      next: gate.detail,
      data: { stepId, gate },
    })
    this.gate = gate
  }
}

/** Succeeded runs are final, and running ones need no resume. */
export class RunNotResumable extends RegieError {
  constructor(runId: string, state: RunState) {
    super({
      code: 'RUN_NOT_RESUMABLE',
      what: `Run ${runId} is ${state}.`,
      untouched: 'Nothing was changed.',
      next: state === 'running' ? 'Watch it, or cancel it first.' : 'Re-run it from a step instead.',
      data: { runId, state },
    })
  }
}

/** Only a run that isn't over can be cancelled. */
export class RunOver extends RegieError {
  constructor(runId: string, state: RunState) {
    super({ code: 'RUN_OVER', what: `Run ${runId} is already ${state}.`, untouched: 'Nothing was changed.', data: { runId, state } })
  }
}

/** The run moved on after the caller looked at it. */
export class StaleCommand extends RegieError {
  constructor(runId: string, seen: number, now: number) {
    super({
      code: 'STALE_COMMAND',
      what: `Run ${runId} has moved on since you looked at it.`,
      untouched: 'Nothing was changed.',
      next: 'Look again, then decide.',
      retry: 'later',
      data: { runId, seen, now },
    })
  }
}

/** The process died in the same step several times: resuming by itself would die again. */
export class DiedTooOften extends RegieError {
  constructor(runId: string, stepId: string, times: number) {
    super({
      code: 'DIED_TOO_OFTEN',
      what: `Run ${runId} was interrupted ${times} times in ${stepId === '' ? 'between steps' : `step ${stepId}`} and is not resumed by itself again.`,
      untouched: 'Finished steps are kept.',
      next: `See why in its log, then resume it by hand: regie run resume ${runId}.`,
      data: { runId, stepId, times },
    })
  }
}

/** The engine is shutting down: what runs is interrupted and resumed at the next start. */
export class EngineClosed extends RegieError {
  constructor() {
    super({ code: 'ENGINE_CLOSED', what: 'Régie is closing.', untouched: 'Runs in progress are kept and can be resumed.', retry: 'later' })
  }
}
