import { systemClock } from '#core/base/clock.ts'
import { openStore } from '#core/store/store.ts'

/** Child of migration-kill.test.ts: its second migration writes much, then counts for minutes. */
openStore(process.argv[2] as string, {
  clock: systemClock,
  migrations: [
    { version: 1, name: 'notes', sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT' },
    {
      version: 2,
      name: 'endless',
      sql: `CREATE TABLE tags (note INTEGER NOT NULL, tag TEXT NOT NULL);
            INSERT INTO tags WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40000) SELECT i, hex(randomblob(500)) FROM n;
            UPDATE notes SET text = 'changed';
            INSERT INTO tags WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000000000) SELECT max(i), 'end' FROM n`,
    },
  ],
})
