/** What other rooms import. */
export * from './errors.ts'
export { Schedules, type SchedulesParts } from './schedules.ts'
export { readSchedules, ScheduleId } from './schedules-file.ts'
export type { Firing, Misfire, PausedAll, Schedule, ScheduleBoard, ScheduleDraft } from './types.ts'
