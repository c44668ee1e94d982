"""Backups of a ledger, restoring them, and bringing it to this version: verified before it counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from mdfm_ledger.errors import (
    CorruptLedgerError,
    HeadDiffersError,
    OwnToolError,
    StoreUnavailableError,
)
from mdfm_ledger.known_backups import NOTES_OF_SERVERS, Noted, note_backup, notes_of
from mdfm_ledger.ledger import Ledger, utc_now
from mdfm_ledger.results import Scrubbed

if TYPE_CHECKING:
    from sqlalchemy import Connection

Progress = Callable[[int], None]


@frozen(kw_only=True)
class Copy:
    """A verified copy of a ledger: where it is, how many entries it has, and the seal of the last."""

    path: str
    entries: int
    seal: str

    @property
    def head(self) -> str:
        """Number and seal of the last entry, to be written down elsewhere and compared."""
        return f"{self.entries}/{self.seal}" if self.entries else "0"


def backup(
    url: str, target: str | Path, *, progress: Progress | None = None, clock: Callable[[], datetime] = utc_now
) -> Copy:
    """Copy a ledger to a file that does not exist, of one moment, while others may go on writing.

    The copy is verified in full and on the disk before it is put in place, readable by its owner alone.
    It is a file from whatever engine; a ledger on a server is verified too. Raises TargetExistsError,
    CorruptLedgerError where what was copied does not verify, StoreError.
    """
    from mdfm_ledger.store import carrying, copying

    if carrying.is_on_server(url):
        made = _backup_of_server(url, Path(target), progress)
        place = Path(target).absolute()
        note_backup(place.parent / NOTES_OF_SERVERS, Noted(clock(), made.head, place))
        return made
    source, place = copying.file_of(url), Path(target)
    copying.require_ledger(source)
    copying.require_free(place)
    with copying.copied(source, place) as temporary:
        made = _verified(temporary, place, progress)
        copying.put_in_place(temporary, place)
    note_backup(notes_of(source), Noted(clock(), made.head, place))
    return made


def _backup_of_server(url: str, place: Path, progress: Progress | None) -> Copy:
    from mdfm_ledger.store import copying

    copying.require_free(place)
    with copying.beside(place) as temporary:
        made = _carried(url, f"sqlite:///{temporary}", str(place), "", progress)
        copying.put_in_place(temporary, place)
    return made


def _carried(source: str, target: str, place: str, expect_head: str, progress: Progress | None) -> Copy:
    """Fill an empty ledger from another of one moment: both verified in full before the one commit."""
    from mdfm_ledger.store import carrying

    with carrying.reading(source) as here:
        _require_sound(here, progress)
        head = carrying.head_of(here)
        made = Copy(path=place, entries=head.number, seal=head.seal)
        _require_head(made, expect_head)
        with carrying.filling(target) as there:
            carrying.carry(here, there)
            _require_sound(there, progress)
            if carrying.head_of(there) != head:
                found = str(carrying.head_of(there))
                raise CorruptLedgerError(number=0, what="the last entry", expected=made.head, found=found)
    return made


def _require_sound(connection: Connection, progress: Progress | None) -> None:
    Ledger.on_connection(connection).verify(progress=progress).raise_if_broken()


def _require_head(made: Copy, expected: str) -> None:
    if expected and expected.lower() != made.head:
        raise HeadDiffersError(found=made.head, expected=expected)


def restore(
    source: str | Path,
    target: str,
    *,
    expect_head: str = "",
    replace: bool = False,
    progress: Progress | None = None,
) -> Copy:
    """Put a backup in place as the ledger ``target`` (a database URL), verified in full before.

    ``expect_head`` is the head (``NUMBER/SEAL``) the backup must have. Where a ledger is in place it is
    refused, unless with ``replace`` that one is an earlier state of the backup, so that nothing is lost.
    On a server it goes into a database without entries, past the guards, in one transaction.
    Raises HeadDiffersError, TargetExistsError, NotAPrefixError, CorruptLedgerError, StoreError.
    """
    from mdfm_ledger.store import carrying, copying

    kept = Path(source)
    copying.require_marked(kept)
    if carrying.is_on_server(target):
        return _carried(f"sqlite:///{kept}", target, carrying.shown(target), expect_head, progress)
    place = copying.file_of(target)
    over = replace and place.exists()
    if not over:
        copying.require_free(place)
    with copying.copied(kept, place) as temporary:
        made = _verified(temporary, place, progress)
        _require_head(made, expect_head)
        put = copying.put_over if over else copying.put_in_place
        put(temporary, place)
    return made


def migrate(url: str, saved: str | Path | None, *, progress: Progress | None = None) -> Copy:
    """Bring a ledger that an earlier version made to the schema of this one.

    The file is checked and copied to ``saved`` before, unless that is None; after, it is verified in full
    and has to end with the entry it ended with. One that has the schema is only verified. Needs the
    extra ``migrate``. On a server ``saved`` is None: it has its own tools for a copy of any schema.
    Raises StoreError, CorruptLedgerError, OwnToolError.
    """
    from mdfm_ledger.store import carrying, copying

    if carrying.is_on_server(url):
        return _migrate_on_server(url, saved, progress)
    path = copying.file_of(url)
    copying.require_ledger(path, outdated=True)
    with copying.translated_files(path):
        copying.require_sound_file(path)
        before = copying.head_of(path)
    if saved is not None:
        _saved(path, Path(saved))
    _bring_forward(url)
    made = _verified(path, path, progress)
    if before != copying.head_of(path):
        raise CorruptLedgerError(number=0, what="the last entry", expected=str(before), found=made.head)
    return made


def _migrate_on_server(url: str, saved: str | Path | None, progress: Progress | None) -> Copy:
    from mdfm_ledger.store import carrying

    shown = carrying.shown(url)
    if saved is not None:
        raise OwnToolError(command=carrying.dump_command(url))
    with carrying.reading(url, outdated=True) as connection:
        before = carrying.head_of(connection)
    _bring_forward(url)
    with carrying.reading(url) as connection:
        _require_sound(connection, progress)
        after = carrying.head_of(connection)
    # Others may have posted since; that nothing is lost can be seen all the same.
    if after.number < before.number:
        raise CorruptLedgerError(number=0, what="the last entry", expected=str(before), found=str(after))
    return Copy(path=shown, entries=after.number, seal=after.seal)


def _bring_forward(url: str) -> None:
    from mdfm_ledger.store import migrations

    try:
        migrations.migrate(url)
    except ImportError:
        raise StoreUnavailableError(url=url, problem="it takes mdfm-ledger[migrate], not installed") from None


def _saved(path: Path, place: Path) -> None:
    from mdfm_ledger.store import copying

    copying.require_free(place)
    with copying.copied(path, place) as temporary:
        copying.require_sound_file(temporary)
        copying.put_in_place(temporary, place)


def _verified(path: Path, place: Path, progress: Progress | None) -> Copy:
    from mdfm_ledger.store import copying

    with Ledger.open(f"sqlite:///{path}", read_only=True, create=False) as ledger:
        found = ledger.verify(progress=progress)
    found.raise_if_broken()
    head = copying.head_of(path)
    return Copy(path=str(place), entries=head.number, seal=head.seal)


def make_roles(
    url: str, *, owner: str, poster: str, auditor: str, only_show: bool = False
) -> tuple[str, ...]:
    """Make the roles of a ledger on PostgreSQL and give each what it needs; the statements that do it.

    ``url`` is that of an administrator of the server. All is done or nothing. Raises InvalidFieldError
    for a name that is no plain name, StoreError.
    """
    from mdfm_ledger.store.engine import dialect_of, open_engine, translated

    engine = open_engine(url, create=False)
    dialect = dialect_of(engine)
    with translated(url, dialect), engine.connect() as connection:
        statements = dialect.grants(connection, owner=owner, poster=poster, auditor=auditor)
        if not only_show:
            with dialect.begin_write(connection):
                for statement in statements:
                    connection.exec_driver_sql(statement)
    engine.dispose()
    return statements


def scrub(url: str, *, log: bool = False) -> Scrubbed:
    """Have what redactions erased go from the disk too, as far as it is reached from here.

    On a server the table is written anew, which takes its owner; with ``log`` the server's log is too, which
    takes an administrator. In a file that was done at the redaction, unless somebody read it. Raises
    NotOwnerError, StillReadError where somebody reads of before what was erased, StoreError.
    """
    from mdfm_ledger.store.engine import dialect_of, open_engine, translated

    engine = open_engine(url, create=False)
    dialect = dialect_of(engine)
    with translated(url, dialect), engine.connect() as connection:
        scrubbed = dialect.scrub(connection, str(engine.url), log=log)
    engine.dispose()
    return scrubbed
