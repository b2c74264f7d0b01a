"""Verifies an exported audit log. Written from docs/audit-format.md alone; Python's standard library only.

usage: verify_export.py <export.ndjson>
Prints one JSON line: {"entries", "root"} or {"entries", "root", "firstBad", "problem"}; exit 1 when bad.
"""

import json
import sys
from hashlib import sha256

MEMBERS = {"actor", "at", "body", "environment", "kind", "prev", "runId", "seq", "summary", "v"}


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def problem_of(line, seq, prev):
    try:
        entry = json.loads(line)
    except ValueError:
        return "not JSON"
    if not isinstance(entry, dict) or set(entry) != MEMBERS or entry["v"] != 1:
        return "not an entry of version 1"
    if entry["seq"] != seq:
        return f"says that it is entry {entry['seq']}"
    if entry["prev"] != prev:
        return "is not chained to the entry before"
    return None


stack, count, prev, bad = [], 0, None, None
with open(sys.argv[1], "rb") as export:
    for line in export:
        text = line[:-1] if line.endswith(b"\n") else line
        problem = problem_of(text, count, prev) or (None if line.endswith(b"\n") else "has no line feed")
        if problem and bad is None:
            bad = {"firstBad": count, "problem": problem}
        leaf = hashed = sha256(b"\x00" + text).digest()
        position = count
        while position & 1:
            hashed = node(stack.pop(), hashed)
            position >>= 1
        stack.append(hashed)
        prev = leaf.hex()
        count += 1

root = stack.pop() if stack else sha256(b"").digest()
while stack:
    root = node(stack.pop(), root)
print(json.dumps({"entries": count, "root": root.hex(), **(bad or {})}))
sys.exit(1 if bad else 0)
