"""Files of JSON lines that only grow: a line is on the disk before it counts, and half of one never does."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from mdfm_ledger.disk import synced
from mdfm_ledger.errors import NoteRefusedError

NOT_OURS = (ValueError, KeyError, TypeError, AttributeError, RecursionError, NoteRefusedError)
"""What reading a line raises that we did not write."""


def begin(path: Path) -> None:
    """Make an empty file, where there is none, for its owner's eyes. Raises OSError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    synced(path.parent)


def held(path: Path) -> BinaryIO:
    """The file, to read and append to: others wait until it is closed. Raises OSError where there is none."""
    file = path.open("r+b")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


def whole_lines(content: bytes) -> list[bytes]:
    """The lines of a file. What follows the last line break was not written whole, so it never counted."""
    return content.split(b"\n")[:-1]


def require_moment(text: str) -> None:
    """Raise ValueError or TypeError unless that is a moment, with what it is off from UTC."""
    if datetime.fromisoformat(text).utcoffset() is None:
        raise ValueError(text)


def append(file: BinaryIO, value: dict[str, object]) -> None:
    """Add a line, in the place of one that was not written whole; it is on the disk when this returns."""
    file.seek(0)
    file.truncate(file.read().rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)
    file.write(json.dumps(value).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())
