/** What other rooms import; everything else in here is the engine's own business. */
export { Engine, type EngineParts } from './engine.ts'
export type { Command } from './launcher.ts'
export { OperationRegistry } from './registry.ts'
export type { LogLevel, LogLine, LogQuery } from './event-log.ts'
export type { Probe } from './journal.ts'
export type { RunQuery } from './runs-table.ts'
export type { WatchQuery } from './watch.ts'
export * from './errors.ts'
