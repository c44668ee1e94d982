"""What one database engine does in a way of its own; the rest of the store is the same on all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, Table, Transaction
from sqlalchemy.engine import URL

from mdfm_ledger.chart import CHART
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.results import Scrubbed
from mdfm_ledger.store.schema import ACCOUNT, METADATA, PLACE_COLUMNS, SCHEMA_VERSION

BUSY_SECONDS = 30
"""How long another writer is waited for."""

Values = Sequence[object] | Mapping[str, object]
"""The values of a statement, in their order or by name."""


# "pledge = ?" SQLite would hold against what the indexes say of pledges, with the value as it is bound: each
# time it had to look for the way again.
_FIND = "SELECT id FROM subaccount WHERE " + " AND ".join(
    f"{name} {'IS' if name == 'pledge' else '='} ?" for name in PLACE_COLUMNS
)
# Said as the index says it that each is found by.
_FIND_PLEDGED, _FIND_OTHER = f"{_FIND} AND pledge <> ''", f"{_FIND} AND pledge = ''"


def moved_after(places: str, *, by: str, until: str = "") -> str:
    """What asks for all that moved after an entry: place, day and amount, in the order of days.

    ``places`` says how a place is found by the id of the lines, ``by`` how these are grouped, ``until``
    what is true of every number there is, where the engine needs to be told.
    """
    those = f"number > ? AND {until}" if until else "number > ?"
    moved = f"SELECT subaccount, day, SUM(amount) AS amount FROM line WHERE {those} GROUP BY {by}"
    asked = f"SELECT {', '.join(PLACE_COLUMNS)}, moved.day, moved.amount FROM ({moved}) AS moved"
    return f"{asked}, {places} ORDER BY moved.day"


class Dialect(ABC):
    """One database engine."""

    name: ClassVar[str]
    errors: ClassVar[tuple[type[Exception], ...]]
    """What its driver raises."""
    answers_together: ClassVar[bool] = False
    """Whether questions asked together are waited for once, so that it is worth while to ask early."""
    still_stands: ClassVar[str]
    """Where what was erased may stand still, once no answer has it, and what ends that."""
    most_waiting: ClassVar[int] = 2_000
    """Entries kept back before they are written in one go; they are one transaction either way."""
    least_waiting: ClassVar[int] = 2_000
    """How many are kept back at first and in the end: fewer where the next are worked out meanwhile."""
    # The sign keeps the index by subaccounts, which is in that order but of all entries, from being taken.
    moved_after: ClassVar[str] = moved_after(
        "subaccount WHERE subaccount.id = moved.subaccount", by="+subaccount, +day"
    )

    # -- opening -------------------------------------------------------------------------------

    @abstractmethod
    def open(self, target: URL, url: str, *, read_only: bool, create: bool, outdated: bool) -> Engine:
        """An engine on a ledger, as :func:`mdfm_ledger.store.engine.open_engine` says."""

    @abstractmethod
    def ours(self, error: BaseException, url: str) -> Exception:
        """Our error for one of the driver's."""

    # -- transactions --------------------------------------------------------------------------

    @abstractmethod
    def begin_write(self, connection: Connection) -> Transaction:
        """Take the writer lock, then begin: what is read from now on cannot move before the commit."""

    def begin_posting(self, connection: Connection) -> Transaction:
        """The same for recording, where not everything that is asked of the engine needs to be waited for."""
        return self.begin_write(connection)

    @abstractmethod
    def send_on(self, connection: Connection) -> None:
        """Send on what was written and did not go at once, where it is not waited for."""

    def commit_posting(self, connection: Connection) -> None:
        """Commit what was recorded; raises where any of it was not done."""
        connection.commit()

    def undo_posting(self, connection: Connection) -> None:
        """Undo what was recorded, whatever became of it."""
        connection.rollback()

    @abstractmethod
    def begin_read(self, connection: Connection) -> None:
        """Begin a transaction in which everything read is of one moment."""

    @abstractmethod
    def lock_for_writing(self, connection: Connection) -> None:
        """Take the writer lock inside a transaction the caller began."""

    @abstractmethod
    def hold_still(self, connection: Connection) -> None:
        """See to it that all that is read from now on in the caller's transaction is of one moment."""

    @abstractmethod
    def clear_log(self, connection: Connection) -> bool:
        """Whether what was erased could be made to stand nowhere any more."""

    @abstractmethod
    def scrub(self, connection: Connection, url: str, *, log: bool) -> Scrubbed:
        """Have what was erased go from the disk too, as far as it is reached from here; ``log`` goes on."""

    @abstractmethod
    def pause(self, connection: Connection, attempt: int) -> None:
        """Wait a little, longer at each attempt, before a transaction that lost a race is begun again."""

    # -- schema --------------------------------------------------------------------------------

    def make_schema(self, connection: Connection) -> None:
        """Create tables, chart and guards where there is nothing, within the caller's transaction."""
        self.make_room(connection)
        METADATA.create_all(connection, checkfirst=False)
        # By one statement: of many in a row a server's driver makes a pipeline of its own, which speaks up by
        # itself where it is broken off.
        chart = [{"code": known.code, "journal_set": known.journal_set.value} for known in CHART.values()]
        connection.execute(ACCOUNT.insert().values(chart))
        self.put_guards(connection, self.guards().values())
        self.set_version(connection, SCHEMA_VERSION)

    def put_guards(self, connection: Connection, statements: Iterable[str]) -> None:
        """Run the statements that make guards, as they stand: a sign for a value is none here."""
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    @abstractmethod
    def guards(self) -> Mapping[str, str]:
        """What makes the guards, by name, in the order they are made in."""

    @abstractmethod
    def drop_guards(self, connection: Connection) -> None:
        """Take out whatever guards are there, for a migration."""

    @abstractmethod
    def make_room(self, connection: Connection) -> None:
        """Make what tables are put into."""

    @abstractmethod
    def set_version(self, connection: Connection, version: int) -> None:
        """Mark the database as a ledger of that version of the schema."""

    @abstractmethod
    def version_of(self, connection: Connection) -> int:
        """The version of the schema a ledger is marked with."""

    @abstractmethod
    def ready_to_migrate(self, connection: Connection) -> None:
        """What has to be done to a connection before the transaction that migrates begins."""

    @abstractmethod
    def act_as_owner(self, connection: Connection) -> None:
        """Have what the transaction makes belong to whom the rest of the ledger belongs."""

    @abstractmethod
    def room_apart(self, connection: Connection) -> AbstractContextManager[Connection]:
        """Where a schema can be made to compare with; nothing is left of it, and no row is touched."""

    @abstractmethod
    def misplaced_marks(self, connection: Connection) -> list[str]:
        """Which marks are not those of a ledger of this version."""

    @abstractmethod
    def schema_of(self, connection: Connection) -> dict[str, str]:
        """What every table, index and guard was made with, by sort and name; spacing does not count."""

    @abstractmethod
    def expected_schema(self) -> dict[str, str]:
        """The same of a ledger this package makes."""

    @abstractmethod
    def damage(self, connection: Connection, *, quick: bool = False) -> list[str]:
        """What the database finds wrong with its own storage; ``quick`` leaves out what takes long."""

    def unseen(self, connection: Connection, *, quick: bool = False) -> str:
        """Why ``damage`` looks at no page of tables and indexes; empty where it does."""
        del connection, quick
        return ""

    @abstractmethod
    def orphans(self, connection: Connection) -> list[str]:
        """Rows that name a row which is not there."""

    @abstractmethod
    def grants(self, connection: Connection, *, owner: str, poster: str, auditor: str) -> tuple[str, ...]:
        """What gives three roles what they need, each one transaction's statement."""

    # -- rows ----------------------------------------------------------------------------------

    def asked(self, connection: Connection, text: str, values: Values) -> Callable[[], Sequence[Any]]:
        """What gives all rows of a statement written as the driver wants it, as plain tuples."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, values)
            # All at once: asking the driver row by row costs more than the rows do.
            rows: Sequence[Any] = cursor.fetchall()
        finally:
            cursor.close()
        return lambda: rows

    def cursor(self, connection: Connection) -> Any:
        """The driver's own cursor: hot statements are run thousands of times, with plain tuples."""
        return connection.connection.cursor()

    @abstractmethod
    def placed(self, statement: str) -> str:
        """A statement written with ``?`` for its values, as the driver wants it."""

    @abstractmethod
    def insert(self, cursor: Any, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
        """Write rows that hold every column of a table, in its order."""

    def insert_columns(self, cursor: Any, table: Table, columns: Sequence[Sequence[object]]) -> None:
        """The same of rows given by column."""
        self.insert(cursor, table, list(zip(*columns, strict=True)))

    @abstractmethod
    def add_totals(self, cursor: Any, rows: Sequence[tuple[object, ...]]) -> None:
        """Add rows of daily totals to those that are there."""

    def ids_of(self, cursor: Any, places: Collection[Subaccount]) -> Mapping[Subaccount, int]:
        """The ids of those of these subaccounts that are there, by subaccount."""
        found = (
            (place, cursor.execute(_FIND_PLEDGED if place.pledge else _FIND_OTHER, place).fetchone())
            for place in places
        )
        return {place: row[0] for place, row in found if row}

    @abstractmethod
    def known(self, cursor: Any, kind: str, references: Sequence[str]) -> Callable[[], Sequence[Any]]:
        """Which of these references of a kind are recorded, a row each: asked now, answered when called."""

    @abstractmethod
    def stream(self, connection: Connection, statement: str) -> Iterator[Any]:
        """The rows of a statement, a few in memory at a time, as plain tuples."""
