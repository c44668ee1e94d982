"""Signing a checkpoint: only of what the stored bytes give, only of a ledger that grew since the last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from mdfm_ledger.errors import SigningRefusedError
from mdfm_ledger.evidence.checkpoint import (
    Checkpoint,
    VerifierKey,
    forked,
    open_by,
    signed_note,
    verifier_key,
)
from mdfm_ledger.moments import time_text
from mdfm_ledger.notary.anchors import require_no_less
from mdfm_ledger.notary.journal import Signed, journal
from mdfm_ledger.notary.key_file import open_key


class Signable(Protocol):
    """What a signer asks of a ledger."""

    def checkpoints(self, name: str, sizes: Iterable[int] = ()) -> tuple[Checkpoint, ...]:
        """Checkpoints worked out from the stored bytes: those at sizes, and the ledger as it is, the last."""

    def documents(self, kind: str, *, known_at: int | None = None) -> dict[str, Any]:
        """The documents of a kind, by reference."""


def sign_checkpoint(
    ledger: Signable, folder: Path, *, clock: Callable[[], datetime], passphrase: str = ""
) -> str:
    """The signed note of the ledger as it is: recomputed, compared with the last one, signed, checked, kept.

    Where nothing was recorded since the last, that note again. Raises SigningRefusedError for a ledger that
    shrank, whose key this is not, or whose bytes do not hold; ForkedLedgerError where what the last note
    covers is no longer what it was; JournalUnusableError, KeyUnusableError.
    """
    key, sign = open_key(folder, passphrase)
    with journal(folder) as signed:
        known = _keys(ledger, key)
        notes = signed.all()
        require_no_less(notes, folder)
        last = _last(notes, known)
        sizes = [last[1].size] if last else []
        *before, now = ledger.checkpoints(key.name, sizes)
        if last:
            _require_grown(last, before, now)
            if last[1].size == now.size and open_by(last[0], (key,)):
                return last[0]
        note = signed_note(now.text, key, sign)
        signed.append(Signed(note=note, signed_at=time_text(clock())))
    return note


def _keys(ledger: Signable, key: VerifierKey) -> tuple[VerifierKey, ...]:
    """The keys that the ledger has adopted, this one the last of them."""
    adopted = ledger.documents("signing_keys").get("ledger")
    if adopted is None or adopted.current != str(key):
        raise SigningRefusedError(problem=f"the ledger does not name {key} as its key")
    return tuple(verifier_key(one.public_key) for one in adopted.keys)


def _last(signed: tuple[Signed, ...], keys: tuple[VerifierKey, ...]) -> tuple[str, Checkpoint] | None:
    if not signed:
        return None
    found = open_by(signed[-1].note, keys)
    if found is None:
        raise SigningRefusedError(problem="the last note in the signer's journal is by no key of the ledger")
    return signed[-1].note, found


def _require_grown(last: tuple[str, Checkpoint], before: list[Checkpoint], now: Checkpoint) -> None:
    note, signed = last
    if now.size < signed.size:
        problem = f"the ledger has {now.size} entries, the last signed note covers {signed.size}"
        raise SigningRefusedError(problem=problem)
    if before[0] != signed:
        raise forked("what the last signed note covers was changed", note, before[0].text)
