"""Reading for reports: sums and lines in a window, straight from the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    func,
    select,
    true,
)

from mdfm_ledger.chart import CHART, PLEDGE_CONTROL
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.sealing.disclosure import Disclosed, Moment, disclosed_at
from mdfm_ledger.sealing.unsealing import entry_of
from mdfm_ledger.series import as_date, day_number
from mdfm_ledger.source import OwnLine, PostedLine, Total, Where, Window
from mdfm_ledger.store.asking import answer, padded, size_for
from mdfm_ledger.store.balances import to_place
from mdfm_ledger.store.documents import standing_documents
from mdfm_ledger.store.indexed import UNDER_ALLOCATION, is_place_of
from mdfm_ledger.store.own_amounts import own_lines
from mdfm_ledger.store.query import (
    RECORD,
    RECORDS,
    STREAMED,
    found,
    head,
)
from mdfm_ledger.store.schema import DAILY_TOTAL, ENTRY, LINE, NOTHING, PLACE_COLUMNS, SUBACCOUNT

_DAILY = frozenset({"account", "term", "currency", "flow", "day"})
_IDS_AT_A_TIME = 10_000
_PLEDGED = frozenset(code for code, known in CHART.items() if "pledge" in known.needs)


class JournalReader:
    """Answers reports from the database. Use it inside one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._places: dict[int, Subaccount] = {}
        self.head = head(connection)
        """The number of the last entry when reading began."""
        # Registrations and statements issued post no lines: a window that ends before them knows all sums.
        self._last_posted: int = connection.execute(_LAST_POSTED).scalar_one()

    def totals(
        self, by: tuple[str, ...], window: Window, *, since: date | None = None, where: Where = None
    ) -> list[Total]:
        """Sums of lines by dimensions of the subaccount, or by ``day``, sorted by key."""
        shape = _shape(by, since, where, knows_less=self._knows_less(window))
        rows = answer(self._connection, _totals_statement(shape), _parameters(window, since, where))
        if "day" in by:
            return [Total(_key(by, row), int(row[-2]), int(row[-1])) for row in rows]
        return [Total(row[:-2], int(row[-2]), int(row[-1])) for row in rows]

    def lines(
        self, window: Window, *, since: date | None = None, where: Where = None, after: int = 0
    ) -> list[PostedLine]:
        """The lines with the heads of their entries, by accounting date, number, position."""
        shape = _shape((), since, where, knows_less=self._knows_less(window))
        parameters = _parameters(window, since, where) | {"after": after}
        rows = answer(self._connection, _lines_statement(shape, is_recent=after > 0), parameters)
        places = self._places_of({row[-1] for row in rows})
        # Made as the tuples they are: a report on all donors reads tens of thousands.
        return [
            tuple.__new__(
                PostedLine,
                (number, kind, what, why, as_date(on), as_date(value), places[place], signed, back, of_kind),
            )
            for number, kind, what, why, on, value, back, of_kind, signed, place in rows
        ]

    def _places_of(self, wanted: set[int]) -> Mapping[int, Subaccount]:
        """The subaccounts of these ids. A line carries the id: its many columns are read once a place."""
        missing = list(wanted - self._places.keys())
        for at in range(0, len(missing), _IDS_AT_A_TIME):
            limits = {"ids": missing[at : at + _IDS_AT_A_TIME]}
            for identity, *place in self._connection.execute(_PLACES, limits).all():
                self._places[identity] = to_place(tuple(place))
        return self._places

    def touched(self, window: Window, *, since: date | None = None, where: Where = None) -> Mapping[str, int]:
        """How many entries have a line of each donor."""
        statement = _touched_statement(_shape((), since, where, knows_less=self._knows_less(window)))
        rows = answer(self._connection, statement, _parameters(window, since, where))
        return {donor: count for donor, count in rows if donor}

    def own_lines(self, window: Window, *, term: str) -> list[OwnLine]:
        """The lines of a term that were priced, with their own amounts."""
        return own_lines(self._connection, window, term)

    def disclosed(self, moments: Iterable[Moment]) -> Mapping[Moment, Disclosed]:
        """How many parts a donor has in entries up to a number, and the root over them."""
        wanted = list(moments)
        if not wanted:
            return {}
        limits = {"last": max(number for number, _ in wanted)}
        rows = self._connection.execute(_PARTS, limits, execution_options=STREAMED)
        return disclosed_at(((row[0], row[1]) for row in rows), wanted)

    def seal(self, number: int) -> str:
        """The digest of an entry in hexadecimal; empty where there is no such entry."""
        found = self._connection.execute(_SEAL, {"number": number}).scalar()
        return found.hex() if found else ""

    def _knows_less(self, window: Window) -> bool:
        return window.known_at < self._last_posted

    def entries(
        self, window: Window, *, since: date | None = None, after: int = 0, at_most: int | None = None
    ) -> Iterator[JournalEntry]:
        """The whole entries, in number order, a few at a time: those of higher numbers than ``after``."""
        statement = select(*RECORD).select_from(RECORDS).order_by(ENTRY.c.number).limit(at_most)
        statement = statement.where(
            ENTRY.c.number.between(after + 1, window.known_at), ENTRY.c.day <= day_number(window.as_of)
        )
        if since is not None:
            statement = statement.where(ENTRY.c.day >= day_number(since))
        rows = self._connection.execute(statement, execution_options=STREAMED)
        for record in rows:
            yield entry_of(*record)

    def entry(self, kind: str, reference: str, window: Window) -> JournalEntry | None:
        """The entry of that kind and reference, None where there is none in the window."""
        one = found(self._connection, kind, reference)
        is_seen = one and one.entry.number <= window.known_at and one.entry.on <= window.as_of
        return one.entry if one and is_seen else None

    def documents(
        self, kind: str, window: Window, *, references: Iterable[str] | None = None
    ) -> dict[str, object]:
        """Documents of a kind as they stood in the window, by reference."""
        return standing_documents(self._connection, kind, window, references)


class _Shape(NamedTuple):
    """What a question asks, apart from the values it is limited to: its statement is built once."""

    by: tuple[str, ...]
    is_limited_to: tuple[tuple[str, int], ...]
    """Each dimension that is limited, and to how many values: 0 for the empty one."""
    has_since: bool
    knows_less: bool
    of_pledges: bool | None
    """Whether all lines asked for are of pledges, or none is; None where it may be either."""
    has_control: bool
    """Whether lines on the control account of pledges may be among them."""
    has_allotted: bool
    """Whether lines under an allocation may be among them."""

    @property
    def is_daily(self) -> bool:
        """Whether the sums by day and account answer it."""
        return not self.knows_less and {*self.by, *(name for name, _ in self.is_limited_to)} <= _DAILY


def _shape(by: tuple[str, ...], since: date | None, where: Where, *, knows_less: bool) -> _Shape:
    limits = where or {}
    many = tuple((name, _how_many(wanted)) for name, wanted in sorted(limits.items()))
    accounts = limits.get("account", ())
    wanted = (accounts,) if isinstance(accounts, str) else accounts
    has_control = not wanted or PLEDGE_CONTROL in wanted
    has_allotted = not wanted or not UNDER_ALLOCATION.isdisjoint(wanted)
    return _Shape(by, many, since is not None, knows_less, _of_pledges(wanted), has_control, has_allotted)


def _how_many(wanted: Sequence[str]) -> int:
    return (1 if wanted else 0) if isinstance(wanted, str) else size_for(wanted)


def _of_pledges(accounts: Sequence[str]) -> bool | None:
    sorts = {one in _PLEDGED for one in accounts}
    return sorts.pop() if len(sorts) == 1 else None


def _parameters(window: Window, since: date | None, where: Where) -> dict[str, object]:
    limits: dict[str, object] = {
        "as_of": day_number(window.as_of),
        "since": day_number(since) if since else 0,
        "known_at": window.known_at,
    }
    for name, wanted in (where or {}).items():
        if isinstance(wanted, str):
            limits[f"of_{name}"] = wanted
        else:
            limits |= {f"of_{name}_{at}": one for at, one in enumerate(padded(wanted))}
    return limits


@lru_cache(maxsize=256)
def _totals_statement(shape: _Shape) -> Select[Any]:
    table, day = (DAILY_TOTAL, DAILY_TOTAL.c.day) if shape.is_daily else (SUBACCOUNT, LINE.c.day)
    columns = [day if name == "day" else table.c[name] for name in shape.by]
    amount = LINE.c.amount
    sums: tuple[ColumnElement[int], ColumnElement[int]]
    if shape.is_daily:
        sums = (func.sum(DAILY_TOTAL.c.debit), func.sum(DAILY_TOTAL.c.credit))
    else:
        debit, credit = (func.sum(amount).filter(side) for side in (amount > 0, amount < 0))
        sums = (func.coalesce(debit, 0), -func.coalesce(credit, 0))
    statement: Select[Any] = select(*columns, *sums)
    if not shape.is_daily:
        statement = statement.join_from(SUBACCOUNT, LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
    return _within(statement, shape, table, day).group_by(*columns).order_by(*columns)


@lru_cache(maxsize=256)
def _lines_statement(shape: _Shape, *, is_recent: bool) -> Select[Any]:
    head = ("number", "kind", "reference", "description", "day", "value_day")
    undone = (func.coalesce(ENTRY.c.reverses, 0), func.coalesce(_UNDONE.c.kind, NOTHING))
    statement = (
        select(*(ENTRY.c[name] for name in head), *undone, LINE.c.amount, LINE.c.subaccount)
        .join_from(SUBACCOUNT, LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
        .join(ENTRY, ENTRY.c.number == LINE.c.number)
        .join(_UNDONE, _UNDONE.c.number == ENTRY.c.reverses, isouter=True)
        .order_by(LINE.c.day, LINE.c.number, LINE.c.position)
    )
    if is_recent:
        statement = statement.where(LINE.c.number > bindparam("after"))
    return _within(statement, shape, SUBACCOUNT, LINE.c.day)


@lru_cache(maxsize=256)
def _touched_statement(shape: _Shape) -> Select[Any]:
    statement = (
        select(SUBACCOUNT.c.donor, func.count(LINE.c.number.distinct()))
        .join_from(SUBACCOUNT, LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
        .group_by(SUBACCOUNT.c.donor)
    )
    return _within(statement, shape, SUBACCOUNT, LINE.c.day)


def _within(statement: Select[Any], shape: _Shape, table: Table, day: ColumnElement[int]) -> Select[Any]:
    statement = statement.where(day <= bindparam("as_of"))
    if shape.has_since:
        statement = statement.where(day >= bindparam("since"))
    if shape.knows_less:
        statement = statement.where(LINE.c.number <= bindparam("known_at"))
    for name, many in shape.is_limited_to:
        statement = statement.where(_is_wanted(table.c[name], name, many))
    return _by_index(statement, shape) if table is SUBACCOUNT else statement


def _is_wanted(column: Any, name: str, many: int) -> ColumnElement[bool]:
    if many > 1:
        is_one: ColumnElement[bool] = column.in_([bindparam(f"of_{name}_{at}") for at in range(many)])
        return is_one
    # An index that leaves out the empty ones is used only where the question does too.
    limits = (column == bindparam(f"of_{name}"), column != NOTHING)
    return and_(*limits[: many + 1])


def _by_index(statement: Select[Any], shape: _Shape) -> Select[Any]:
    """Say of what sort all places are: those of pledges have an index, the others another."""
    if ("donor", 1) in shape.is_limited_to:
        many = dict(shape.is_limited_to).get("account")
        is_wanted = (lambda column: _is_wanted(column, "account", many)) if many else (lambda _: true())
        return statement.where(
            is_place_of(
                bindparam("of_donor"),
                is_wanted,
                on_control=shape.has_control,
                allotted=shape.has_allotted,
            )
        )
    if shape.of_pledges is None:
        return statement
    is_of_pledge = SUBACCOUNT.c.pledge != NOTHING if shape.of_pledges else SUBACCOUNT.c.pledge == NOTHING
    return statement.where(is_of_pledge)


_UNDONE = ENTRY.alias("undone")
_LAST_POSTED = select(func.coalesce(func.max(LINE.c.number), 0))
_PLACES = select(SUBACCOUNT.c.id, *(SUBACCOUNT.c[name] for name in PLACE_COLUMNS)).where(
    SUBACCOUNT.c.id.in_(bindparam("ids", expanding=True))
)
_PARTS = (
    select(ENTRY.c.number, ENTRY.c.parts).where(ENTRY.c.number <= bindparam("last")).order_by(ENTRY.c.number)
)
_SEAL = select(ENTRY.c.seal).where(ENTRY.c.number == bindparam("number"))


def _key(by: tuple[str, ...], row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        as_date(value).isoformat() if name == "day" else value for name, value in zip(by, row, strict=False)
    )
