"""What is stored against checkpoints that were signed: the same history gone on, or less of it, or another.

An older copy put in the ledger's place, and a ledger written anew as a whole, are sound in themselves. What
tells is a note that somebody holds, with its size, its root and a signature nobody else can make.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from mdfm_ledger.audit.verification import Finding, Verification
from mdfm_ledger.evidence.checkpoint import (
    Checkpoint,
    VerifierKey,
    open_by,
    parse_checkpoint,
    parse_note,
    verifier_key,
)
from mdfm_ledger.evidence.proof import Hashes, root_at

CHECK = "checkpoints"

_Held = tuple[Checkpoint, str]


def compared(
    found: Verification, *, notes: Iterable[str], named: Sequence[str], given: str, hashes: Hashes
) -> Verification:
    """The verification with what signed notes show beside it; ``hashes`` are those of what is stored.

    ``named`` are the verifier keys the ledger says are its own, ``given`` one known from elsewhere, or empty.
    Raises NoteRefusedError where a note or the given key is malformed.
    """
    held = sorted(
        ((parse_checkpoint(parse_note(note)[0]), note) for note in notes), key=lambda one: one[0].size
    )
    keys = [verifier_key(key) for key in dict.fromkeys([*named, *([given] if given else [])])]
    more = [*_of_the_key(named, given), *_findings(held, keys, hashes, found.entries)]
    return evolve(
        found,
        checks=(*found.checks, CHECK),
        findings=tuple(sorted([*found.findings, *more], key=lambda one: one.number)),
        checkpoints=len(held),
        covered=held[-1][0].size if held else 0,
    )


def _of_the_key(named: Sequence[str], given: str) -> Iterator[Finding]:
    if given and given not in named:
        yield _finding(0, "the key of the ledger", given, ", ".join(named) or "none")


def _findings(
    held: Sequence[_Held], keys: Sequence[VerifierKey], hashes: Hashes, entries: int
) -> Iterator[Finding]:
    """The first checkpoint that is not kept, and what is missing at the end.

    Signatures are checked where it matters: of a note that is contradicted, and of the last one, without
    which whoever writes ledger and notes anew would go unseen.
    """
    kept = 0
    for checkpoint, note in held:
        if checkpoint.size > entries:
            break
        root = _root(hashes, checkpoint.size)
        if root != checkpoint.root.hex():
            yield _contradicted(checkpoint, note, keys, root, kept)
            break
        kept = checkpoint.size
    for checkpoint, note in held[-1:]:
        if open_by(note, keys) is None:
            yield _unsigned(checkpoint, note, keys)
        elif checkpoint.size > entries:
            expected = f"{checkpoint.size} entries, as signed"
            yield _finding(entries + 1, "the last signed checkpoint", expected, f"{entries} entries")


def _root(hashes: Hashes, size: int) -> str:
    try:
        return root_at(hashes, size).hex()
    except TypeError:
        # In a damaged file text may stand where a hash was.
        return "nothing that can be read"


def _contradicted(
    checkpoint: Checkpoint, note: str, keys: Sequence[VerifierKey], root: str, kept: int
) -> Finding:
    if open_by(note, keys) is None:
        return _unsigned(checkpoint, note, keys)
    first = min(kept + 1, checkpoint.size)
    what = f"entries {first} to {checkpoint.size} against a signed checkpoint"
    return _finding(first, what, f"the root {checkpoint.root.hex()}", f"the root {root}")


def _unsigned(checkpoint: Checkpoint, note: str, keys: Sequence[VerifierKey]) -> Finding:
    signers = ", ".join(f"{one.name}+{one.hash.hex()}" for one in parse_note(note)[1])
    what = f"who signed the checkpoint of {checkpoint.size} entries of {checkpoint.name[:100]}"
    expected = ", ".join(f"{key.name}+{key.hash.hex()}" for key in keys) or "a key that the ledger names"
    return _finding(0, what, expected, f"{signers[:200]}, whose signature does not hold or is not known")


def _finding(number: int, what: str, expected: str, found: str) -> Finding:
    return Finding(check=CHECK, number=number, what=what, expected=expected, found=found)
