"""Copies of a ledger's file: made by SQLite of one moment, on the disk before they are put in place.

A file copied by other means lacks what is still in its log, and calls itself sound.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from mdfm_ledger.disk import synced
from mdfm_ledger.errors import (
    CorruptLedgerError,
    LedgerBusyError,
    NotALedgerError,
    NotAPrefixError,
    StoreUnavailableError,
    TargetExistsError,
)
from mdfm_ledger.store.engine import open_engine, translated
from mdfm_ledger.store.schema import APPLICATION_ID
from mdfm_ledger.store.sqlite_url import read_by, reading_options
from mdfm_ledger.store.workplace import workplace

_SEALS = "SELECT number, seal FROM entry ORDER BY number"
_HAS_ENTRIES = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'entry'"
_HEAD = "SELECT number, seal FROM entry ORDER BY number DESC LIMIT 1"
_BESIDE = ("-wal", "-shm", "-journal")


class Head(NamedTuple):
    """The last entry of a ledger: its number and its seal in hexadecimal; 0 where there is none."""

    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.number}/{self.seal}" if self.number else "0"


def file_of(url: str) -> Path:
    """The file of a ledger. Raises StoreUnavailableError where it is not kept in one."""
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailableError(url=url, problem="it is neither a file nor a database URL") from None
    if not target.drivername.startswith("sqlite") or target.database in {None, "", ":memory:"}:
        raise StoreUnavailableError(url=url, problem="it is not kept in a file")
    return Path(str(target.database))


def require_ledger(path: Path, *, outdated: bool = False) -> None:
    """Raise StoreError unless the file is a ledger that can be read."""
    open_engine(f"sqlite:///{path}", read_only=True, create=False, outdated=outdated).dispose()


def require_free(target: Path) -> None:
    """Raise TargetExistsError where something is, StoreUnavailableError where no file can be.

    What an earlier database left beside it counts too: SQLite would play its log into the new file.
    """
    for one in (target, *(Path(f"{target}{end}") for end in _BESIDE)):
        if one.exists() or one.is_symlink():
            raise TargetExistsError(target=str(one))
    if not target.parent.is_dir():
        raise StoreUnavailableError(url=str(target), problem=f"there is no folder {target.parent}")


@contextmanager
def copied(source: Path, target: Path) -> Iterator[Path]:
    """A copy of one moment in the folder of the target, on the disk; removed afterwards unless moved."""
    with beside(target) as temporary:
        _copy(source, temporary)
        yield temporary


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """An empty file of its owner's alone beside the target; removed afterwards unless moved."""
    with translated_files(target), workplace(target.parent) as place:
        temporary = place / "copy.db"
        temporary.touch(mode=0o600)
        yield temporary


def _copy(source: Path, temporary: Path) -> None:
    with closing(read_file(source)) as there, closing(sqlite3.connect(temporary)) as here:
        there.backup(here)
    synced(temporary)


def read_file(path: Path) -> sqlite3.Connection:
    """A connection that reads a file of whatever content, and cannot change it."""
    return read_by(path, reading_options(path, str(path)))


def require_marked(path: Path) -> None:
    """Raise StoreUnavailableError where there is no file, NotALedgerError where it is not one of ours."""
    if not path.is_file():
        problem = "it is a folder, not a file" if path.is_dir() else "there is no such file"
        raise StoreUnavailableError(url=str(path), problem=problem)
    with translated_files(path), closing(read_file(path)) as connection:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
    if mark != APPLICATION_ID:
        raise NotALedgerError(url=str(path), problem="it does not bear the mark of one")


def head_of(path: Path) -> Head:
    """The last entry of the ledger in a file."""
    with closing(read_file(path)) as connection:
        # The first version of all had no tables yet.
        (has_entries,) = connection.execute(_HAS_ENTRIES).fetchone()
        row = connection.execute(_HEAD).fetchone() if has_entries else None
    return Head(row[0], row[1].hex()) if row else Head(0, "")


def require_sound_file(path: Path) -> None:
    """Raise CorruptLedgerError where the database finds damage: all that can be asked of any schema."""
    with closing(read_file(path)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise CorruptLedgerError(number=0, what="the database", expected="a sound file", found=found)


def put_in_place(temporary: Path, target: Path) -> None:
    """Move a copy to a place where nothing is; on the disk before this returns. Raises TargetExistsError."""
    require_free(target)
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise TargetExistsError(target=str(target)) from None
    temporary.replace(target)
    synced(target.parent)


def put_over(temporary: Path, target: Path) -> None:
    """Move a copy over a ledger that is an earlier state of it, while nobody uses that.

    Raises NotAPrefixError, also where that one is damaged, LedgerBusyError, and what opening it raises.
    """
    try:
        with translated(str(target)):
            _put_over(temporary, target)
    except CorruptLedgerError as error:
        raise NotAPrefixError(target=str(target), problem=f"it is damaged ({error.found})") from error


def _put_over(temporary: Path, target: Path) -> None:
    require_ledger(target)
    with closing(sqlite3.connect(target, isolation_level=None, timeout=1)) as there:
        # Only who is alone can end the log, and with it goes what would be played into the new file.
        if there.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
            raise LedgerBusyError(seconds=1)
        there.execute("BEGIN EXCLUSIVE")
        try:
            with closing(read_file(temporary)) as here:
                _require_prefix(there, here, target)
            temporary.chmod(target.stat().st_mode & 0o777)
            temporary.replace(target)
        finally:
            there.execute("ROLLBACK")
    synced(target.parent)


def _require_prefix(there: sqlite3.Connection, here: sqlite3.Connection, target: Path) -> None:
    for old, new in zip_longest(there.execute(_SEALS), here.execute(_SEALS)):
        if old is None:
            return
        if old != new:
            raise NotAPrefixError(target=str(target), problem=f"entry {old[0]} is not in the backup")
    raise NotAPrefixError(target=str(target), problem="it holds the same entries; there is nothing to gain")


@contextmanager
def translated_files(path: Path) -> Iterator[None]:
    """Turn errors of the system and of the database into ours."""
    try:
        with translated(str(path)):
            yield
    except OSError as error:
        raise StoreUnavailableError(url=str(path), problem=error.strerror or str(error)) from error
