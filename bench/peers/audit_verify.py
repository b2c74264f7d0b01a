"""Peer of the audit log's verification: hashlib and sqlite3 over the same entries.

Leaf hash of every entry against the stored one, RFC 6962 root against the head. Prints
{"seconds", "entries", "root", "ok"}.
usage: audit_verify.py <database>
"""

import json
import sqlite3
import sys
import time
from hashlib import sha256

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
started = time.perf_counter(); cpu = time.process_time()
peaks = []  # hashes of the perfect subtrees, largest first
count = 0
ok = True
for canonical, leaf in db.execute("SELECT CAST(canonical AS BLOB), leaf FROM audit_entries ORDER BY seq"):
    node = sha256(b"\x00" + canonical).digest()
    if node != leaf:
        ok = False
    carry = count
    while carry & 1:
        node = sha256(b"\x01" + peaks.pop() + node).digest()
        carry >>= 1
    peaks.append(node)
    count += 1
root = peaks.pop() if peaks else sha256(b"").digest()
while peaks:
    root = sha256(b"\x01" + peaks.pop() + root).digest()
size, stored = db.execute("SELECT size, root FROM audit_head").fetchone()
ok = ok and size == count and stored == root
seconds = time.perf_counter() - started; cpu = time.process_time() - cpu
print(json.dumps({"seconds": seconds, "cpu": cpu, "entries": count, "root": root.hex(), "ok": ok}))
