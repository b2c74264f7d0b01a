/** One row per operator and member, so that two windows that change different members don't undo each other. */
export const settingsSchema = {
  name: 'settings',
  sql: `
CREATE TABLE settings (
  operator   TEXT NOT NULL,
  key        TEXT NOT NULL,
  value      TEXT NOT NULL CHECK (json_valid(value)),
  revision   INTEGER NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (operator, key)
) STRICT, WITHOUT ROWID;
`,
} as const
