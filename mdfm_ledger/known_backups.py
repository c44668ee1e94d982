"""What is known of the backups of a ledger: noted when they are made, and looked for where they were put."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from mdfm_ledger.diagnosis import Diagnosis, note, warning
from mdfm_ledger.errors import LedgerError

NOTES_OF_SERVERS = "mdfm.backups"
"""The file in a folder of backups that says which were made of ledgers on servers."""

OLDEST_BACKUP = timedelta(days=7)

_MAKE_ONE = "Make one with mdfm backup, and keep it on another machine."


class Noted(NamedTuple):
    """A backup that was made: when, of which head (``NUMBER/SEAL``), and where it was put."""

    at: datetime
    head: str
    path: Path


def notes_of(path: Path) -> Path:
    """The file beside a ledger that says which backups were made of it."""
    return Path(f"{path}.backups")


def note_backup(where: Path, made: Noted) -> None:
    """Write down that a backup was made; where that cannot be, the backup is none the worse."""
    at = made.at.isoformat(timespec="seconds")
    line = json.dumps({"at": at, "head": made.head, "path": str(made.path.absolute())})
    with suppress(OSError), where.open("a", encoding="utf-8") as notes:
        notes.write(f"{line}\n")


def unsafe_backups_of_file(path: Path, folder: Path | None, now: datetime) -> Iterator[Diagnosis]:
    """Whether there are backups of a ledger in a file, and copies left half made beside it or beside them.

    ``folder`` is where they were moved to, if anywhere.
    """
    noted = list(_noted(notes_of(path)))
    yield from _missing(f"sqlite:///{path}", noted, folder, now)
    yield from _left_over({path.absolute().parent, *(one.path.parent for one in noted)})


def unsafe_backups_of_server(url: str, folder: Path | None, now: datetime) -> Iterator[Diagnosis]:
    """The same of a ledger on a server, whose backups are noted in the folder that they are in."""
    if folder is None:
        seen = "nobody said where its backups are"
        yield note("backups-not-looked-at", seen, "Name their folder with --backups, or set MDFM_BACKUPS.")
        return
    yield from _missing(url, list(_noted(folder / NOTES_OF_SERVERS)), folder, now)
    yield from _left_over({folder})


def _missing(url: str, noted: list[Noted], folder: Path | None, now: datetime) -> Iterator[Diagnosis]:
    from mdfm_ledger.store import carrying

    with carrying.reading(url) as connection:
        ours = [one for one in noted if carrying.has_head(connection, one.head)]
    there = next((one for one in ours if _is_there(one, folder)), None)
    if there is None and ours:
        seen = f"the last backup that is known, of {ours[0].at:%Y-%m-%d}, is not at {ours[0].path} any more"
        remedy = "Make another with mdfm backup; where it was moved, name its folder with --backups."
        yield warning("backup-gone", seen, remedy)
    elif there is None:
        yield warning("no-backup", "no backup of it is known", _MAKE_ONE)
    elif now - there.at > OLDEST_BACKUP:
        seen = f"the last backup that is known is {(now - there.at).days} days old"
        yield warning("old-backup", seen, _MAKE_ONE)


def _is_there(one: Noted, folder: Path | None) -> bool:
    """Whether a file that ends with its head is where it was put, or of that name where it was moved."""
    from mdfm_ledger.store import copying

    for place in (one.path, *([folder / one.path.name] if folder else [])):
        with suppress(LedgerError), copying.translated_files(place):
            copying.require_marked(place)
            if str(copying.head_of(place)) == one.head:
                return True
    return False


def _left_over(folders: Iterable[Path]) -> Iterator[Diagnosis]:
    """What was left by a backup or a report that was cut off: whole copies, with names and contacts."""
    from mdfm_ledger.store.workplace import left_in

    for one in sorted(left for folder in folders for left in left_in(folder)):
        seen = f"{one} was left by a backup, restore or report that was cut off; it may hold names"
        yield warning("left-copy", seen, f"Delete it: rm -r '{one}'. The next backup into that folder does.")


def _noted(notes: Path) -> Iterator[Noted]:
    """The backups that were made, the last first; what cannot be read is passed over."""
    lines: list[str] = []
    with suppress(OSError, UnicodeDecodeError):
        lines = notes.read_text("utf-8").splitlines()
    for line in reversed(lines):
        with suppress(ValueError, LookupError, TypeError):
            one = json.loads(line)
            at = datetime.fromisoformat(one["at"]).astimezone(UTC)
            yield Noted(at, str(one["head"]), Path(one["path"]))
