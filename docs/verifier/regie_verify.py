#!/usr/bin/env python3
"""Checks what Regie's audit log claims, without Regie. Written from docs/audit-format.md; standard library only.

  regie_verify.py export <export.ndjson> [--against <anchor>]... [--key <id>]...
  regie_verify.py proof <proof.json> [--key <id>]...
  regie_verify.py consistency <proof.json> [--against <anchor>]...
  regie_verify.py head <file or line> --export <export.ndjson>
  regie_verify.py bundle <evidence.json> [--against <anchor>]... [--key <id>]...
  regie_verify.py segments <folder> [--against <anchor>]... [--key <id>]...

An anchor is a file that holds head lines, or such a line itself. --key names a key (its 16 digits) that you know from
elsewhere: every head must then be signed by one of them, or by one that they vouch for. Without it the keys that the
log itself announces are believed, which shows damage, but no forger who wrote the whole log anew.

Prints one JSON object; exit 0 when all holds, 1 when something doesn't ("problems" says what), 2 on wrong usage.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import sys

# --- Ed25519 (RFC 8032), verification only ------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    e1 = (a[1] - a[0]) * (b[1] - b[0]) % P
    e2 = (a[1] + a[0]) * (b[1] + b[0]) % P
    e3 = 2 * a[3] * b[3] * D % P
    e4 = 2 * a[2] * b[2] % P
    e, f, g, h = e2 - e1, e4 - e3, e4 + e3, e2 + e1
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = NEUTRAL
    while scalar > 0:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompress(data):
    number = int.from_bytes(data, "little")
    sign = number >> 255
    y = number & (2**255 - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def ed25519_holds(public_key, message, signature):
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key = decompress(public_key)
    r = decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    return same_point(multiply(s, BASE), add(r, multiply(k, key)))


# --- Merkle tree (RFC 6962, RFC 9162) -----------------------------------------------------------------------------


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows leaf by leaf; knows its root, and remembers the roots of the sizes that it was asked for."""

    def __init__(self, wanted=()):
        self.stack, self.size, self.wanted, self.roots = [], 0, set(wanted), {}
        self.remember()

    def remember(self):
        if self.size in self.wanted:
            self.roots[self.size] = self.root()

    def push(self, leaf):
        node, position = leaf, self.size
        while position & 1:
            node = node_hash(self.stack.pop(), node)
            position >>= 1
        self.stack.append(node)
        self.size += 1
        self.remember()

    def root(self):
        if not self.stack:
            return hashlib.sha256(b"").digest()
        root = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            root = node_hash(left, root)
        return root


def root_of_inclusion(leaf, index, size, path):
    if not 0 <= index < size:
        return None
    first, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if first & 1 or first == last:
            root = node_hash(sibling, root)
            while not first & 1 and first != 0:
                first >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        first >>= 1
        last >>= 1
    return root if last == 0 else None


def consistent(old_size, new_size, old_root, new_root, path):
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size & (old_size - 1) == 0:
        path = [old_root] + path
    if not path:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first >>= 1
        last >>= 1
    old = new = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not first & 1 and first != 0:
                first >>= 1
                last >>= 1
        else:
            new = node_hash(new, node)
        first >>= 1
        last >>= 1
    return last == 0 and old == old_root and new == new_root


# --- lines --------------------------------------------------------------------------------------------------------

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
HEAD = re.compile(rf"regie-audit-head-1 ([0-9a-f]{{16}}) (\d{{1,15}}) ([0-9a-f]{{64}}) ({TIME}) ([0-9a-f]{{16}}) ([A-Za-z0-9_-]{{86}})(?![A-Za-z0-9_-])")
KEY = re.compile(rf"regie-audit-key-1 ([0-9a-f]{{16}}) ([0-9a-f]{{64}}) ({TIME}) (first|rotated|lost) ([0-9a-f]{{16}}|-) ([A-Za-z0-9_-]{{86}})")
MEMBERS = {"actor", "at", "body", "environment", "kind", "prev", "runId", "seq", "summary", "v"}


def line_holds(line, public_key):
    text, _, signature = line.rpartition(" ")
    raw = base64.urlsafe_b64decode(signature + "==")
    # 86 signs hold four bits more than 64 bytes: they must be 0, or one signature could be written in several ways.
    return base64.urlsafe_b64encode(raw).decode().rstrip("=") == signature and ed25519_holds(public_key, text.encode(), raw)


def heads_in(text):
    return [
        {"line": match[0], "log": match[1], "size": int(match[2]), "root": match[3], "at": match[4], "key": match[5]}
        for match in HEAD.finditer(text)
    ]


def chain_of_keys(lines, problems):
    """Keys by id, each with the id of the key that vouches for it (its own for a first or lost one)."""
    keys, last = {}, None
    for line in lines:
        match = KEY.fullmatch(line)
        if not match:
            problems.append("a key line can't be read")
            return keys
        key_id, public, _, reason, previous = match[1], bytes.fromhex(match[2]), match[3], match[4], match[5]
        if hashlib.sha256(public).hexdigest()[:16] != key_id:
            problems.append(f"key {key_id} is not named after its bytes")
            return keys
        if previous != (last or "-") or (reason == "first") != (last is None):
            problems.append(f"key {key_id} can't follow {last or 'none'} as {reason}")
            return keys
        by = last if reason == "rotated" else key_id
        voucher = public if by == key_id else keys[by]["public"]
        if not line_holds(line, voucher):
            problems.append(f"key {key_id} is not signed by {by}")
            return keys
        keys[key_id] = {"public": public, "by": by}
        last = key_id
    return keys


def trusted(key_id, keys, believed):
    """Whether the key is one that the reader knows, or is vouched for by one, over any number of rotations."""
    if not believed:
        return True
    while key_id in keys:
        if key_id in believed:
            return True
        if keys[key_id]["by"] == key_id:
            return False
        key_id = keys[key_id]["by"]
    return False


def check_signature(head, keys, believed, problems):
    key = keys.get(head["key"])
    if key is None:
        problems.append(f"the head of {head['at']} is signed by key {head['key']}, which isn't announced")
    elif not trusted(head["key"], keys, believed):
        problems.append(f"the head of {head['at']} is signed by key {head['key']}, for which no key that you named vouches")
    elif not line_holds(head["line"], key["public"]):
        problems.append(f"the signature of the head of {head['at']} does not hold")


def check_against(anchors, tree, first_leaf, keys, believed, problems):
    for head in anchors:
        if first_leaf is None or first_leaf.hex()[:16] != head["log"]:
            problems.append(f"the anchor of {head['at']} is of another log")
            continue
        if head["size"] > tree.size:
            problems.append(f"the log was cut or went back: at {head['at']} it had {head['size']} entries, now {tree.size}")
            continue
        check_signature(head, keys, believed, problems)
        if tree.roots[head["size"]].hex() != head["root"]:
            problems.append(f"the first {head['size']} entries are not those of {head['at']}")


# --- entries ------------------------------------------------------------------------------------------------------


class Log:
    """Reads entries in order, from whatever they come in; stops looking for damage at the first bad one."""

    def __init__(self, wanted):
        self.tree, self.prev, self.first_leaf, self.bad, self.key_lines = Tree(wanted), None, None, None, []

    def take(self, line):
        seq = self.tree.size
        whole = line.endswith(b"\n")
        text = line[:-1] if whole else line
        problem = self.problem_of(text, seq) or (None if whole else "has no line feed")
        if problem and self.bad is None:
            self.bad = {"seq": seq, "problem": f"entry {seq} {problem}"}
        leaf = leaf_hash(text)
        if seq == 0:
            self.first_leaf = leaf
        self.tree.push(leaf)
        self.prev = leaf.hex()

    def problem_of(self, text, seq):
        try:
            entry = json.loads(text.decode("utf-8"))
        except (ValueError, RecursionError):
            return "is not JSON in UTF-8"
        if not isinstance(entry, dict) or set(entry) != MEMBERS or entry["v"] != 1:
            return "is no entry of version 1"
        if entry["seq"] is True or entry["seq"] is False or entry["seq"] != seq:
            return f"says that it is entry {entry['seq']}"
        if entry["prev"] != self.prev:
            return "is not chained to the entry before: that one, or this one, was changed"
        if entry["kind"] == "audit.key" and isinstance(entry["body"], dict):
            self.key_lines.append(str(entry["body"].get("line")))
        return None


def verify_export(path, anchors, believed):
    problems, log = [], Log({head["size"] for head in anchors})
    with open(path, "rb") as export:
        for line in export:
            log.take(line)
    if log.bad:
        problems.append(log.bad["problem"])
    keys = chain_of_keys(log.key_lines, problems)
    check_against(anchors, log.tree, log.first_leaf, keys, believed, problems)
    found = {"entries": log.tree.size, "root": log.tree.root().hex(), "keys": list(keys)}
    return ({**found, "firstBad": log.bad} if log.bad else found), problems


def hashes(values):
    return [bytes.fromhex(value) for value in values]


def check_proven(entry, head, problems):
    """One entry with its way to the head; returns the entry as it was parsed, or None."""
    text = entry["canonical"].encode()
    leaf = leaf_hash(text)
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict) or parsed.get("seq") != entry["seq"] or leaf.hex() != entry["leafHash"]:
        problems.append(f"entry {entry['seq']} is not the one that its text says")
        return None
    root = root_of_inclusion(leaf, entry["seq"], head["size"], hashes(entry["proof"]))
    if root is None or root.hex() != head["root"]:
        problems.append(f"entry {entry['seq']} does not lead to the signed head")
        return None
    return parsed


def verify_proof(path, anchors, believed):
    problems, proof = [], load(path)
    (head,) = heads_in(proof["head"])
    keys = chain_of_keys(proof["keys"], problems)
    check_signature(head, keys, believed, problems)
    entry = check_proven(proof, head, problems)
    if proof["size"] != head["size"] or proof["rootHash"] != head["root"]:
        problems.append("size and root are not those of the signed head")
    return {"entry": entry, "size": head["size"], "root": head["root"], "key": head["key"], "at": head["at"]}, problems


def verify_consistency(path, anchors, believed):
    problems, proof = [], load(path)
    sizes = {proof["from"]: proof["fromRoot"], proof["to"]: proof["toRoot"]}
    if not consistent(proof["from"], proof["to"], *hashes([proof["fromRoot"], proof["toRoot"]]), hashes(proof["proof"])):
        problems.append(f"the {proof['to']} entries do not begin with the {proof['from']} of before")
    for head in anchors:
        if head["size"] not in sizes:
            problems.append(f"the anchor of {head['at']} counts {head['size']} entries: the proof speaks of {sorted(sizes)}")
        elif sizes[head["size"]] != head["root"]:
            problems.append(f"the root over {head['size']} entries is not that of the anchor of {head['at']}")
    return {"from": proof["from"], "to": proof["to"]}, problems


def verify_bundle(path, anchors, believed):
    problems, bundle = [], load(path)
    if bundle.get("format") != "regie-evidence-1":
        return {}, ["this is no evidence bundle of version 1"]
    (head,) = heads_in(bundle["head"])
    entries = [check_proven(entry, head, problems) for entry in bundle["entries"]]
    announced = [check_proven(entry, head, problems) for entry in bundle["keys"]]
    entries, announced = [e for e in entries if e], [e for e in announced if e]
    keys = chain_of_keys([str(entry["body"]["line"]) for entry in announced if entry["kind"] == "audit.key"], problems)
    check_signature(head, keys, believed, problems)

    run, plan = bundle["run"], bundle["plan"]
    if hashlib.sha256(plan["canonical"].encode()).hexdigest() != plan["hash"]:
        problems.append("the plan is not the one that its hash names")
    if [entry["seq"] for entry in entries] != sorted({entry["seq"] for entry in entries}):
        problems.append("the entries are not in order")
    for entry in entries:
        if entry["runId"] not in (run["runId"], None):
            problems.append(f"entry {entry['seq']} belongs to another run")
        if entry["body"].get("planHash") != plan["hash"]:
            problems.append(f"entry {entry['seq']} speaks of another plan")
    started = [entry for entry in entries if entry["kind"] == "run.started"]
    if len(started) != 1 or started[0]["actor"] != run["actor"] or started[0]["environment"] != run["environment"] or started[0]["body"].get("operation") != run["operation"]:
        problems.append("the log does not say that this run was started so")
    ended = [entry for entry in entries if entry["kind"] == "run.ended"]
    if run["endedAt"] is not None and run["state"] in ("succeeded", "failed", "stopped", "cancelled"):
        if not ended or ended[-1]["body"].get("state") != run["state"] or ended[-1]["body"].get("result") != run["result"]:
            problems.append("the log does not say that this run ended so")
    for step in bundle["steps"]:
        check_step(step, entries, problems)
    for anchor in anchors:
        if anchor["log"] != head["log"] or anchor["size"] != head["size"] or anchor["root"] != head["root"]:
            problems.append(f"the bundle's head is not the anchor of {anchor['at']}: ask for a consistency proof from {min(anchor['size'], head['size'])} to {max(anchor['size'], head['size'])}")
    return {"run": run["runId"], "state": run["state"], "entries": len(entries), "size": head["size"], "root": head["root"], "key": head["key"], "at": head["at"]}, problems


def check_step(step, entries, problems):
    mine = [entry for entry in entries if isinstance(entry["body"], dict) and entry["body"].get("stepId") == step["id"]]
    said = [entry["body"].get("outputHash") for entry in mine if entry["kind"] in ("step.acted", "step.taken-over")]
    if hashlib.sha256(step["output"].encode()).hexdigest() != step["outputHash"]:
        problems.append(f"step {step['id']}: its output is not the one that its hash names")
    if step["state"] in ("succeeded", "warning"):
        if said and said[-1] != step["outputHash"]:
            problems.append(f"step {step['id']}: the log names another output")
        read_back = [entry["body"].get("evidence") for entry in mine if entry["kind"] in ("step.finished", "step.reconfirmed")]
        finished = [entry for entry in mine if entry["kind"] in ("step.finished", "step.taken-over")]
        if not finished:
            problems.append(f"step {step['id']}: the log does not say that it finished")
        elif read_back and step["evidence"] not in read_back:
            problems.append(f"step {step['id']}: the log names other read-backs")


def verify_segments(folder, anchors, believed):
    problems = []
    manifests = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    segments = [load(os.path.join(folder, name)) for name in manifests]
    heads = [heads_in(segment["head"])[0] for segment in segments]
    log = Log({head["size"] for head in anchors + heads})
    for segment in segments:
        if segment.get("format") != "regie-audit-segment-1":
            return {}, ["a manifest is none of version 1"]
        if segment["from"] != log.tree.size:
            problems.append(f"a segment begins at {segment['from']}, but {log.tree.size} is due")
            break
        digest = hashlib.sha256()
        with gzip.open(os.path.join(folder, segment["file"]), "rb") as lines:
            try:
                for line in lines:
                    digest.update(line)
                    log.take(line)
            except (EOFError, OSError) as error:
                problems.append(f"{segment['file']} is damaged: {error}")
                break
        if log.tree.size != segment["to"] or digest.hexdigest() != segment["sha256"]:
            problems.append(f"{segment['file']} is not the segment that was sealed")
            break
    if log.bad:
        problems.append(log.bad["problem"])
    keys = chain_of_keys(log.key_lines, problems)
    check_against(heads + anchors, log.tree, log.first_leaf, keys, believed, problems)
    return {"segments": len(segments), "entries": log.tree.size, "root": log.tree.root().hex()}, problems


# --- command ------------------------------------------------------------------------------------------------------


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def anchors_of(given):
    heads = []
    for text in given:
        if "regie-audit-head-1 " not in text:
            with open(text, encoding="utf-8") as file:
                text = file.read()
        found = heads_in(text)
        if not found:
            raise SystemExit(usage("an anchor holds no head"))
        heads += found
    return heads


def usage(problem):
    print(problem, file=sys.stderr)
    print(__doc__, file=sys.stderr)
    return 2


def main(arguments):
    plain, options = [], {"--against": [], "--key": [], "--export": []}
    rest = iter(arguments)
    for word in rest:
        if word in ("-h", "--help"):
            print(__doc__)
            return 0
        if word in options:
            options[word].append(next(rest, ""))
        else:
            plain.append(word)
    if len(plain) != 2:
        return usage("one command and one file")
    command, subject = plain
    if command == "head":
        if len(options["--export"]) != 1:
            return usage("head needs --export")
        command, subject, options["--against"] = "export", options["--export"][0], [subject]
    commands = {
        "export": verify_export,
        "proof": verify_proof,
        "consistency": verify_consistency,
        "bundle": verify_bundle,
        "segments": verify_segments,
    }
    if command not in commands:
        return usage(f"no command {command}")
    try:
        anchors = anchors_of(options["--against"])
        found, problems = commands[command](subject, anchors, set(options["--key"]))
    except (OSError, UnicodeDecodeError) as error:
        found, problems = {}, [str(error)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        found, problems = {}, [f"the file is not of its format: {type(error).__name__}: {error}"]
    print(json.dumps({"ok": not problems, **found, **({"problems": problems} if problems else {})}, ensure_ascii=False))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
