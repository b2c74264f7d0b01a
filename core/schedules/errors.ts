import { RegieError, type Failure } from '#core/base/errors.ts'

/** The cron expression or the time zone can't be understood, or never comes due. */
export class ScheduleInvalid extends RegieError {
  constructor(what: string) {
    super({ code: 'SCHEDULE_INVALID', what, untouched: 'The schedule was not changed.', next: 'Five fields: minute, hour, day, month, weekday; a time zone such as Europe/Paris.' })
  }
}

export class ScheduleUnknown extends RegieError {
  constructor(id: string) {
    super({ code: 'SCHEDULE_UNKNOWN', what: `There is no schedule ${id}.`, untouched: 'Nothing was changed.', data: { id } })
  }
}

/** A schedule that the workspace's file declares is changed there; here it can only be paused. */
export class ScheduleDeclared extends RegieError {
  constructor(id: string) {
    super({
      code: 'SCHEDULE_DECLARED',
      what: `Schedule ${id} is declared in the workspace's schedules.yaml.`,
      untouched: 'It was not changed.',
      next: 'Change it in the file, or pause it here.',
      data: { id },
    })
  }
}

/** Why a due time started no run; kept with it, never thrown across a door. */
export const stillRunning = (runId: string): Failure => ({ code: 'SCHEDULE_STILL_RUNNING', what: `The run before, ${runId}, was still at work.`, data: { runId } })
export const missedWhileDown = (missed: number): Failure => ({ code: 'SCHEDULE_MISSED', what: `${missed === 1 ? 'It was' : `${missed} due times were`} missed while the core was down, paused as a whole or asleep.`, data: { missed } })
