"""Where a copy is made: in a folder of its own beside where it goes, so that nothing of it is left."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = ".mdfm-"


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A new folder of its owner's alone in this one; removed afterwards with all that is in it.

    What others left in this folder who were cut off is removed before. Raises OSError.
    """
    _tidy(folder)
    place, handle = _held_place(folder)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(handle)


def left_in(folder: Path) -> list[Path]:
    """What was left in a folder by who was cut off: what bears our name and nobody holds."""
    return [one for one in sorted(folder.glob(f"{_PREFIX}*")) if not _is_held(one)]


def _held_place(folder: Path) -> tuple[Path, int]:
    """A new place and what holds it: a lock, which ends with who has it, however that ends."""
    while True:
        place = Path(tempfile.mkdtemp(dir=folder, prefix=_PREFIX))
        with suppress(FileNotFoundError):
            handle = os.open(place, os.O_RDONLY)
            # Some network file systems have no locks of folders; nobody tidies up there.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            if place.exists():
                return place, handle
            os.close(handle)
        # Somebody tidied up before it was held.


def _tidy(folder: Path) -> None:
    for one in folder.glob(f"{_PREFIX}*"):
        # A file is a report in the making: it has no lock, and is there for a moment only.
        if not one.is_dir():
            continue
        with suppress(OSError), _held(one):
            shutil.rmtree(one, ignore_errors=True)


def _is_held(place: Path) -> bool:
    """Whether somebody works there, or that cannot be told."""
    try:
        with _held(place):
            return False
    except OSError:
        return True


@contextmanager
def _held(place: Path) -> Iterator[None]:
    """A place held for a moment. Raises OSError where somebody else holds it, or it cannot be held."""
    handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
