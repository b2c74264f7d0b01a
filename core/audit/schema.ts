import { emptyRoot } from './merkle.ts'

/**
 * Tables of the audit log; docs/audit-format.md explains them to strangers. What is queried is generated
 * from the canonical text, so that a column can't say something else than what was hashed.
 */
export const auditSchema = {
  name: 'audit',
  sql: `
CREATE TABLE audit_entries (
  seq         INTEGER PRIMARY KEY,
  canonical   TEXT NOT NULL,
  leaf        BLOB NOT NULL CHECK (length(leaf) = 32),
  nodes       BLOB NOT NULL CHECK (length(nodes) % 32 = 0),
  kind        TEXT GENERATED ALWAYS AS (canonical ->> '$.kind') VIRTUAL,
  actor       TEXT GENERATED ALWAYS AS (canonical ->> '$.actor') VIRTUAL,
  environment TEXT GENERATED ALWAYS AS (canonical ->> '$.environment') VIRTUAL,
  run_id      TEXT GENERATED ALWAYS AS (canonical ->> '$.runId') VIRTUAL,
  summary     TEXT GENERATED ALWAYS AS (canonical ->> '$.summary') VIRTUAL
) STRICT;
-- Actors and environments are few: a page of theirs is found by walking back. Each index costs every append.
CREATE INDEX audit_by_kind ON audit_entries (kind);
CREATE INDEX audit_by_run ON audit_entries (run_id) WHERE run_id IS NOT NULL;

CREATE TABLE audit_head (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  leaf BLOB CHECK (length(leaf) = 32),
  at   TEXT
) STRICT;
INSERT INTO audit_head (id, size, root) VALUES (1, 0, X'${emptyRoot.toString('hex')}');

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- INSERT OR REPLACE deletes without firing delete triggers; a hole would end the tree.
CREATE TRIGGER audit_entries_in_order BEFORE INSERT ON audit_entries
WHEN NEW.seq <> (SELECT coalesce(max(seq), -1) + 1 FROM audit_entries)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head
WHEN NEW.size <= OLD.size
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_head_no_insert BEFORE INSERT ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`,
} as const

/**
 * The order of entries, looked after once they are in: before, SQLite works out every generated column of the new
 * row for the trigger, which costs a third of an append.
 */
export const auditOrderSchema = {
  name: 'audit: order',
  sql: `
DROP TRIGGER audit_entries_in_order;
CREATE TRIGGER audit_entries_in_order AFTER INSERT ON audit_entries
WHEN NEW.seq < (SELECT size FROM audit_head)
  OR (NEW.seq > 0 AND NOT EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq - 1))
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`,
} as const
