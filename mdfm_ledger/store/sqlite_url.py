"""The URL of an SQLite ledger: the path of an ordinary file, or memory."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL

from mdfm_ledger.errors import StoreUnavailableError


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


def read_only_url(target: URL, path: Path) -> URL:
    """The URL by which the file is opened without being changed."""
    return target.set(database=f"file:{quote(os.fsencode(path))}", query={"mode": "ro", "uri": "true"})


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
