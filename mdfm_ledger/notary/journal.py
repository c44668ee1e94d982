"""The signer's journal: every checkpoint that was signed, in a file outside the database that only grows."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from mdfm_ledger.errors import SigningRefusedError

_NAME = "signed.jsonl"


@frozen(kw_only=True)
class Signed:
    """A note that was signed, and when (UTC)."""

    note: str
    signed_at: str


class Journal:
    """An open journal; one signer at a time has it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def all(self) -> tuple[Signed, ...]:
        """What was signed, in order. Raises SigningRefusedError where a line is not one of ours."""
        self._file.seek(0)
        return _whole_lines(self._file.read())

    def append(self, signed: Signed) -> None:
        """Write down what was signed, and come back once it is on the disk."""
        self._file.seek(0)
        self._file.truncate(self._file.read().rfind(b"\n") + 1)
        self._file.seek(0, os.SEEK_END)
        self._file.write(json.dumps({"note": signed.note, "signed_at": signed.signed_at}).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def signed_in(folder: Path) -> tuple[Signed, ...]:
    """What the journal in a folder holds, in order; nothing where there is none yet.

    Read as it is, without keeping a signer waiting. Raises SigningRefusedError.
    """
    try:
        return _whole_lines((folder / _NAME).read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unusable(error) from None


def _whole_lines(content: bytes) -> tuple[Signed, ...]:
    # What follows the last line break was not written whole, so it was never handed out.
    return tuple(_read(line) for line in content.split(b"\n")[:-1])


def _unusable(error: OSError) -> SigningRefusedError:
    return SigningRefusedError(problem=f"the signer's journal cannot be opened: {error.strerror}")


def _read(line: bytes) -> Signed:
    try:
        value = json.loads(line)
        return Signed(note=value["note"], signed_at=value["signed_at"])
    except (ValueError, KeyError, TypeError):
        raise SigningRefusedError(problem="the signer's journal holds a line that is none") from None


@contextmanager
def journal(folder: Path) -> Iterator[Journal]:
    """The journal in the folder of the key, for this signer alone. Raises SigningRefusedError."""
    try:
        handle = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(error) from None
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Journal(file)
