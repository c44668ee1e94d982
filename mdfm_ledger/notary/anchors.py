"""Anchors: places outside the ledger that a checkpoint is put, and how far the ledger is anchored."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from attrs import frozen

from mdfm_ledger.errors import AnchorFailedError, InvalidFieldError, JournalUnusableError
from mdfm_ledger.evidence.checkpoint import parse_checkpoint, parse_note
from mdfm_ledger.ledger.kept import ANCHORED
from mdfm_ledger.ledger.output import write_file
from mdfm_ledger.moments import time_text
from mdfm_ledger.notary.journal import Signed, signed_in
from mdfm_ledger.notary.line_file import NOT_OURS, append, begin, held, require_moment, whole_lines

THERE, HANDED_OUT, MISSING, OTHER = "there", "handed out", "missing", "other"

_FOLDERS, _STATEMENT = ("folder", "git"), "statement"
_STATES = {
    THERE: "there",
    HANDED_OUT: "handed out",
    MISSING: "not there any more",
    OTHER: "another note is there now",
}


@frozen(kw_only=True)
class Anchored:
    """That a checkpoint of so many entries was put at a place, and when (UTC)."""

    place: str
    size: int
    anchored_at: str


@frozen(kw_only=True)
class Held:
    """What is known of an anchor today: it is there, handed out, missing, or another note is in its place."""

    anchored: Anchored
    state: str

    @property
    def is_kept(self) -> bool:
        """Whether somebody may still hold it."""
        return self.state in (THERE, HANDED_OUT)

    def __str__(self) -> str:
        one = self.anchored
        return f"{one.place}: up to entry {one.size:,} on {one.anchored_at[:10]}, {_STATES[self.state]}"


@frozen(kw_only=True)
class AnchorState:
    """How far a ledger of ``entries`` entries is anchored, by the last anchor at each place.

    Statements are one place, however many were handed out: the last is that with most entries.
    """

    entries: int
    anchors: tuple[Held, ...]

    @property
    def last(self) -> Anchored | None:
        """The anchor with most entries that is kept; None where there is none."""
        kept = [one.anchored for one in self.anchors if one.is_kept]
        return max(kept, key=lambda one: one.size, default=None)

    def __str__(self) -> str:
        return "\n".join([self._summary(), *(f"  {one}" for one in self.anchors)])

    def _summary(self) -> str:
        last = self.last
        if last is None:
            return f"not anchored anywhere; {self.entries:,} entries are not."
        rest = self.entries - last.size
        since = f"{rest:,} {'entry since is' if rest == 1 else 'entries since are'} not."
        return f"anchored up to entry {last.size:,} on {last.anchored_at[:10]}; {since}"


def anchor(note: str, place: str, *, keys: Path, now: datetime) -> Anchored:
    """Put a note at ``folder:PATH`` or ``git:PATH``, and write down that it is there.

    ``keys`` is the signer's folder. Raises AnchorFailedError, and InvalidFieldError for another place.
    """
    kind, _, path = place.partition(":")
    if kind not in _FOLDERS or not path:
        raise InvalidFieldError(field="place", problem="is neither folder:PATH nor git:PATH")
    size = parse_checkpoint(parse_note(note)[0]).size
    # Looked for later from wherever that is asked.
    folder = Path(path).absolute()
    name = _put(note, size, folder)
    if kind == "git":
        _commit(folder, name, size)
    return noted(Anchored(place=f"{kind}:{folder}", size=size, anchored_at=time_text(now)), keys)


def handed_out(note: str, statement: str, *, keys: Path, now: datetime) -> Anchored:
    """Write down that a statement carries the checkpoint of a note: whoever holds it is a witness.

    Raises AnchorFailedError where that cannot be written.
    """
    size = parse_checkpoint(parse_note(note)[0]).size
    place = f"{_STATEMENT}:{statement}"
    return noted(Anchored(place=place, size=size, anchored_at=time_text(now)), keys)


def noted(anchored: Anchored, keys: Path) -> Anchored:
    """Write down that a checkpoint was anchored, also by another way than ours. Raises AnchorFailedError."""
    value = {"anchored_at": anchored.anchored_at, "place": anchored.place, "size": anchored.size}
    try:
        begin(keys / ANCHORED)
        with held(keys / ANCHORED) as file:
            append(file, value)
    except OSError as error:
        raise AnchorFailedError(place=str(keys), problem=error.strerror or str(error)) from None
    return anchored


def anchor_state(keys: Path, entries: int) -> AnchorState:
    """How far a ledger of so many entries is anchored: what was written down, and if it is still there.

    Raises JournalUnusableError.
    """
    last: dict[str, Anchored] = {}
    for one in _anchored_in(keys):
        kind = one.place.partition(":")[0]
        place = kind if kind == _STATEMENT else one.place
        if place not in last or one.size >= last[place].size:
            last[place] = one
    notes = {one.size: one.note for one in signed_in(keys)}
    held = [Held(anchored=one, state=_state(one, notes.get(one.size, ""))) for one in last.values()]
    return AnchorState(entries=entries, anchors=tuple(held))


def signed_so_far(keys: Path) -> tuple[Signed, ...]:
    """What the signer's journal holds, in order: no less than was anchored. Raises JournalUnusableError."""
    signed = signed_in(keys)
    require_no_less(signed, keys)
    return signed


def require_no_less(signed: Sequence[Signed], keys: Path) -> None:
    """Raise JournalUnusableError where checkpoints were anchored that the journal does not reach."""
    reached = max((one.size for one in signed), default=0)
    anchored = max((one.size for one in _anchored_in(keys)), default=0)
    if anchored > reached:
        problem = f"it reaches entry {reached:,}, though one of {anchored:,} entries was anchored"
        raise JournalUnusableError(folder=str(keys), problem=problem)


def _anchored_in(keys: Path) -> Iterator[Anchored]:
    path = keys / ANCHORED
    try:
        lines = whole_lines(path.read_bytes()) if path.exists() else []
    except OSError as error:
        problem = f"{ANCHORED}: {error.strerror}"
        raise JournalUnusableError(folder=str(keys), problem=problem) from None
    return (_read(line, keys) for line in lines)


def _read(line: bytes, keys: Path) -> Anchored:
    try:
        value = json.loads(line)
        one = Anchored(place=value["place"], size=value["size"], anchored_at=value["anchored_at"])
        require_moment(one.anchored_at)
        _file_name(one.size), one.place.partition(":")
    except NOT_OURS:
        problem = f"{ANCHORED} holds a line that is none"
        raise JournalUnusableError(folder=str(keys), problem=problem) from None
    return one


def _state(anchored: Anchored, note: str) -> str:
    kind, _, path = anchored.place.partition(":")
    if kind not in _FOLDERS:
        return HANDED_OUT
    try:
        return THERE if (Path(path) / _file_name(anchored.size)).read_bytes() == note.encode() else OTHER
    except OSError:
        return MISSING


def _file_name(size: int) -> str:
    return f"checkpoint-{size:09d}.txt"


def _put(note: str, size: int, folder: Path) -> str:
    path = folder / _file_name(size)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_bytes() != note.encode():
            raise AnchorFailedError(place=str(path), problem="another checkpoint of that size is there")
    except OSError as error:
        raise AnchorFailedError(place=str(folder), problem=error.strerror or str(error)) from None
    write_file(path, note)
    return path.name


def _commit(folder: Path, name: str, size: int) -> None:
    for command in (
        ("add", "--", name),
        ("commit", "--quiet", "-m", f"Checkpoint of {size} entries", "--", name),
    ):
        try:
            done = subprocess.run(
                ["git", "-C", str(folder), *command], capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise AnchorFailedError(place=str(folder), problem=f"git: {error.strerror}") from None
        if done.returncode and "nothing to commit" not in done.stdout + done.stderr:
            raise AnchorFailedError(place=str(folder), problem=(done.stderr or done.stdout).strip()[:200])
