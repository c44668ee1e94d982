"""Anchors: places outside the ledger that a checkpoint is put, and how far the ledger is anchored."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime
from pathlib import Path

from attrs import frozen

from mdfm_ledger.checkpoint import parse_checkpoint, parse_note
from mdfm_ledger.codec import time_text
from mdfm_ledger.errors import AnchorFailedError, InvalidFieldError
from mdfm_ledger.output import write_file

_NAME = "anchored.jsonl"


@frozen(kw_only=True)
class Anchored:
    """That a checkpoint of so many entries was put at a place, and when (UTC)."""

    place: str
    size: int
    anchored_at: str


@frozen(kw_only=True)
class AnchorState:
    """How far a ledger of ``entries`` entries is anchored; ``last`` is None where it is not at all."""

    entries: int
    last: Anchored | None

    def __str__(self) -> str:
        if self.last is None:
            return f"not anchored anywhere; {self.entries:,} entries are not."
        day, rest = self.last.anchored_at[:10], self.entries - self.last.size
        return f"anchored up to entry {self.last.size:,} on {day}; {rest:,} entries since are not."


def anchor(note: str, place: str, *, keys: Path, now: datetime) -> Anchored:
    """Put a note at ``folder:PATH`` or ``git:PATH``, and write down that it is there.

    ``keys`` is the signer's folder. Raises AnchorFailedError, and InvalidFieldError for another place.
    """
    kind, _, path = place.partition(":")
    if kind not in ("folder", "git") or not path:
        raise InvalidFieldError(field="place", problem="is neither folder:PATH nor git:PATH")
    size = parse_checkpoint(parse_note(note)[0]).size
    name = _put(note, size, Path(path))
    if kind == "git":
        _commit(Path(path), name, size)
    return noted(Anchored(place=place, size=size, anchored_at=time_text(now)), keys)


def noted(anchored: Anchored, keys: Path) -> Anchored:
    """Write down that a checkpoint was anchored, also by another way than ours: with a statement, by post."""
    value = {"anchored_at": anchored.anchored_at, "place": anchored.place, "size": anchored.size}
    with (keys / _NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps(value) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return anchored


def anchor_state(keys: Path, entries: int) -> AnchorState:
    """How far a ledger of so many entries is anchored, by what was written down."""
    path = keys / _NAME
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    found = [Anchored(**json.loads(line)) for line in lines]
    return AnchorState(entries=entries, last=max(found, key=lambda one: one.size, default=None))


def _put(note: str, size: int, folder: Path) -> str:
    path = folder / f"checkpoint-{size:09d}.txt"
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
