"""What is unsafe about an installation: where the file lies, who can reach it, what it was not protected by.

Nothing is changed. ``danger`` may cost postings or has; ``warning`` will one day; ``note`` is to be known.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mdfm_ledger.diagnosis import SEVERITIES, Diagnosis, danger, note, warning
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.known_backups import unsafe_backups_of_file, unsafe_backups_of_server
from mdfm_ledger.ledger import Ledger, utc_now
from mdfm_ledger.notary.unsafe import unsafe_signer

if TYPE_CHECKING:
    from mdfm_ledger.store.postgres.condition import ServerCondition

MOUNTS = Path("/proc/mounts")
_ENDS = 2012
"""A major version N of PostgreSQL is mended until November of that year and N more."""
_LEAST_FREE = 100_000_000
_LARGE_LOG = 256_000_000
_NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "fuse.sshfs", "fuse.rclone", "davfs")
_SYNCED = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "nextcloud",
    "owncloud",
    "icloud",
    "syncthing",
)


def examine(
    url: str,
    *,
    keys: Path | None = None,
    backups: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> tuple[Diagnosis, ...]:
    """Everything unsafe about the ledger at a database URL, the worst first.

    ``keys`` is the signer's folder, ``backups`` where copies of a ledger on a server are kept, or where those
    of one in a file were moved to. Raises StoreError where it is in no file to look at and on no
    server.
    """
    from mdfm_ledger.store import carrying, copying

    if carrying.is_on_server(url):
        return _sorted(_content(url, None, keys, backups, clock()))
    path = copying.file_of(url)
    with copying.translated_files(path):
        if not path.is_file():
            return (danger("no-file", f"there is no file {path}", "Check the path."),)
        found = [
            *_reach(path),
            *_place(path),
            *_beside(path),
            *_content(f"sqlite:///{path}", path, keys, backups, clock()),
        ]
    return _sorted(found)


def _sorted(found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    return tuple(sorted(found, key=lambda one: SEVERITIES.index(one.severity)))


def _reach(path: Path) -> Iterator[Diagnosis]:
    """Who can write to the file, or read it."""
    mode = path.stat().st_mode
    if mode & stat.S_IWOTH:
        yield danger(
            "anybody-writes", f"everybody on this machine can write to {path}", f"chmod 600 '{path}'"
        )
    elif mode & stat.S_IROTH:
        seen = f"everybody on this machine can read {path}, names and contacts too"
        yield warning("anybody-reads", seen, f"chmod 600 '{path}'")
    folder = path.absolute().parent
    mode = folder.stat().st_mode
    if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        seen = f"everybody on this machine can put another file in its place in {folder}"
        yield danger("anybody-replaces", seen, f"chmod o-w '{folder}'")


def _place(path: Path) -> Iterator[Diagnosis]:
    """Where the file lies."""
    system = file_system_of(path)
    if system.startswith(_NETWORK):
        remedy = "Move it to a disk of this machine, or use PostgreSQL: locks do not hold across a network."
        yield danger("network-disk", f"it lies on a network file system ({system})", remedy)
    folders = [part for part in path.resolve().parts[:-1] if part.lower().startswith(_SYNCED)]
    if folders:
        remedy = "Move it out: a program that copies the file while it changes breaks it. Put backups there."
        yield danger("synced-folder", f"it lies in a folder that is synced ({folders[0]})", remedy)
    free = shutil.disk_usage(path.absolute().parent).free
    if free < max(_LEAST_FREE, 2 * path.stat().st_size):
        remedy = "Make room: a full disk refuses postings, and a backup or redaction needs as much again."
        yield warning("little-space", f"{free // 1_000_000:,} MB are free on its disk", remedy)


def file_system_of(path: Path) -> str:
    """The kind of file system a file lies on, as the system names it; empty where it does not say."""
    if not MOUNTS.is_file():
        return ""
    real, best, kind = str(path.resolve()), "", ""
    for line in MOUNTS.read_text("utf-8", errors="replace").splitlines():
        where, system = line.split(" ")[1:3]
        where = where.replace("\\040", " ")
        if len(where) >= len(best) and f"{real}/".startswith(f"{where.rstrip('/')}/"):
            best, kind = where, system
    return kind


def _beside(path: Path) -> Iterator[Diagnosis]:
    """What lies beside it."""
    log, index, old = (Path(f"{path}{end}") for end in ("-wal", "-shm", "-journal"))
    if old.exists():
        remedy = "Copy both away, open the ledger once, then verify: SQLite undoes what was not finished."
        yield warning("unfinished", f"{old} is there: another program was cut off while writing", remedy)
    if log.exists() and log.stat().st_size and not index.exists():
        seen = f"{log} is there without {index.name}, as after copying files by hand"
        remedy = "If it was copied, take the copy of mdfm backup instead; else open the ledger and verify."
        yield danger("stray-log", seen, remedy)
    elif log.exists() and log.stat().st_size > _LARGE_LOG:
        seen = f"its log has grown to {log.stat().st_size // 1_000_000:,} MB: somebody reads all the time"
        remedy = (
            "Let readers end between questions: the log is emptied while nobody reads. Until then all slows."
        )
        yield warning("large-log", seen, remedy)
    elif log.exists() and log.stat().st_size:
        seen = "it is in use, or was not closed; part of it is in its log"
        remedy = "Nothing to do. Never copy the file by hand; use mdfm backup."
        yield note("log-in-use", seen, remedy)


def _content(
    url: str, path: Path | None, keys: Path | None, backups: Path | None, now: datetime
) -> Iterator[Diagnosis]:
    """What the database says, whether it can be opened as a ledger, and who signs what it holds."""
    try:
        with Ledger.open(url, read_only=True, create=False) as ledger:
            found = ledger.verify(quick=True).findings
            yield from unsafe_signer(ledger, path, keys, now)
    except LedgerError as error:
        yield danger(error.code, str(error), error.remedy)
        return
    for one in found[:10]:
        remedy = "Stop posting, keep it as it is, run mdfm verify, and compare with a backup."
        yield danger(f"verify-{one.check}", str(one), remedy)
    if path is not None:
        yield from _of_file(path, now)
        yield from unsafe_backups_of_file(path, backups, now)
    else:
        yield from _of_server(url, now)
        yield from unsafe_backups_of_server(url, backups, now)


def _of_file(path: Path, now: datetime) -> Iterator[Diagnosis]:
    from mdfm_ledger.store.condition import condition_of

    seen = condition_of(path)
    if not seen.library_is_mended:
        remedy = (
            "Update SQLite, unless your system has mended it; until then let one program write at a time."
        )
        problem = f"SQLite {seen.library} may, very rarely, damage a file that two programs write at once"
        yield note("old-sqlite", problem, remedy)
    yield from _clock(seen.last_recorded_at, now)


def _of_server(url: str, now: datetime) -> Iterator[Diagnosis]:
    from mdfm_ledger.store.postgres.condition import condition_of

    seen = condition_of(url)
    for name in seen.settings_off:
        remedy = f"Set {name} = on in postgresql.conf; until then nothing is posted."
        yield danger("setting-off", f"{name} is off: a crash may lose postings or the database", remedy)
    yield from _powers(seen)
    if not seen.has_checksums:
        remedy = "Stop the server and run pg_checksums --enable."
        yield warning("no-checksums", "pages have no checksums: damage is noticed by verify only", remedy)
    if seen.pages_unseen:
        remedy = "As an administrator: CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public; then mdfm roles."
        problem = f"verify compares no index with its table and looks at no page: {seen.pages_unseen}"
        yield note("pages-not-checked", problem, remedy)
    if seen.is_standby:
        remedy = "Nothing to do. Run mdfm doctor on the server that takes the postings too."
        yield note("standby", "it is a standby: it is read and verified, not posted to", remedy)
    elif not (seen.is_archived or seen.standbys):
        remedy = "Keep a standby, archive the log, or at least run mdfm backup every day you post."
        yield warning("one-copy", "no standby is connected and the log is not archived", remedy)
    if seen.is_in_the_clear:
        remedy = "Add sslmode=verify-full to the URL and have the server demand it (hostssl)."
        yield warning("not-encrypted", "what is posted and read crosses the network in the clear", remedy)
    # A major version is mended for five years, until November.
    if now.date() >= date(_ENDS + seen.major, 11, 1):
        seen_as = f"PostgreSQL {seen.version} is not mended any more"
        yield warning("old-server", seen_as, "Move to a later major version; verify before and after.")
    yield from _clock(seen.last_recorded_at, now)


def _powers(seen: ServerCondition) -> Iterator[Diagnosis]:
    """What the role that is connected could do, and everybody else."""
    remedy = "Make roles that only add or only read with mdfm roles, and post and read by these."
    if seen.is_superuser:
        yield warning("superuser", "you are connected as a superuser, whom no guard holds back", remedy)
    elif seen.is_owner:
        yield warning("owner", "you are connected as the owner, who can take the guards out", remedy)
    remedy = "REVOKE ALL ON SCHEMA mdfm FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA mdfm FROM PUBLIC"
    if seen.anybody_writes:
        yield danger("anybody-writes", "every role of the server may write to the ledger", remedy)
    elif seen.anybody_reads:
        yield warning("anybody-reads", "every role of the server may read names and contacts", remedy)
    yield from _powers_of_others(seen)


def _powers_of_others(seen: ServerCondition) -> Iterator[Diagnosis]:
    """What those who post could do besides, and who else could be the owner."""
    if seen.strong_posters:
        problem = f"{', '.join(seen.strong_posters)} may post, and could pass the guards besides"
        remedy = "Let people post by a role of their own that is no administrator and not the owner."
        yield danger("strong-posters", problem, remedy)
    if seen.settings_given:
        problem = f"settings that pass guards are given away: {', '.join(seen.settings_given)}"
        yield danger("settings-given", problem, "REVOKE SET ON PARAMETER … FROM each of them.")
    if seen.one_login:
        problem = f"{', '.join(seen.one_login)} approved documents and entered them, under two names"
        remedy = "Give each person a login of their own; until then one person may have done both."
        yield warning("one-login", problem, remedy)
    if seen.nobody_posts:
        remedy = "Run mdfm roles, then GRANT mdfm_poster to each who posts."
        yield warning("no-roles", "only the owner and administrators may post", remedy)
    elif seen.owners:
        problem = f"{', '.join(seen.owners)} may do what the owner of the ledger may: take guards out"
        remedy = "Let nobody log in as the owner; grant it only while an upgrade is made."
        yield warning("owner-logs-in", problem, remedy)


def _clock(last_recorded_at: str, now: datetime) -> Iterator[Diagnosis]:
    if last_recorded_at and datetime.fromisoformat(last_recorded_at) > now:
        problem = (
            f"the clock says {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC, the last entry {last_recorded_at}"
        )
        yield danger("clock-back", problem, "Set the clock of this machine before you post anything.")
