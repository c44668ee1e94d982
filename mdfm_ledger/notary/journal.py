"""The signer's journal: every checkpoint that was signed, in a file outside the database that only grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from mdfm_ledger.errors import JournalUnusableError
from mdfm_ledger.evidence.checkpoint import parse_checkpoint, parse_note
from mdfm_ledger.ledger.kept import SIGNED
from mdfm_ledger.notary.line_file import NOT_OURS, append, begin, held, require_moment, whole_lines


@frozen(kw_only=True)
class Signed:
    """A note that was signed, and when (UTC)."""

    note: str
    signed_at: str

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return parse_checkpoint(parse_note(self.note)[0]).size


class Journal:
    """An open journal; one signer at a time has it."""

    def __init__(self, file: BinaryIO, folder: Path) -> None:
        self._file = file
        self._folder = folder

    def all(self) -> tuple[Signed, ...]:
        """What was signed, in order. Raises JournalUnusableError where a line is not one of ours."""
        self._file.seek(0)
        return _all(self._file.read(), self._folder)

    def append(self, signed: Signed) -> None:
        """Write down what was signed, and come back once it is on the disk."""
        append(self._file, {"note": signed.note, "signed_at": signed.signed_at})


def begin_journal(folder: Path) -> None:
    """Make the journal that belongs to a key, where there is none: one that is missing later was lost."""
    begin(folder / SIGNED)


def signed_in(folder: Path) -> tuple[Signed, ...]:
    """What the journal in a folder holds, in order. Raises JournalUnusableError, also where there is none.

    Read as it is, without keeping a signer waiting.
    """
    try:
        return _all((folder / SIGNED).read_bytes(), folder)
    except OSError as error:
        raise _unusable(error, folder) from None


def _all(content: bytes, folder: Path) -> tuple[Signed, ...]:
    return tuple(_read(line, folder) for line in whole_lines(content))


def _unusable(error: OSError, folder: Path) -> JournalUnusableError:
    return JournalUnusableError(folder=str(folder), problem=f"{SIGNED}: {error.strerror}")


def _read(line: bytes, folder: Path) -> Signed:
    try:
        value = json.loads(line)
        signed = Signed(note=value["note"], signed_at=value["signed_at"])
        require_moment(signed.signed_at)
        parse_checkpoint(parse_note(signed.note)[0])
    except NOT_OURS:
        problem = f"{SIGNED} holds a line that is none"
        raise JournalUnusableError(folder=str(folder), problem=problem) from None
    return signed


@contextmanager
def journal(folder: Path) -> Iterator[Journal]:
    """The journal in the folder of the key, for this signer alone. Raises JournalUnusableError."""
    try:
        file = held(folder / SIGNED)
    except OSError as error:
        raise _unusable(error, folder) from None
    with file:
        yield Journal(file, folder)
