/**
 * Tables of the vault. A secret's ciphertext is bound to the vault, its name, its version and its data key, so that a
 * row moved elsewhere doesn't open. What rotation replaces is deleted; SQLite overwrites it (secure_delete).
 */
export const identitySchema = {
  name: 'identity',
  sql: `
CREATE TABLE vault (
  id       TEXT PRIMARY KEY,
  made_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per key that wraps a data key: the same data key may be wrapped several times.
CREATE TABLE vault_wrappings (
  id          TEXT PRIMARY KEY,
  data_key_id TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('key-file', 'passphrase', 'keychain', 'recovery')),
  parameters  TEXT NOT NULL,
  wrapped     BLOB NOT NULL,
  made_at     TEXT NOT NULL,
  made_by     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE vault_secrets (
  name            TEXT NOT NULL,
  version         INTEGER NOT NULL CHECK (version > 0),
  data_key_id     TEXT NOT NULL,
  nonce           BLOB NOT NULL CHECK (length(nonce) = 12),
  sealed          BLOB NOT NULL,
  made_at         TEXT NOT NULL,
  made_by         TEXT NOT NULL,
  rotate_days     INTEGER,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE vault_uses (
  name    TEXT PRIMARY KEY,
  uses    INTEGER NOT NULL,
  last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const

/** Who may change a production environment, until when and why. */
export const elevationsSchema = {
  name: 'elevations',
  sql: `
CREATE TABLE elevations (
  id          TEXT PRIMARY KEY,
  environment TEXT NOT NULL,
  actor       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  from_at     TEXT NOT NULL,
  until_at    TEXT NOT NULL,
  ended_at    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX elevations_open ON elevations (environment, actor) WHERE ended_at IS NULL;
`,
} as const
