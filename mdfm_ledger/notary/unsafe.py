"""What is unsafe about how a ledger is signed: its key, the signer's journal, who holds checkpoints."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from mdfm_ledger.diagnosis import Diagnosis, danger, note, warning
from mdfm_ledger.errors import JournalUnusableError, KeyUnusableError
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.notary.anchors import anchor_state, signed_so_far
from mdfm_ledger.notary.journal import Signed
from mdfm_ledger.notary.public_key import key_file, public_key

OLDEST_CHECKPOINT, OLDEST_ANCHOR = timedelta(days=7), timedelta(days=31)
"""How long entries may wait for the next checkpoint, and a checkpoint for being held elsewhere."""

_SIGN = "Sign one with mdfm checkpoint sign, by somebody who does not post."
_ANCHOR = "Put it where others hold it: mdfm checkpoint sign --to, or a statement bundle to each donor."


def unsafe_signer(ledger: Ledger, path: Path | None, keys: Path | None, now: datetime) -> Iterator[Diagnosis]:
    """What is unsafe about who signs a ledger, in a file or none; ``keys`` is the signer's folder."""
    adopted = ledger.documents("signing_keys").get("ledger")
    if adopted is None:
        seen = "it names no signing key: that it was written anew as a whole could not be seen"
        yield warning(
            "no-signing-key", seen, "Make one with mdfm checkpoint key make, in a folder elsewhere."
        )
        return
    if keys is None:
        seen = "it is signed, but where key and journal are kept was not said, so neither was looked at"
        yield note("signer-not-said", seen, "Name the signer's folder with --keys, or set MDFM_KEYS.")
        return
    yield from _key(keys, adopted.current)
    if path is not None:
        yield from _folder(keys, path)
    try:
        signed = signed_so_far(keys)
    except JournalUnusableError as error:
        yield danger("journal-unreadable", str(error), error.remedy)
        return
    entries = ledger.entry_count()
    yield from _checkpoints(ledger, signed, entries, now)
    if signed:
        yield from _anchors(keys, entries, now)


def _key(keys: Path, current: str) -> Iterator[Diagnosis]:
    file = key_file(keys)
    try:
        if str(public_key(keys)) != current:
            remedy = "Find the folder with the key in use; a key that was lost is replaced and told to all."
            yield danger("other-key", f"the ledger names another key than that in {keys}", remedy)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            seen = f"others than its owner may use the private key {file}"
            yield danger("key-readable", seen, f"chmod 600 '{file}', then mdfm checkpoint key rotate")
    except KeyUnusableError as error:
        yield warning("no-key", f"there is no usable key in {keys}: {error.problem}", error.remedy)


def _folder(keys: Path, path: Path) -> Iterator[Diagnosis]:
    """Whoever can change the ledger should not come by the journal too, nor one disk lose both."""
    place, ledger = keys.resolve(), path.resolve().parent
    if place.is_relative_to(ledger):
        seen = f"key and journal of the signer lie beside the ledger in {ledger}"
        yield warning("signer-beside-ledger", seen, "Move them where those who post cannot reach.")
    elif place.exists() and place.stat().st_dev == ledger.stat().st_dev:
        seen = "key and journal of the signer are on the same disk as the ledger"
        remedy = "Best is another machine; what is lost with the disk is known only by anchors elsewhere."
        yield note("signer-on-same-disk", seen, remedy)


def _checkpoints(
    ledger: Ledger, signed: tuple[Signed, ...], entries: int, now: datetime
) -> Iterator[Diagnosis]:
    if not signed:
        yield warning("no-checkpoint", "no checkpoint was signed yet", _SIGN)
        return
    found = ledger.verify(quick=True, against=[one.note for one in signed])
    for one in (finding for finding in found.findings if finding.check == "checkpoints"):
        remedy = "Stop posting, keep the file and the signer's journal, and tell the auditor."
        yield danger("verify-checkpoints", str(one), remedy)
    age = now - datetime.fromisoformat(signed[-1].signed_at)
    if found.covered < entries and age > OLDEST_CHECKPOINT:
        seen = f"the last checkpoint is {age.days} days old, {entries - found.covered:,} entries are later"
        yield warning("old-checkpoint", seen, _SIGN)


def _anchors(keys: Path, entries: int, now: datetime) -> Iterator[Diagnosis]:
    state = anchor_state(keys, entries)
    for one in (held for held in state.anchors if not held.is_kept):
        remedy = "Ask who keeps that place, and compare what is there with the signer's journal."
        yield warning("anchor-lost", str(one), remedy)
    if state.last is None:
        yield warning("not-anchored", "no checkpoint is known to be held by anybody else", _ANCHOR)
    elif state.last.size < entries and now - datetime.fromisoformat(state.last.anchored_at) > OLDEST_ANCHOR:
        yield warning("old-anchor", str(state).partition("\n")[0], _ANCHOR)
