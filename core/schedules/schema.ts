/**
 * Tables of schedules. `cursor` is the moment up to which every due time was decided; `schedule_firings` remembers each
 * decision, and its key is what keeps a due time from being decided twice, whatever the clock does.
 */
export const schedulesSchema = {
  name: 'schedules',
  sql: `
CREATE TABLE schedules (
  workspace TEXT NOT NULL,
  id TEXT NOT NULL,
  environment TEXT NOT NULL,
  operation TEXT NOT NULL,
  input TEXT NOT NULL,
  cron TEXT NOT NULL,
  zone TEXT NOT NULL,
  misfire TEXT NOT NULL CHECK (misfire IN ('once', 'skip')),
  state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
  reason TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('console', 'workspace')),
  actor TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  cursor INTEGER NOT NULL,
  PRIMARY KEY (workspace, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule_firings (
  workspace TEXT NOT NULL,
  schedule_id TEXT NOT NULL,
  due INTEGER NOT NULL,
  decided_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('claimed', 'started', 'skipped', 'refused')),
  missed INTEGER NOT NULL,
  after_number INTEGER NOT NULL,
  run_id TEXT,
  failure TEXT,
  PRIMARY KEY (workspace, schedule_id, due)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_firings_claimed ON schedule_firings (outcome) WHERE outcome = 'claimed';

CREATE TABLE schedules_paused (
  workspace TEXT PRIMARY KEY,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const
