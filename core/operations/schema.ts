/**
 * Tables of the operations room. Registered by core/regie-schema.ts.
 * The journal is the truth; `runs` and `run_steps` are its fold, written in the same transaction.
 */
export const operationsSchema = {
  name: 'operations',
  sql: `
CREATE TABLE plans (
  hash TEXT PRIMARY KEY,
  operation TEXT NOT NULL,
  environment TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  operation TEXT NOT NULL,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  environment TEXT NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL,
  plan_hash TEXT NOT NULL REFERENCES plans (hash),
  input TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  worked_ms REAL NOT NULL,
  sequence INTEGER NOT NULL,
  parent_run_id TEXT,
  failure TEXT,
  result TEXT,
  undo TEXT,
  deaths TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_state ON runs (state);

CREATE TABLE run_steps (
  run_id TEXT NOT NULL REFERENCES runs (run_id),
  step_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  place TEXT NOT NULL,
  needs TEXT NOT NULL,
  estimate_ms REAL,
  state TEXT NOT NULL,
  acted INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  rows INTEGER,
  total_rows INTEGER,
  bytes INTEGER,
  rows_per_second REAL,
  ms_left REAL,
  evidence TEXT NOT NULL,
  gates TEXT NOT NULL,
  failure TEXT,
  output TEXT NOT NULL,
  PRIMARY KEY (run_id, step_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  at TEXT NOT NULL,
  fence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  step_id TEXT,
  body TEXT NOT NULL,
  UNIQUE (run_id, sequence)
) STRICT;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Events and log lines share one row of ids, so that a watcher has one place to resume from.
CREATE TABLE event_ids (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO event_ids (id, last) VALUES (1, 0);

CREATE TABLE run_events (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_run ON run_events (run_id, id);

CREATE TABLE run_logs (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  step_id TEXT,
  at TEXT NOT NULL,
  level INTEGER NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX run_logs_run ON run_logs (run_id, id);

CREATE TABLE leases (
  run_id TEXT PRIMARY KEY,
  fence INTEGER NOT NULL,
  holder TEXT NOT NULL,
  since TEXT NOT NULL,
  beats INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE locks (
  environment TEXT NOT NULL,
  resource TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (environment, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX locks_run ON locks (run_id);

CREATE TABLE fences (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL
) STRICT;
INSERT INTO fences (id, last) VALUES (1, 0);
CREATE TRIGGER fences_only_grow BEFORE UPDATE ON fences WHEN NEW.last <= OLD.last
BEGIN SELECT RAISE(ABORT, 'a fence only grows'); END;
CREATE TRIGGER fences_stay BEFORE DELETE ON fences BEGIN SELECT RAISE(ABORT, 'a fence only grows'); END;

CREATE TABLE cancel_requests (
  run_id TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const

/** Questions over a long history without a scan, and rows and bytes over time. */
export const historySchema = {
  name: 'operations: history',
  sql: `
CREATE INDEX runs_environment ON runs (environment, number);
CREATE INDEX runs_operation ON runs (environment, operation, json_extract(input, '$.pipeline'), number);
CREATE INDEX runs_actor ON runs (actor, number);

CREATE TABLE run_samples (
  run_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  at TEXT NOT NULL,
  worked_ms REAL NOT NULL,
  rows INTEGER,
  bytes INTEGER,
  PRIMARY KEY (run_id, step_id, worked_ms)
) STRICT, WITHOUT ROWID;
`,
} as const
