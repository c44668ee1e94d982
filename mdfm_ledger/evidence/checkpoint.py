"""Checkpoints: the size and root of a ledger at a moment, in a signed note that anybody can check.

The text is a C2SP tlog-checkpoint (name of the ledger, size, root), the envelope a C2SP signed note with
Ed25519 signatures, so tools that know either can read them. A key is told to others as its verifier key
``name+hash+base64``. Nothing is signed here: whoever holds the private key hands in what signs.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Sequence

from attrs import frozen

from mdfm_ledger.errors import ForkedLedgerError, NoteRefusedError, SigningRefusedError
from mdfm_ledger.evidence.merkle import EMPTY_ROOT, Frontier, leaf_hash, root_of
from mdfm_ledger.verify_bundle import is_signed

_ED25519 = b"\x01"
_DASH = "\u2014 "
_HASH_BYTES, _ID_BYTES = 32, 4
_LONGEST_NOTE, _MOST_SIGNATURES = 1_000_000, 100

Signer = Callable[[bytes], bytes]
"""Gives the 64-byte Ed25519 signature of a message."""


@frozen(kw_only=True)
class VerifierKey:
    """The public half of a signing key and the name of the ledger it signs for."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """The four bytes that tell keys of one name apart."""
        return hashlib.sha256(f"{self.name}\n".encode() + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_base64(_ED25519 + self.public)}"


@frozen(kw_only=True)
class Checkpoint:
    """How many entries a ledger has, and the root of the tree over them; ``name`` is the ledger's."""

    name: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: name, size and root, one a line."""
        return f"{self.name}\n{self.size}\n{_base64(self.root)}\n"


@frozen
class NoteSignature:
    """A signature line of a note: whose it is, the hash of the key, and the signature itself."""

    name: str
    hash: bytes
    signature: bytes


def verifier_key(text: str) -> VerifierKey:
    """The key of its text ``name+hash+base64``. Raises NoteRefusedError for anything but the one spelling."""
    name, _, rest = text.partition("+")
    _, _, encoded = rest.partition("+")
    require_key_name(name)
    raw = _plain_base64(encoded)
    if raw[:1] != _ED25519 or len(raw) != 1 + _HASH_BYTES:
        raise NoteRefusedError(problem="the key is not an Ed25519 key")
    key = VerifierKey(name=name, public=raw[1:])
    if str(key) != text:
        raise NoteRefusedError(problem="the hash in the key is not that of the key")
    return key


def verifier_keys(texts: str) -> tuple[VerifierKey, ...]:
    """The keys of a ledger, written with spaces between: the one in use first, then those it replaced.

    Raises NoteRefusedError for one that is malformed, where there is none, and for those of several ledgers.
    """
    keys = tuple(verifier_key(text) for text in texts.split())
    if len({key.name for key in keys}) != 1:
        raise NoteRefusedError(problem="no key is given, or keys of several ledgers")
    return keys


def require_key_name(name: str) -> None:
    """Raise NoteRefusedError unless a ledger can be called that: some text without spaces and plus signs."""
    if not name or "+" in name or not name.isprintable() or any(one.isspace() for one in name):
        raise NoteRefusedError(problem=f"{name[:40]!r} is no name for a key")


def signed_note(text: str, key: VerifierKey, sign: Signer) -> str:
    """A note with that text and one signature, checked before it is handed out. Raises NoteRefusedError."""
    signature = sign(text.encode())
    note = f"{text}\n{_DASH}{key.name} {_base64(key.hash + signature)}\n"
    open_note(note, key)
    return note


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that this key has signed. Raises NoteRefusedError; other signatures are ignored."""
    text, signatures = parse_note(note)
    own = [one for one in signatures if (one.name, one.hash) == (key.name, key.hash)]
    if not own:
        raise NoteRefusedError(problem=f"it is not signed with the key {key}")
    if not all(is_signed(key.public, text.encode(), one.signature) for one in own):
        raise NoteRefusedError(problem=f"the signature of {key.name} does not hold")
    return text


def parse_note(note: str) -> tuple[str, tuple[NoteSignature, ...]]:
    """The text of a note and its signatures, unchecked. Raises NoteRefusedError where it is malformed."""
    if len(note) > _LONGEST_NOTE:
        raise NoteRefusedError(problem="it is too long to be a note")
    if any((one < " " and one != "\n") or "\ud800" <= one <= "\udfff" for one in note):
        raise NoteRefusedError(problem="it holds control characters, or what no UTF-8 can")
    text, between, lines = note.rpartition("\n\n")
    if not text or not between or not lines.endswith("\n"):
        raise NoteRefusedError(problem="it is not a text, an empty line and signatures")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    if len(signatures) > _MOST_SIGNATURES:
        raise NoteRefusedError(problem=f"it has more than {_MOST_SIGNATURES} signatures")
    return f"{text}\n", signatures


def _signature(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH):
        raise NoteRefusedError(problem="a signature line does not begin with a dash")
    require_key_name(name)
    raw = _plain_base64(encoded)
    if len(raw) <= _ID_BYTES:
        raise NoteRefusedError(problem="a signature is too short")
    return NoteSignature(name, raw[:_ID_BYTES], raw[_ID_BYTES:])


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of its text. Raises NoteRefusedError; lines after the third may hold anything."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteRefusedError(problem="it does not state name, size and root, one a line")
    name, size, encoded = lines[:3]
    if not (size.isascii() and size.isdigit() and size == str(int(size[:20]))):
        raise NoteRefusedError(problem="its size is no whole number")
    root = _plain_base64(encoded)
    if len(root) != _HASH_BYTES:
        raise NoteRefusedError(problem="its root is not 32 bytes")
    return Checkpoint(name=name, size=int(size), root=root)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint that this key has signed for its ledger. Raises NoteRefusedError."""
    found = parse_checkpoint(open_note(note, key))
    if found.name != key.name:
        raise NoteRefusedError(problem=f"it is a checkpoint of {found.name[:100]!r}, not of {key.name}")
    return found


def open_by(note: str, keys: Iterable[VerifierKey]) -> Checkpoint | None:
    """The checkpoint of a note that one of these keys has signed; None where none has."""
    for key in keys:
        try:
            return open_checkpoint(note, key)
        except NoteRefusedError:
            continue
    return None


def open_by_one_of(note: str, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The same; raises NoteRefusedError where none has, with what the first of them says of it."""
    return open_by(note, keys) or open_checkpoint(note, keys[0])


def checkpoints_at(
    name: str, rows: Iterable[tuple[int, bytes, bytes]], sizes: Iterable[int]
) -> tuple[Checkpoint, ...]:
    """The checkpoints of a ledger at some of its sizes, the smallest first, and as it is, the last of all.

    Worked out from the stored bytes alone: ``rows`` are number, leaf and parts of every entry. Raises
    SigningRefusedError where a leaf does not say its number, or its parts are others; a size the ledger
    does not have gives none.
    """
    wanted, tree, found = set(sizes), Frontier(), []
    if 0 in wanted:
        found.append(Checkpoint(name=name, size=0, root=EMPTY_ROOT))
    for number, leaf, parts in rows:
        root = root_of([leaf_hash(part) for part in parts.split(b"\n")])
        says = (b'"number":%d,' % number in leaf, b'"parts_root":"%s"' % root.hex().encode() in leaf)
        if number != tree.size + 1 or not all(says):
            raise SigningRefusedError(problem=f"entry {tree.size + 1} is not as it was recorded")
        tree.add(leaf_hash(leaf))
        if number in wanted:
            found.append(Checkpoint(name=name, size=number, root=tree.root()))
    return (*found, Checkpoint(name=name, size=tree.size, root=tree.root()))


def require_not_forked(first: str, second: str, *keys: VerifierKey) -> bool:
    """Raise ForkedLedgerError where two notes of a ledger's keys state different roots of one size.

    Returns whether they are of one size: else a proof of consistency is needed to tell. Raises
    NoteRefusedError for a note that none of the keys has signed.
    """
    one, other = open_by_one_of(first, keys), open_by_one_of(second, keys)
    if one.size != other.size:
        return False
    if one.root != other.root:
        raise forked("one size, two roots", first, second)
    return True


def forked(problem: str, first: str, second: str) -> ForkedLedgerError:
    """What to raise of two notes that contradict each other; both are shown whole."""
    return ForkedLedgerError(problem=problem, first=first, second=second)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _plain_base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise NoteRefusedError(problem="a part of it is not base64") from None
    if _base64(raw) != text:
        raise NoteRefusedError(problem="a part of it is not in canonical base64")
    return raw
