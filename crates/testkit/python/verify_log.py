"""Verifies what `payung audit prove` and `payung audit growth` print, without any code of Payung.

usage: verify_log.py proof FILE [KEY]     the line is in the tree; with a key, its checkpoint is signed
       verify_log.py growth FILE          the later tree begins with the earlier one

Only Python's own library is needed; a signature is checked where the package `cryptography` is
installed. Exit code 0 when everything holds, 8 when something does not.
"""

import base64
import hashlib
import json
import struct
import sys

BAD = 8


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(content):
    return sha256(b"\x00", content)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def optional(part):
    return b"\x00" if part is None else b"\x01" + struct.pack(">Q", len(part)) + part


def unhex(text):
    return None if text is None else bytes.fromhex(text.replace("-", ""))


def leaf_content(proof):
    """The 32 bytes that a line, its salt and the state of the tables come to."""
    line = proof["line"]
    count = line["count"]
    return sha256(
        b"payung-audit-line/v1\n",
        unhex(proof["salt"]),
        struct.pack(">Q", line["sequence"]),
        unhex(line["id"]),
        struct.pack(">q", line["at_ms"]),
        optional(unhex(line["actor"])),
        optional(line["act"].encode()),
        optional(line["object_kind"].encode()),
        optional(unhex(line["object"])),
        optional(None if count is None else struct.pack(">q", count)),
        optional(unhex(line["reason"])),
        unhex(proof["state"]),
    )


def root_of_inclusion(index, size, leaf, path):
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        return None
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at % 2 == 1 or at == last:
            found = node_hash(sibling, found)
            while at % 2 == 0 and at != 0:
                at, last = at // 2, last // 2
        else:
            found = node_hash(found, sibling)
        at, last = at // 2, last // 2
    return found if last == 0 else None


def is_consistent(old, old_root, new, new_root, path):
    """RFC 9162, section 2.1.4.2."""
    if old == 0 or old > new:
        return False
    if old == new:
        return not path and old_root == new_root
    path = [old_root] + path if old & (old - 1) == 0 else path
    if not path:
        return False
    at, last = old - 1, new - 1
    while at % 2 == 1:
        at, last = at // 2, last // 2
    old_found = new_found = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at % 2 == 1 or at == last:
            old_found, new_found = node_hash(sibling, old_found), node_hash(sibling, new_found)
            while at % 2 == 0 and at != 0:
                at, last = at // 2, last // 2
        else:
            new_found = node_hash(new_found, sibling)
        at, last = at // 2, last // 2
    return last == 0 and old_found == old_root and new_found == new_root


def is_signed(note, key):
    """Whether a log's key signed a note; nothing where signatures cannot be checked."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    name, _, encoded = key.split("+", 2)
    public = base64.b64decode(encoded)
    key_hash = sha256(name.encode(), b"\n", public)[:4]
    body, below = note.split("\n\n", 1)
    for line in below.strip("\n").split("\n"):
        _, signer, signature = line.split(" ")
        signature = base64.b64decode(signature)
        if signer == name and signature[:4] == key_hash and public[0] == 1:
            try:
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(
                    signature[4:], (body + "\n").encode()
                )
                return True
            except InvalidSignature:
                return False
    return False


def check_proof(proof, key):
    content = leaf_content(proof)
    leaf = leaf_hash(content)
    path = [unhex(one) for one in proof["path"]]
    root = root_of_inclusion(proof["line"]["sequence"], proof["size"], leaf, path)
    if content != unhex(proof["leaf_content"]) or root != unhex(proof["root"]):
        return "the line is not in the tree"
    note = proof["checkpoint"]
    if note is None:
        return None
    origin, size, noted = note.split("\n")[:3]
    if (origin, int(size)) != (proof["origin"], proof["size"]) or base64.b64decode(noted) != root:
        return "the checkpoint is another tree's"
    if key is not None and is_signed(note, key) is False:
        return "the checkpoint is not signed by this key"
    return None


def check_growth(proof):
    path = [unhex(one) for one in proof["path"]]
    old, new = unhex(proof["old_root"]), unhex(proof["root"])
    whole = is_consistent(proof["old_size"], old, proof["size"], new, path)
    return None if whole else "the later tree does not begin with the earlier one"


def main(arguments):
    kind, name, *key = arguments
    with open(name, encoding="utf-8") as file:
        proof = json.load(file)
    wrong = check_proof(proof, key[0] if key else None) if kind == "proof" else check_growth(proof)
    print(wrong or "holds")
    return BAD if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("proof", "growth"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
