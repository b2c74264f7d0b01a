"""Peer of the audit log's append: one entry per commit, as a careful script would write it.

Canonical JSON of the entry, chained to the hash of the one before; SQLite in WAL with synchronous=FULL,
indexed by the same two columns (kind, run_id). Prints {"seconds", "entries"}.
usage: audit_append.py <database> <entries>
"""

import hashlib
import json
import sqlite3
import sys
import time
from datetime import datetime, timezone

path, count = sys.argv[1], int(sys.argv[2])
db = sqlite3.connect(path, isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute(
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, canonical TEXT NOT NULL, leaf BLOB NOT NULL,"
    " kind TEXT, actor TEXT, environment TEXT, run_id TEXT)"
)
for column in ("kind", "run_id"):
    db.execute(f"CREATE INDEX by_{column} ON entries ({column})")

prev = None
started = time.perf_counter()
for seq in range(count):
    entry = {
        "actor": "operator",
        "at": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "body": {"rows": seq, "step": "load", "tables": ["reviews", "products", "orders"], "hash": "a" * 64},
        "environment": "sandbox",
        "kind": "step.finished",
        "prev": prev,
        "runId": "20260101_000000_abcd",
        "seq": seq,
        "summary": f"Step load finished with {seq} rows.",
        "v": 1,
    }
    canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    leaf = hashlib.sha256(b"\x00" + canonical.encode()).digest()
    db.execute("BEGIN IMMEDIATE")
    db.execute(
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, canonical, leaf, entry["kind"], entry["actor"], entry["environment"], entry["runId"]),
    )
    db.execute("COMMIT")
    prev = leaf.hex()
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "entries": count}))
