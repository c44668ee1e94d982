"""A statement bundle: an issued statement and all that proves it, in one file.

docs/reference/bundle-format.md describes it, ``verify_bundle.py`` checks it without this package. It holds
the donor's part of each of its entries and the headers of those, never a part of another donor's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from mdfm_ledger.canonical import canonical
from mdfm_ledger.evidence.checkpoint import Checkpoint
from mdfm_ledger.evidence.holdings import ShownFragment
from mdfm_ledger.evidence.proof import Hashes, consistency_proof, hashes_in, inclusion_proof
from mdfm_ledger.sealing.disclosure import Record
from mdfm_ledger.verify_bundle import FORMAT


@frozen(kw_only=True)
class ShownHoldings:
    """The entry that published what is held for all donors, and the donor's own fragments of it."""

    published: Record
    fragments: tuple[ShownFragment, ...]


@frozen(kw_only=True)
class Evidence:
    """What a bundle proves by: the tree of entries, a checkpoint in its note, and earlier ones."""

    hashes: Hashes
    note: str
    checkpoint: Checkpoint
    earlier: tuple[tuple[str, Checkpoint], ...] = ()


def bundle_of(
    statement: dict[str, Any],
    issued: Record,
    entries: Iterable[Record],
    evidence: Evidence,
    holdings: ShownHoldings | None = None,
) -> bytes:
    """The bytes of a bundle: canonical JSON. ``statement`` is its JSON as the file of it holds it."""
    value = {
        "bundle": FORMAT,
        "checkpoint": evidence.note,
        "entries": [_shown(record, evidence) for record in entries],
        "issued": _shown(issued, evidence),
        "statement": statement,
    }
    if evidence.earlier:
        value["earlier"] = [_grown(note, before, evidence) for note, before in evidence.earlier]
    if holdings is not None:
        value["holdings"] = {
            "fragments": [_fragment(one) for one in holdings.fragments],
            "published": _shown(holdings.published, evidence),
        }
    return canonical(value)


def _shown(record: Record, evidence: Evidence) -> dict[str, Any]:
    proof = inclusion_proof(evidence.hashes, record.number - 1, evidence.checkpoint.size)
    path = inclusion_proof(hashes_in(record.hashes), record.place, len(record.hashes))
    shown = {
        "at": record.place,
        "leaf": record.leaf.decode(),
        "part": record.part.decode(),
        "path": _hex(path),
        "proof": _hex(proof),
    }
    return shown if record.detail is None else {**shown, "detail": record.detail.decode()}


def _grown(note: str, before: Checkpoint, evidence: Evidence) -> dict[str, Any]:
    proof = consistency_proof(evidence.hashes, before.size, evidence.checkpoint.size)
    return {"note": note, "proof": _hex(proof)}


def _fragment(shown: ShownFragment) -> dict[str, Any]:
    return {
        "at": shown.index,
        "minor": shown.fragment.minor,
        "proof": [[hashed.hex(), minor] for hashed, minor in shown.path],
        "salt": shown.fragment.salt,
    }


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]
