"""The tables. Every amount is a whole number of minor units; every column but one is derived from the leaf.

``entry.leaf`` and ``entry.parts`` hold the exact canonical bytes of an entry and are the record; the other
columns and the lines exist so that questions can be answered without reading it, and verify compares them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    and_,
    event,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles

from mdfm_ledger.chart import BASE_CURRENCY, CHART, DIMENSIONS, PLEDGE_CONTROL
from mdfm_ledger.money import MAX_MINOR

APPLICATION_ID = 0x4D44464D
"""``MDFM`` in ASCII: what marks an SQLite file as one of our ledgers."""

SCHEMA_VERSION = 1

METADATA = MetaData()

NOTHING: Any = literal_column("''")
"""The empty text as it stands in an index that leaves it out. Bound as a value it would have the database
look at the statement anew each time, to find whether the index will do."""


def _refers(target: str) -> ForeignKey:
    """A reference checked at the commit, since what may abort at once has pages copied for each row."""
    return ForeignKey(target, deferrable=True, initially="DEFERRED")


TEXT_BY_BYTES = 'TEXT COLLATE "C"'


def _seen_to_by_guards(columns: list[str], target: list[str], *, but: str = "") -> ForeignKeyConstraint:
    """A reference that guards see to, once an entry; on the engine named it is a foreign key all the same.

    A foreign key would be looked at once more a line, and only where another program did not turn it off.
    """
    key = ForeignKeyConstraint(columns, target, deferrable=True, initially="DEFERRED")
    key.ddl_if(callable_=lambda *_, dialect, **__: dialect.name == but)
    return key


def _account_known_there() -> CheckConstraint:
    """The chart is fixed, so its codes can be said: a server's key would look for one, and lock it, a row."""
    codes = ", ".join(f"'{code}'" for code in sorted(CHART))
    check = CheckConstraint(f"account IN ({codes})", name="account_known")
    check.ddl_if(dialect="postgresql")
    return check


class BytewiseText(Text):
    """Text sorted by its bytes: a server would else sort by the language somebody set it up in."""


@compiles(BytewiseText, "postgresql")
def _as_made(sort: BytewiseText, compiler: Any, type_expression: Any = None, **_: object) -> str:
    # Said where a column is made; a value compared with it takes over how it sorts.
    del sort, compiler
    return "TEXT" if type_expression is None else TEXT_BY_BYTES


def _also_on_a_server(table: Table, statement: str) -> None:
    """Have a server told more of a table when it is made."""

    def tell(_: Table, connection: Connection, **__: object) -> None:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", tell)


# SQLite keeps up to 64 bits in an INTEGER, and its STRICT tables know no BIGINT.
_BIG = BigInteger().with_variant(Integer, "sqlite")

PLACE_COLUMNS = ("account", "term", "currency", *DIMENSIONS)
"""The columns that make a subaccount, in the order of its fields."""

ACCOUNT = Table(
    "account",
    METADATA,
    Column("code", BytewiseText, primary_key=True),
    Column("journal_set", BytewiseText, nullable=False),
    # No revenue account can be named: trust accounts are assets and liabilities, 8xxx memorandum.
    CheckConstraint(
        "(journal_set = 'trust' AND code >= '1000' AND code < '3000')"
        " OR (journal_set = 'memorandum' AND code >= '8000' AND code < '9000')",
        name="no_revenue",
    ),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

SUBACCOUNT = Table(
    "subaccount",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("account", BytewiseText, nullable=False),
    Column("term", BytewiseText, nullable=False),
    Column("currency", BytewiseText, nullable=False),
    *(Column(name, BytewiseText, nullable=False, server_default="") for name in DIMENSIONS),
    _seen_to_by_guards(["account"], ["account.code"], but="sqlite"),
    sqlite_strict=True,
)
MOSTLY_TELLING = ("allocation", "donor", "account")
"""The columns that tell almost any two places apart which are of no pledge."""

# By allocation first: its places are made together, one for each donor it takes from. So they lie together,
# and are found by it.
_PLACE_BY_ALLOCATION = (
    *MOSTLY_TELLING,
    *(name for name in PLACE_COLUMNS if name not in (*MOSTLY_TELLING, "pledge")),
)
# Most places are of pledges. A pledge has one on an account: what else is in its place, the pledge says. So
# these two take a third of the room of one that has all columns of all places.
for _name, _unique, _where in (
    ("one_place_of_pledge", ("pledge", "account"), SUBACCOUNT.c.pledge != ""),
    ("one_place", _PLACE_BY_ALLOCATION, SUBACCOUNT.c.pledge == ""),
):
    _columns = [SUBACCOUNT.c[_column] for _column in _unique]
    Index(_name, *_columns, unique=True, sqlite_where=_where, postgresql_where=_where)
for _name, *_then in (("donor", "account"), ("obligation",), ("advance",), ("party",)):
    # Partial, because most subaccounts have none: a question has to say ``<> ''`` to be answered by it.
    # A donor's places are mostly its pledges', so that what is asked of another account needs to skip them;
    # those on the control account are left out, as each pledge has one there and is told by another. So are
    # those under an allocation, which makes one for each of many donors: here each would lie on another page.
    _columns = [SUBACCOUNT.c[_column] for _column in (_name, *_then)]
    _given = SUBACCOUNT.c[_name] != ""
    if _name == "donor":
        _given &= (SUBACCOUNT.c.account != PLEDGE_CONTROL) & (SUBACCOUNT.c.allocation == "")
    Index(f"subaccount_by_{_name}", *_columns, sqlite_where=_given, postgresql_where=_given)

ENTRY = Table(
    "entry",
    METADATA,
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("kind", BytewiseText, nullable=False),
    Column("reference", BytewiseText, nullable=False),
    Column("about", BytewiseText, nullable=False),
    Column("day", Integer, nullable=False),
    Column("value_day", Integer, nullable=False),
    # Microseconds since 1970 began, in UTC: a third of the room its text takes, which the leaf has.
    Column("recorded_at", _BIG, nullable=False),
    Column("actor", BytewiseText, nullable=False),
    Column("approved_by", BytewiseText, nullable=False),
    Column("description", BytewiseText, nullable=False),
    Column("reverses", _BIG),
    Column("line_count", Integer, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("parts", LargeBinary, nullable=False),
    Column("seal", LargeBinary, nullable=False),
    UniqueConstraint("kind", "reference", name="one_reference"),
    CheckConstraint("length(seal) = 32", name="seal_length"),
    CheckConstraint("actor <> ''", name="actor_named"),
    _seen_to_by_guards(["reverses"], ["entry.number"], but="sqlite"),
    sqlite_strict=True,
)
# Who was logged in, as the server knows it: no part of the record, and no other engine knows it.
_also_on_a_server(ENTRY, f"ALTER TABLE entry ADD COLUMN login {TEXT_BY_BYTES} DEFAULT session_user NOT NULL")
_reversing = ENTRY.c.reverses.is_not(None)
Index(
    "one_reversal",
    ENTRY.c.reverses,
    unique=True,
    sqlite_where=_reversing,
    postgresql_where=_reversing,
)
OWN_DOCUMENT = ENTRY.c.kind + literal_column("':'") + ENTRY.c.reference
"""The document an entry begins where it is called as the entry is: most are, and are found by that."""

IS_OF_ANOTHER = and_(ENTRY.c.about != NOTHING, ENTRY.c.about != OWN_DOCUMENT)
"""That an entry is about a document that is not called as it is. A question has to say it to be answered by
the index, which has no room for the others."""

Index("entry_by_about", ENTRY.c.about, sqlite_where=IS_OF_ANOTHER, postgresql_where=IS_OF_ANOTHER)

LINE = Table(
    "line",
    METADATA,
    Column("number", _BIG, nullable=False, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False, primary_key=True, autoincrement=False),
    Column("subaccount", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    # Debit positive, credit negative, in minor units of the subaccount's currency.
    Column("amount", _BIG, nullable=False),
    # Lines are written before their entry; without the entry the transaction cannot commit.
    _seen_to_by_guards(["number"], ["entry.number"], but="sqlite"),
    CheckConstraint(f"amount <> 0 AND amount BETWEEN -{MAX_MINOR} AND {MAX_MINOR}", name="amount_range"),
    _seen_to_by_guards(["subaccount"], ["subaccount.id"]),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("line_by_subaccount", LINE.c.subaccount, LINE.c.day, LINE.c.amount)

OWN_AMOUNT = Table(
    "own_amount",
    METADATA,
    Column("number", _BIG, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("currency", BytewiseText, nullable=False),
    # On the side of its line, in minor units of its currency; a table of its own,
    # because few lines have one.
    Column("amount", _BIG, nullable=False),
    Column("rate", BytewiseText, nullable=False),
    Column("quoted", BytewiseText, nullable=False),
    Column("source", BytewiseText, nullable=False),
    Column("since", Integer, nullable=False),
    # A file would look for a waiting own amount at each line that is written.
    _seen_to_by_guards(["number", "position"], ["line.number", "line.position"], but="postgresql"),
    _seen_to_by_guards(["number"], ["entry.number"], but="sqlite"),
    CheckConstraint(f"amount BETWEEN 0 AND {MAX_MINOR}", name="own_amount_range"),
    CheckConstraint(f"currency <> '{BASE_CURRENCY}'", name="own_currency"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What lines are in other currencies, and the rates they were priced at."""

PERSONAL_DETAIL = Table(
    "personal_detail",
    METADATA,
    # Written before its entry, as lines are.
    Column(
        "number",
        _BIG,
        _refers("entry.number"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("detail", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Names, contacts and bank identifiers: the one thing that can be erased, by a recorded redaction."""

# A server keeps samples of what is in a column, where erasing a row does not reach.
_also_on_a_server(PERSONAL_DETAIL, "ALTER TABLE personal_detail ALTER COLUMN detail SET STATISTICS 0")

TILE = Table(
    "tile",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", _BIG, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("length(hash) = 32", name="hash_length"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Roots over 256 entries each: a convenience that verify works out again, never the record."""

DAILY_TOTAL = Table(
    "daily_total",
    METADATA,
    Column("account", BytewiseText, primary_key=True),
    Column("term", BytewiseText, primary_key=True),
    Column("currency", BytewiseText, primary_key=True),
    Column("flow", BytewiseText, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("debit", _BIG, nullable=False),
    Column("credit", _BIG, nullable=False),
    _seen_to_by_guards(["account"], ["account.code"], but="sqlite"),
    _account_known_there(),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Sums of the lines by account, flow and day: a convenience that verify recounts, never the record."""
