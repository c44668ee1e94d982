"""Checks a statement bundle of a trust fund's ledger offline; Python 3.9 or later is all it needs.

    python3 verify_bundle.py BUNDLE --key NAME+HASH+BASE64 [--key ONE_IT_REPLACED] [--held NOTE]

Keys must reach you by another way than the bundle: the one in use first, then those it replaced. With --held,
a checkpoint of before (or its bundle) is compared. One sentence says what holds (exit code 0) or what does
not (1; 2: used wrongly), never whether what was entered is true. Format: docs/reference/bundle-format.md.
"""

# fmt: off
from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Callable, Iterable, Sequence, Tuple

FORMAT = 1
WITHHELD = "[withheld]"
# The rows of a donor's account: name, account, and the word that tells several on one account apart.
_ROWS = """contributions:2010: carried_in:2010:carried_in interest:2020: interest_of_receivers:2021:
    exchange:2030: activities:2040: losses:2040:written_off support_cost:2042: agent_fee:2041:
    bank_charges:2043: transfers:2044: transfer_refunds:2045: refunds:2010:refund
    carried_out:2010:carried_out donor_balances:2010:donor_balance"""
FLOWS = [row.split(":") for row in _ROWS.split()]
HELD = " ".join(sorted({account for _, account, _ in FLOWS}))
SIDES = ("donors refunds donor_balances unapplied payables", "cash advances recoverables")
UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
Unit = Tuple[str, int]  # A currency and the decimals its amounts are written with.
When = Callable[[str], bool]  # Whether a day, YYYY-MM-DD, is one of those looked at.
Point = Tuple[int, int, int, int]  # Of the curve, in extended coordinates: x, y, z, t.
Key = Tuple[str, bytes, bytes]  # The ledger's name, the hash of the key, and the public key.

class RefusedError(Exception):
    """What does not hold."""

def require(holds: object, reason: str) -> None:
    """Refuse with that reason unless it holds."""
    if not holds:
        raise RefusedError(reason)

# -- Ed25519 (RFC 8032), strict: canonical encodings only ------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)

def plus(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * D, 2 * one[2] * other[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P

def times(number: int, point: Point) -> Point:
    """A multiple of a point."""
    if not number:
        return NEUTRAL
    rest = times(number >> 1, plus(point, point))
    return plus(rest, point) if number & 1 else rest

def is_same(one: Point, other: Point) -> bool:
    """Whether two points are one."""
    return not ((one[0] * other[2] - other[0] * one[2]) % P or (one[1] * other[2] - other[1] * one[2]) % P)

def point_of(encoded: bytes) -> Point | None:
    """The point of 32 bytes, or None where they encode none, or not in the one canonical way."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x), y, 1, (x if x & 1 == sign else P - x) * y % P

def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the 64-byte signature of a message is by that 32-byte public key."""
    fits = len(public) == 32 and len(signature) == 64
    key, r, base = point_of(public), point_of(signature[:32]), point_of(b"\x58" + b"\x66" * 31)
    s = int.from_bytes(signature[32:], "little")
    if not fits or key is None or r is None or base is None or s >= ORDER or is_same(times(8, key), NEUTRAL):
        return False
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    return is_same(times(s, base), plus(r, times(int.from_bytes(hashed, "little") % ORDER, key)))

# -- keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) ------------------------------
def plain_base64(text: str, what: str) -> bytes:
    """The bytes of a base64 text in its one canonical spelling."""
    found = base64.b64decode(text, validate=True)
    require(base64.b64encode(found).decode() == text, what + " is not in canonical base64")
    return found

def key_of(text: str) -> Key:
    """The verifier key of its text NAME+HASH+BASE64."""
    name, hashed, encoded = [*text.split("+", 2), "", ""][:3]
    raw = plain_base64(encoded, "the key")
    require(name and len(raw) == 33 and raw[0] == 1, "the key is not an Ed25519 key NAME+HASH+BASE64")
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    require(hashed == expected.hex(), "the hash in the key is not that of the key")
    return name, expected, raw[1:]

def checkpoint_of(note: str, *keys: Key) -> tuple[int, bytes]:
    """Size and root that a note states, signed once, by one of these keys (of one ledger) and no other."""
    name, publics = keys[0][0], {hashed: public for _, hashed, public in keys}
    text, _, signature = note.rpartition("\n\n")
    start = "\u2014 " + name + " "
    is_own = text and signature.startswith(start) and signature.find("\n") == len(signature) - 1
    require(is_own, "the checkpoint is not signed once, by " + name)
    raw = plain_base64(signature[len(start) : -1], "the signature of the checkpoint")
    require(raw[:4] in publics, f"the checkpoint is signed with another key than given: {raw[:4].hex()}")
    require(is_signed(publics[raw[:4]], text.encode() + b"\n", raw[4:]), "the signature does not hold")
    lines = text.split("\n")
    require(len(lines) == 3 and lines[0] == name, "the checkpoint does not state name, size and root")
    require(lines[1] == str(int(lines[1])), "the size of the checkpoint is no plain number")
    return int(lines[1]), plain_base64(lines[2], "the root of the checkpoint")

# -- Merkle trees (RFC 6962) --------------------------------------------------------------------------------
def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()

def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()

def sum_node(left: tuple[bytes, int], right: tuple[bytes, int]) -> tuple[bytes, int]:
    """The node of a sum tree over two others, each a hash and a sum."""
    sums = (left[1], right[1], left[1] + right[1])
    require(all(type(one) is int and 0 <= one < 1 << 63 for one in sums), "a sum is no amount")
    raw = b"\x01" + left[0] + sums[0].to_bytes(8, "big") + right[0] + sums[1].to_bytes(8, "big")
    return hashlib.sha256(raw).digest(), sums[2]

def climb(place: Any, size: Any, leaf: Any, path: Sequence[Any], join: Callable[[Any, Any], Any]) -> Any:
    """The root that a path leads to from the leaf at that place, counted from 0, of a tree of that size."""
    is_place = type(place) is int and type(size) is int and 0 <= place < size
    require(is_place, "a proof is of a place that its tree does not have")
    require((size > 1) == bool(path), "a proof is longer or shorter than its tree is high")
    if size == 1:
        return leaf
    half = 1 << (size - 1).bit_length() - 1
    if place < half:
        return join(climb(place, half, leaf, path[:-1], join), path[-1])
    return join(path[-1], climb(place - half, size - half, leaf, path[:-1], join))

def hashes_of(texts: list[str]) -> list[bytes]:
    """The 32-byte hashes of their texts in hexadecimal."""
    found = [bytes.fromhex(text) for text in texts]
    require([one.hex() for one in found if len(one) == 32] == texts, "a hash is not 32 bytes in plain hex")
    return found

def root_of(hashes: list[bytes]) -> bytes:
    """The root over leaf hashes."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256(b"").digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root_of(hashes[:half]), root_of(hashes[half:]))

def grown(earlier: int, size: int, path: list[bytes], whole: bytes | None) -> tuple[bytes, bytes]:
    """The roots of an earlier and a later tree that a proof leads to; ``whole`` is the first's, if a node."""
    if earlier == size:
        root = whole or path.pop()
        return root, root
    beside, half = path.pop(), 1 << (size - 1).bit_length() - 1
    if earlier <= half:
        old, new = grown(earlier, half, path, whole)
        return old, node_hash(new, beside)
    old, new = grown(earlier - half, size - half, path, None)
    return node_hash(beside, old), node_hash(beside, new)

# -- what a bundle holds ------------------------------------------------------------------------------------
def canonical(value: Any) -> bytes:
    """The canonical JSON of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

def parsed(raw: bytes, what: str) -> Any:
    """The value of canonical JSON; every other spelling of it is refused, and numbers that are not whole."""
    value = json.loads(raw.decode(), parse_float=int, parse_constant=int)
    require(canonical(value) == raw, what + " is not in canonical form, or something was added to it")
    return value

class Entry:
    """An entry as a bundle shows it, checked when made: its header, one part, and what proves both."""
    def __init__(self, shown: Any, size: int, root: bytes) -> None:
        require(set(shown) - {"detail"} == {"at", "leaf", "part", "path", "proof"}, "an entry is malformed")
        header = parsed(shown["leaf"].encode(), "a header")
        told = parsed(shown["part"].encode(), "a part")
        require((header["v"], type(header["number"])) == (1, int), "an entry is of a format not known")
        self.number, self.kind, self.reference = header["number"], header["kind"], header["reference"]
        self.on, self.lines, what = header["on"], told.get("lines", []), f"entry {header['number']}"
        require(self.number <= size, f"{what} is later than the checkpoint, which covers {size} entries")
        seal, path = leaf_hash(shown["leaf"].encode()), hashes_of(shown["proof"])
        found = climb(self.number - 1, size, seal, path, node_hash)
        require(found == root, what + " is not in the ledger that the checkpoint is of")
        self.part_hash = leaf_hash(shown["part"].encode())
        found = climb(shown["at"], header["parts"], self.part_hash, hashes_of(shown["path"]), node_hash)
        require(found.hex() == header["parts_root"], f"what is shown of {what} is no part of it")
        self.donor, self.event = told.get("donor", ""), told.get("event", {})
        self.detail: Any = {}
        if "detail" in shown:
            sealed = leaf_hash(shown["detail"].encode()).hex()
            require(sealed == self.event.get("personal"), f"the details shown of {what} are not those sealed")
            self.detail = parsed(shown["detail"].encode(), "a detail")

def money(text: str, sign: int = 1) -> tuple[Unit, int]:
    """Unit and number of units of an amount such as ``USD -12.50``: -1250 of a USD with two decimals."""
    currency, digits = text.split(" ")
    return (currency, len(digits.partition(".")[2])), sign * int(digits.replace(".", ""))

def added(amounts: Iterable[tuple[Unit, int]]) -> dict[Unit, int]:
    """What amounts add up to by unit; a sum of nothing is left out."""
    sums: dict[Unit, int] = {}
    for unit, number in amounts:
        sums[unit] = sums.get(unit, 0) + number
    return {unit: number for unit, number in sums.items() if number}

def total(entries: Sequence[Entry], when: When, accounts: str, **named: str) -> dict[Unit, int]:
    """What the lines on these accounts add up to by unit, credit positive."""
    lines = (line for entry in entries if when(entry.on) for line in entry.lines)
    on = [line for line in lines if line["account"] in accounts.split()]
    of = [line for line in on if all(line.get(key, "") == one for key, one in named.items())]
    return added(money(line["credit"]) if "credit" in line else money(line["debit"], -1) for line in of)

def require_sum(stated: str, sums: dict[Unit, int], what: str, sign: int = 1) -> None:
    """Refuse unless an amount stated is what the lines add up to, all of it in its unit."""
    require(added([money(stated, sign)]) == sums, what + " is not what the entries add up to")

def require_account(statement: Any, entries: Sequence[Entry], term: str) -> None:
    """Refuse unless the printed figures of the donor's own account are those of the lines."""
    since, until = statement["since"], statement["head"]["as_of"]
    windows: dict[str, When] = {"prior": lambda on: on < since, "inception": lambda on: on <= until}
    windows["period"] = lambda on: since <= on <= until
    def sums(window: str, accounts: str, **named: str) -> dict[Unit, int]:
        return total(entries, windows[window], accounts, term=term, **named)
    early = [line for entry in entries if entry.on <= until for line in entry.lines if line["term"] == term]
    at = sorted({(line["account"] + line.get("flow", ""), line.get("activity", "")) for line in early})
    applied, lost, used = ([one for on, one in at if on == it] for it in ("2040", "2040written_off", "2042"))
    of = {"activities": applied or [""], "losses": lost}
    rows = [(flow, {"activity": one} if one else {}) for flow in FLOWS for one in of.get(flow[0], [""])]
    shown = [(row["key"], row.get("activity")) for row in statement["account"]]
    expected = [("opening", None), *((flow[0], one.get("activity")) for flow, one in rows), ("closing", None)]
    require(shown == expected, "the account has other rows than it should")
    opening, *middle, closing = statement["account"]
    for row, ((key, account, flow), named) in zip(middle, rows):
        for name in windows:
            require_sum(row[name], sums(name, account, flow=flow, **named), f"{key} ({name}) in the account")
    before, now = sums("prior", HELD), sums("inception", HELD)
    stated = [row[name] for row in (opening, closing) for name in ("prior", "period", "inception")]
    stated += [statement["opening"], statement["closing"]]
    for one, found in zip(stated, ({}, before, {}, before, now, now, before, now)):
        require_sum(one, found, "the opening or closing balance")
    states = {row["key"]: row for row in statement["states"]}
    used_or_owed = (("spent", "8150"), ("refunds_payable", "2060"), ("donor_balance", "2070"))
    for key, account in (("free", "8110"), ("allotted", "8120"), ("obligated", "8140"), *used_or_owed):
        require_sum(statement[key], sums("inception", account), "what is " + key)
        if account in "8110 8120 8140":
            require_sum(states[key]["opening"], sums("prior", account), "what was " + key)
            require(states[key]["closing"] == statement[key], f"what is {key} is stated in two ways")
    is_all = [row["activity"] for row in statement["uses"]] == sorted({*used, *applied})
    require(is_all, "the uses are not those of the entries")
    for row in statement["uses"]:
        for name in ("period", "inception"):
            spent = sums(name, "2040 2042", flow="", activity=row["activity"])
            require_sum(row[name], spent, "what an activity used", -1)

def require_pledges(statement: Any, entries: Sequence[Entry], term: str) -> None:
    """Refuse unless the pledge positions are those of the lines."""
    told = {row["position"]["pledge"]: row["position"] for row in statement["pledges"]}
    def on(accounts: str, until: str = statement["head"]["as_of"]) -> dict[Unit, int]:
        return total(entries, lambda day: day <= until, accounts, term=term, pledge=pledge)
    lines = [line for entry in entries for line in entry.lines if line["term"] == term]
    for pledge in {line["pledge"] for line in lines if "pledge" in line} - set(told):
        require(not any(on(str(one)) for one in range(8010, 8060, 10)), f"pledge {pledge} is left out")
    for pledge, position in told.items():
        require_sum(position["amount"], on("8090"), f"the amount of pledge {pledge}")
        require_sum(position["paid"], on("8040"), f"what was paid of pledge {pledge}", -1)
        require_sum(position["written_off"], on("8050"), f"what was written off of pledge {pledge}", -1)
        due, ahead = money(position["open"], -1), money(position["ahead"])
        is_so = added([due, ahead]) == on("8010 8020 8030") and min(-due[1], ahead[1]) == 0
        require(is_so, f"what is open of pledge {pledge} is not what the entries add up to")
        parts = added(money(position[name]) for name in ("announced", "not_due", "due"))
        require_sum(position["open"], parts, f"what is open of pledge {pledge}, by its parts,")

def require_holdings(shown: Any, tree: tuple[int, bytes], entries: Sequence[Entry], event: Any) -> str:
    """What was published, to compare with others. Refuse unless the donor's balance is in its total."""
    published = Entry(shown["published"], *tree)
    told = published.event
    require(published.kind == told["event"] == "publish_holdings", "the holdings shown were not published")
    require(told["known_at"] <= event["known_at"], "the holdings are of later entries than the statement")
    where = told["position"]
    owed, owned = (added(money(where[name]) for name in side.split()) for side in SIDES)
    require(owed == owned and where["donors"] == told["total"], "what was published contradicts itself")
    top, fragments = (bytes.fromhex(told["root"]), money(told["total"])[1]), shown["fragments"]
    for one in fragments:
        donor = hashlib.sha256(b"\x02" + bytes.fromhex(one["salt"]) + event["donor"].encode()).digest()
        leaf = (leaf_hash(donor + one["minor"].to_bytes(8, "big")), one["minor"])
        path = list(zip(hashes_of([node[0] for node in one["proof"]]), (node[1] for node in one["proof"])))
        reached = climb(one["at"], told["fragments"], leaf, path, sum_node)
        require(reached == top, "a fragment of the donor's balance is not in the published holdings")
        require(bytes.fromhex(one["salt"]).hex() == one["salt"], "a salt is not in plain hexadecimal")
    places, found = {one["at"] for one in fragments}, sum(one["minor"] for one in fragments)
    require(len(places) == len(fragments), "a fragment of the donor's balance is shown twice")
    early = [entry for entry in entries if entry.number <= told["known_at"]]
    held = total(early, lambda on: bool(on <= told["as_of"]), HELD) == added([(("USD", 2), found)])
    require(places and held, "the published holdings do not have all that is held for the donor")
    stated, cash = [one["amount"] for one in told.get("confirmed", [])], where["cash"]
    is_all = added(map(money, stated)) == added([money(cash)])
    return (
        f", and its balance is in the total that entry {published.number} published (root"
        f" {top[0].hex()[:32]}): {told['total']} held for all donors on {told['as_of']}; of {cash} in cash"
        f" then, banks are said to confirm {'all' if is_all else ' and '.join(stated) or 'nothing'}"
    )

def require_statement(statement: Any, issued: Entry, entries: Sequence[Entry]) -> None:
    """Refuse unless the statement is the one issued, and all of the donor's entries are there."""
    event, donor, head = issued.event, statement["donor"], statement["head"]
    require(issued.kind == event.get("event") == "issue_statement", "the entry shown issues no statement")
    require(issued.donor == event["donor"] == donor["reference"], "the statement is of another donor")
    bare = {**statement, "donor": {key: one for key, one in donor.items() if key not in ("name", "contact")}}
    is_issued = hashlib.sha256(canonical(bare)).hexdigest() == event["digest"]
    require(is_issued, "the statement is not the one that was issued")
    stated = (head["term"], head["as_of"], head["known_at"], statement["since"], statement["closing"])
    of_event = tuple(event[name] for name in ("term", "as_of", "known_at", "since", "closing"))
    require(stated == of_event, "the statement covers something else than what was issued")
    numbers = [entry.number for entry in entries]
    require(numbers == sorted(set(numbers)), "the entries are not in the order of their numbers")
    require(all(entry.donor == event["donor"] for entry in entries), "an entry shown is not the donor's")
    require(all(one <= event["known_at"] for one in numbers), "an entry shown is later than the statement")
    is_whole = root_of([entry.part_hash for entry in entries]).hex() == event["parts_root"]
    count = f"{len(entries)} entries are shown, {event['parts']} were sealed with the statement"
    require(is_whole and len(entries) == event["parts"], f"the donor's entries are not complete: {count}")
    names = [entry.detail["name"] for entry in entries if entry.kind == "register_donor" and entry.detail]
    require(donor["name"] == (names or [WITHHELD])[-1], "the donor's name is not the one registered")

def verify(raw: bytes, keys: str, held: str | None = None) -> str:
    """The sentence that says what holds of a bundle signed by the first key. Raises RefusedError."""
    given, bundle = [key_of(text) for text in keys.split()], parsed(raw, "the bundle")
    require(len({name for name, _, _ in given}) == 1, "no key is given, or keys of several ledgers")
    members = {"bundle", "checkpoint", "entries", "issued", "statement"}
    require(bundle.get("bundle") == FORMAT, f"this is no bundle of format {FORMAT}")
    require(set(bundle) - {"earlier", "holdings"} == members, "the bundle has other members than it should")
    size, root = checkpoint_of(bundle["checkpoint"], given[0])
    known = {size: root}
    for one in bundle.get("earlier", []):
        before, then = checkpoint_of(one["note"], *given)
        path = hashes_of(one["proof"])
        is_kept = 0 < before < size and grown(before, size, path, then) == (then, root) and not path
        require(is_kept, f"history was changed: the {before} entries of an earlier checkpoint are not kept")
        known[before] = then
    if held is not None:
        before, then = checkpoint_of(held, *given)
        require(before in known, f"the bundle does not reach back to your checkpoint of {before} entries")
        require(known[before] == then, f"the ledger was forked: two checkpoints of {before} entries differ")
    issued = Entry(bundle["issued"], size, root)
    entries = [Entry(shown, size, root) for shown in bundle["entries"]]
    statement, event = bundle["statement"], issued.event
    require_statement(statement, issued, entries)
    require_account(statement, entries, event["term"])
    require_pledges(statement, entries, event["term"])
    also = "; no published total of what is held for all donors is shown"
    if "holdings" in bundle:
        also = require_holdings(bundle["holdings"], (size, root), entries, event)
    return (
        f"It holds: statement {issued.reference} to {issued.donor}, closing at {event['closing']} on"
        f" {event['as_of']}, is the one issued as entry {issued.number} of the ledger {given[0][0]}; its"
        f" account and pledges follow from the donor's {len(entries)} entries, which are complete{also}."
    )

def say(text: str) -> None:
    """Print a line in plain characters: nothing out of a file can move the cursor or hide what is said."""
    print("".join(one if " " <= one <= "~" else ascii(one)[1:-1] for one in " ".join(text.split()))[:1_000])

def main(arguments: list[str] | None = None) -> int:
    """Read the command line, check, say the sentence; the exit code."""
    asked = argparse.ArgumentParser(description="Checks a statement bundle offline.")
    asked.add_argument("bundle", help="one JSON file")
    asked.add_argument("--key", required=True, action="append", help="NAME+HASH+BASE64; not from the bundle")
    asked.add_argument("--held", help="a file with a checkpoint of before, or with its bundle")
    given = asked.parse_args(arguments)
    try:
        held = Path(given.held).read_text("utf-8-sig") if given.held else None
        held = json.loads(held)["checkpoint"] + "" if held and held[0] == "{" else held
    except UNREADABLE as error:
        asked.error(f"your checkpoint cannot be read in {given.held} ({type(error).__name__}: {error})")
    try:
        say(verify(Path(given.bundle).read_bytes(), " ".join(given.key), held))
    except (RefusedError, *UNREADABLE) as error:
        unread = f"the bundle cannot be read ({type(error).__name__}: {error})"
        say(f"It does not hold: {error if isinstance(error, RefusedError) else unread}.")
        return 1
    return 0

if __name__ == "__main__":
    sys.exit(main())
