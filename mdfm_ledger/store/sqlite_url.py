"""The URL of an SQLite ledger: the path of an ordinary file, or memory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy.engine import URL

from mdfm_ledger.errors import StoreUnavailableError
from mdfm_ledger.store.dialect import BUSY_SECONDS

# To read a file in WAL mode SQLite makes another beside it; where it cannot, it answers one or the other.
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
_UNFINISHED = ("-wal", "-journal")
_WITH_ITS_LOG = (
    "it lies with its log where nothing can be written, and without it would lack postings: copy both"
    " elsewhere, then open or restore it there"
)


def require_plain(target: URL, url: str) -> None:
    """Raise StoreUnavailableError where there is more than the path of a file."""
    if target.host or "?" in url or (target.database or "").startswith("file:"):
        # What stands behind a question mark would be taken for settings, and another file be opened.
        problem = "after sqlite:/// comes the path of a file, without options"
        raise StoreUnavailableError(url=target.render_as_string(hide_password=True), problem=problem)


def path_of(target: URL) -> Path | None:
    """The file of the database, or None for one in memory."""
    name = target.database
    return None if not name or name == ":memory:" else Path(name)


def read_only_url(target: URL, path: Path, url: str) -> URL:
    """The URL by which the file is opened without being changed. Raises as :func:`reading_options`."""
    return target.set(database=file_address(path), query={**reading_options(path, url), "uri": "true"})


def file_address(path: Path) -> str:
    """A file as SQLite is told of it, before any options."""
    return f"file:{quote(os.fsencode(path))}"


def reading_options(path: Path, url: str) -> dict[str, str]:
    """The options by which SQLite reads a file of whatever content, and cannot change it.

    Raises StoreUnavailableError where it lies with its log in a place that nothing can be written to.
    """
    options = {"mode": "ro"}
    with closing(read_by(path, options)) as connection:
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NOT_WRITABLE:
                raise
            if any(_has_content(Path(f"{path}{end}")) for end in _UNFINISHED):
                raise StoreUnavailableError(url=url, problem=_WITH_ITS_LOG) from None
            # Where nothing can be written, nobody else writes: the file can be read as it lies.
            options["immutable"] = "1"
    return options


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def read_by(path: Path, options: Mapping[str, str]) -> sqlite3.Connection:
    """A connection to a file by these options."""
    address = f"{file_address(path)}?{urlencode(options)}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_SECONDS)


def require_path(path: Path, url: str, *, may_create: bool) -> None:
    """Raise StoreUnavailableError where no ledger can be."""
    try:
        problem = _path_problem(path, may_create=may_create)
    except OSError as error:
        problem = error.strerror or str(error)
    if problem:
        raise StoreUnavailableError(url=url, problem=problem)


def _path_problem(path: Path, *, may_create: bool) -> str:
    if "\0" in str(path):
        return "a path has no NUL character"
    if path.is_dir():
        return "it is a folder, not a file"
    if path.exists():
        # A pipe or a device would keep us waiting, or take what is written and give nothing back.
        return "" if path.is_file() else "it is not an ordinary file"
    if not may_create:
        return "there is no such file"
    return "" if path.parent.is_dir() else f"there is no folder {path.parent}"
