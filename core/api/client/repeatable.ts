/**
 * Procedures that may be sent again when the line broke before the answer: they change nothing.
 * Everything that is not listed is sent once. A test holds this list against the contract's capabilities.
 */
export const REPEATABLE: ReadonlySet<string> = new Set([
  'system.info',
  'system.doctor',
  'environments.systems',
  'environments.sandbox',
  'environments.planProvision',
  'data.tables',
  'data.rows',
  'scoring.one',
  'runs.list',
  'runs.get',
  'runs.watch',
  'runs.compare',
  'runs.history',
  'runs.planRerun',
  'runs.planUndo',
  'runs.series',
  'schedules.list',
  'schedules.preview',
  'runs.logs',
  'pipelines.list',
  'pipelines.get',
  'pipelines.source',
  'pipelines.changes',
  'pipelines.plan',
  'pipelines.preview',
  'rejects.list',
  'dashboards.list',
  'dashboards.get',
  'dashboards.query',
  'audit.list',
  'audit.count',
  'audit.values',
  'audit.export',
  'audit.entry',
  'audit.head',
  'audit.verify',
])

/** Streams that go on after the last event seen, for as long as the page wants them. */
export const RESUMING: ReadonlySet<string> = new Set(['runs.watch'])
