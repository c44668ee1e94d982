"""Reading for reports: sums and lines in a window, straight from the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select

from mdfm_ledger.books import Versions, next_versions
from mdfm_ledger.codec import event_from_json, line_from_json
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalEntry, Lines
from mdfm_ledger.series import as_date, day_number
from mdfm_ledger.source import PostedLine, Total, Where, Window
from mdfm_ledger.store.query import decode, head, to_place
from mdfm_ledger.store.schema import DAILY_TOTAL, ENTRY, LINE, PLACE_COLUMNS, SUBACCOUNT

_DAILY = frozenset({"account", "term", "currency", "day"})
_REGISTERED = frozenset({"term", "donor", "bank_account"})
_ROWS_AT_A_TIME = 1_000


class JournalReader:
    """Answers reports from the database. Use it inside one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.head = head(connection)
        """The number of the last entry when reading began."""

    def totals(
        self, by: tuple[str, ...], window: Window, *, since: date | None = None, where: Where = None
    ) -> list[Total]:
        """Sums of lines by dimensions of the subaccount, or by ``day``, sorted by key."""
        if {*by, *(where or {})} <= _DAILY and window.known_at >= self.head:
            statement = _summed(by, DAILY_TOTAL, DAILY_TOTAL.c.debit, DAILY_TOTAL.c.credit)
            statement = _within(statement, DAILY_TOTAL.c.day, window, since, where, DAILY_TOTAL)
        else:
            amount = LINE.c.amount
            statement = _summed(
                by, SUBACCOUNT, case((amount > 0, amount), else_=0), case((amount < 0, -amount), else_=0)
            ).join_from(SUBACCOUNT, LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
            statement = _within(statement, LINE.c.day, window, since, where, SUBACCOUNT)
            if window.known_at < self.head:
                statement = statement.where(LINE.c.number <= window.known_at)
        # All at once: asking the driver row by row costs more than the rows do.
        rows = self._connection.execute(statement).all()
        if "day" in by:
            return [Total(_key(by, row), int(row[-2]), int(row[-1])) for row in rows]
        return [Total(row[:-2], int(row[-2]), int(row[-1])) for row in rows]

    def lines(self, window: Window, *, since: date | None = None, where: Where = None) -> list[PostedLine]:
        """The lines with the heads of their entries, by accounting date, number, position."""
        statement = (
            select(
                ENTRY.c.number,
                ENTRY.c.kind,
                ENTRY.c.reference,
                ENTRY.c.description,
                ENTRY.c.day,
                ENTRY.c.value_day,
                LINE.c.amount,
                *(SUBACCOUNT.c[name] for name in PLACE_COLUMNS),
            )
            .join_from(SUBACCOUNT, LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
            .join(ENTRY, ENTRY.c.number == LINE.c.number)
            .order_by(LINE.c.day, LINE.c.number, LINE.c.position)
        )
        statement = _within(statement, LINE.c.day, window, since, where, SUBACCOUNT)
        if window.known_at < self.head:
            statement = statement.where(LINE.c.number <= window.known_at)
        return [
            PostedLine(
                number,
                kind,
                reference,
                description,
                as_date(day),
                as_date(value_day),
                to_place(tuple(place)),
                signed,
            )
            for number, kind, reference, description, day, value_day, signed, *place in (
                self._connection.execute(statement).all()
            )
        ]

    def entries(self, window: Window, *, since: date | None = None) -> Iterator[JournalEntry]:
        """The whole entries, in number order, a few at a time."""
        statement = select(ENTRY.c.leaf).order_by(ENTRY.c.number)
        statement = statement.where(
            ENTRY.c.number <= window.known_at, ENTRY.c.day <= day_number(window.as_of)
        )
        if since is not None:
            statement = statement.where(ENTRY.c.day >= day_number(since))
        rows = self._connection.execution_options(yield_per=_ROWS_AT_A_TIME).execute(statement)
        for (leaf,) in rows:
            yield decode(leaf)

    def documents(
        self, kind: str, window: Window, *, references: Iterable[str] | None = None
    ) -> dict[str, object]:
        """Documents of a kind as they stood in the window, by reference."""
        statement = select(ENTRY.c.leaf).where(ENTRY.c.number <= window.known_at, ENTRY.c.about != "")
        statement = statement.order_by(ENTRY.c.number)
        if references is None:
            statement = statement.where(ENTRY.c.about.between(f"{kind}:", f"{kind};"))
        else:
            statement = statement.where(ENTRY.c.about.in_([f"{kind}:{one}" for one in references]))
        if kind not in _REGISTERED:
            statement = statement.where(ENTRY.c.day <= day_number(window.as_of))
        standing: dict[str, Versions] = {}
        for (leaf,) in self._connection.execute(statement).all():
            value = json.loads(leaf)
            # Only an allocation is made of its lines as well; the others need not read theirs.
            lines = tuple(map(line_from_json, value["lines"])) if kind == "allocation" else ()
            reference = value["about"].partition(":")[2]
            event = event_from_json(value["event"])
            standing[reference] = _versions_after(standing.get(reference, ()), event, lines)
        return {reference: versions[-1][1] for reference, versions in standing.items() if versions}


def _versions_after(versions: Versions, event: Event, lines: Lines) -> Versions:
    """The states of a document in a window, which may hold a reversal and not what came between."""
    undone = event.reverses
    if undone:
        return tuple(version for version in versions if version[0] != undone)
    return next_versions(versions, event, lines)


def _summed(
    by: tuple[str, ...], table: Table, debit: ColumnElement[Any], credit: ColumnElement[Any]
) -> Select[Any]:
    columns = [LINE.c.day if name == "day" and table is SUBACCOUNT else table.c[name] for name in by]
    return select(*columns, func.sum(debit), func.sum(credit)).group_by(*columns).order_by(*columns)


def _within(
    statement: Select[Any],
    day: ColumnElement[int],
    window: Window,
    since: date | None,
    where: Where,
    table: Table,
) -> Select[Any]:
    statement = statement.where(day <= day_number(window.as_of))
    if since is not None:
        statement = statement.where(day >= day_number(since))
    for name, wanted in (where or {}).items():
        column = table.c[name]
        if isinstance(wanted, str):
            # An index that leaves out the empty ones is used only where the question does too.
            statement = statement.where(column == wanted, *([column != ""] if wanted else []))
        else:
            statement = statement.where(column.in_(wanted))
    return statement


def _key(by: tuple[str, ...], row: Sequence[Any]) -> tuple[str, ...]:
    return tuple(
        as_date(value).isoformat() if name == "day" else value for name, value in zip(by, row, strict=False)
    )
