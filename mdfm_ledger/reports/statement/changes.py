"""What has changed since an issued statement: its figures as reported and restated, and why.

Later entries dated within the earlier period are the only thing that can restate it, so the
differences are the sums of those entries, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import cast

from attrs import frozen

from mdfm_ledger.books.statement_register import IssuedStatement, StatementRegister, register_reference
from mdfm_ledger.chart import BASE_CURRENCY, HELD
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Block, Cell, Column, ColumnKind, Note, Row, RowLevel, Table, text
from mdfm_ledger.reports.flows import FLOWS, MOVES
from mdfm_ledger.reports.positions import donors_of
from mdfm_ledger.reports.statement.account import STATES
from mdfm_ledger.source import JournalSource, PostedLine, Window

Figure = tuple[str, str]
"""A figure of the earlier statement: its key and its currency."""

_OPENING, _CLOSING = "opening", "closing"
_OUTSIDE = {"2060": "refunds_payable", "2070": "donor_balance"}
_ORDER = (
    _OPENING,
    *(flow.key for flow in FLOWS),
    _CLOSING,
    *STATES.values(),
    *_OUTSIDE.values(),
    "pledged",
    "paid",
    "written_off",
)
_MEMORANDUM = STATES | {"8090": "pledged", "8040": "paid", "8050": "written_off"}
_CREDITS = frozenset({*STATES, "8090"})


@frozen(kw_only=True)
class ChangedFigure:
    """A figure of the earlier statement: ``as_reported`` + ``adjustment`` = ``restated``."""

    key: str
    as_reported: Amount
    adjustment: Amount
    restated: Amount


@frozen(kw_only=True)
class Effect:
    """What an entry does to a figure of the earlier statement."""

    key: str
    amount: Amount


@frozen(kw_only=True)
class LateEntry:
    """An entry recorded since, dated within the earlier period, and what it does to its figures.

    ``reverses`` is the number of the entry it takes back, 0 where it takes back none. ``reason`` is
    left out where it names another donor.
    """

    number: int
    on: date
    kind: str
    reference: str
    reason: str
    reverses: int
    effects: tuple[Effect, ...]


@frozen(kw_only=True)
class Changes:
    """A statement issued before, and what has changed of it since: the superseded one, or the last before.

    ``figures`` are those that changed, and the closing balance; ``entries`` explain every difference.
    """

    statement: str
    since: date
    as_of: date
    known_at: int
    figures: tuple[ChangedFigure, ...]
    entries: tuple[LateEntry, ...]


def changes_since(
    source: JournalSource, window: Window, *, donor: str, term: str, issued: IssuedStatement | None
) -> Changes | None:
    """What has changed of a statement issued before; None where there was none."""
    if issued is None:
        return None
    where = {"donor": donor, "term": term}
    now = Window(as_of=issued.as_of, known_at=window.known_at)
    reported = _figures(source, Window(as_of=issued.as_of, known_at=issued.known_at), issued.since, where)
    restated = _figures(source, now, issued.since, where)
    late = source.lines(now, where=where, after=issued.known_at)
    hidden = _names_of_others(source, window, donor) if late else None
    return Changes(
        statement=issued.reference,
        since=issued.since,
        as_of=issued.as_of,
        known_at=issued.known_at,
        figures=_changed(reported, restated),
        entries=_late_entries(late, issued, hidden),
    )


def register_of(source: JournalSource, window: Window, donor: str, term: str) -> StatementRegister | None:
    """The statements issued to a donor for a term, as known in the window."""
    known = register_reference(donor, term)
    found = source.documents("statement_register", window, references=(known,))
    return cast("StatementRegister | None", found.get(known))


def _figures(
    source: JournalSource, window: Window, since: date, where: Mapping[str, str]
) -> dict[Figure, int]:
    """Every figure of a period that late entries can change, in minor units, as a reader sees it."""
    by = ("account", "flow", "currency")
    before = Window(as_of=since - timedelta(days=1), known_at=window.known_at)
    held, memorandum = {**where, "account": (*HELD, *_OUTSIDE)}, {**where, "account": tuple(_MEMORANDUM)}
    found: dict[Figure, int] = {}
    for is_before, totals in (
        (True, source.totals(by, before, where=held)),
        (False, source.totals(by, window, since=since, where=held)),
        (False, source.totals(by, window, where=memorandum)),
    ):
        for total in totals:
            account, flow, currency = total.key
            for key, minor in _moves(account, flow, total.balance, is_before=is_before):
                found[key, currency] = found.get((key, currency), 0) + minor
    return found


def _moves(account: str, flow: str, balance: int, *, is_before: bool) -> Iterator[tuple[str, int]]:
    """The figures a movement (debit positive) is part of, and what it adds to each."""
    if account in _MEMORANDUM:
        yield _MEMORANDUM[account], -balance if account in _CREDITS else balance
        return
    if account in _OUTSIDE:
        yield _OUTSIDE[account], -balance
    for moved, sign in MOVES.get((account, flow), ()):
        yield _OPENING if is_before else moved.key, sign * balance
        yield _CLOSING, sign * balance


def _changed(reported: Mapping[Figure, int], restated: Mapping[Figure, int]) -> tuple[ChangedFigure, ...]:
    """The figures that differ, and what is held in any case, in the order of the account."""
    figures = {*reported, *restated, (_CLOSING, BASE_CURRENCY)}
    return tuple(
        ChangedFigure(
            key=key,
            as_reported=Amount(reported.get((key, currency), 0), currency),
            adjustment=Amount(restated.get((key, currency), 0) - reported.get((key, currency), 0), currency),
            restated=Amount(restated.get((key, currency), 0), currency),
        )
        for key, currency in sorted(figures, key=lambda figure: (_ORDER.index(figure[0]), figure[1]))
        if key == _CLOSING or restated.get((key, currency), 0) != reported.get((key, currency), 0)
    )


def _late_entries(
    late: Iterable[PostedLine], issued: IssuedStatement, hidden: re.Pattern[str] | None
) -> tuple[LateEntry, ...]:
    """The entries behind the differences, in number order; one that changes no figure is left out."""
    by_number: dict[int, list[PostedLine]] = {}
    for line in late:
        by_number.setdefault(line.number, []).append(line)
    entries = (_late_entry(by_number[number], issued, hidden) for number in sorted(by_number))
    return tuple(entry for entry in entries if entry.effects)


def _late_entry(
    lines: list[PostedLine], issued: IssuedStatement, hidden: re.Pattern[str] | None
) -> LateEntry:
    first, sums = lines[0], dict[Figure, int]()
    for line in lines:
        place = line.place
        for key, minor in _moves(place.account, place.flow, line.signed, is_before=line.on < issued.since):
            sums[key, place.currency] = sums.get((key, place.currency), 0) + minor
    names_another = hidden is not None and hidden.search(f"{first.reference}\n{first.description}")
    return LateEntry(
        number=first.number,
        on=first.on,
        kind=first.kind,
        reference="" if names_another else first.reference,
        reason="" if names_another else first.description,
        reverses=first.reverses,
        effects=tuple(
            Effect(key=key, amount=Amount(sums[key, currency], currency))
            for key, currency in sorted(sums, key=lambda figure: (_ORDER.index(figure[0]), figure[1]))
            if sums[key, currency]
        ),
    )


def _names_of_others(source: JournalSource, window: Window, donor: str) -> re.Pattern[str] | None:
    """What finds the name or reference of another donor, as a word of its own, in a text."""
    others = [one for one in donors_of(source, window).values() if one.reference != donor]
    words = {word for one in others for word in (one.name, one.reference)}
    if not words:
        return None
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(words)))


def change_blocks(changes: Changes | None, supersedes: str) -> tuple[Block, ...]:
    """The table of figures and the entries that explain them; in words where there is nothing to show.

    ``supersedes`` is the statement that this one supersedes, empty where it is the first of its period.
    """
    if changes is None:
        return (Note(text=text("note.first_statement")),)
    values: dict[str, Cell] = {
        "statement": changes.statement,
        "since": changes.since,
        "as_of": changes.as_of,
        "known_at": changes.known_at,
    }
    of = "_superseded" if changes.statement == supersedes else ""
    if not changes.entries:
        return (Note(text=text(f"note.unchanged{of}", **values)),)
    note = Note(text=text(f"note.changes_since{of}", **values))
    return (note, _figures_table(changes), _entries_table(changes))


def _figures_table(changes: Changes) -> Table:
    columns = (
        Column(key="figure", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("as_reported", "adjustment", "restated")),
    )
    rows = tuple(
        Row(
            cells=(text(f"figure.{one.key}"), one.as_reported, one.adjustment, one.restated),
            level=RowLevel.TOTAL if one.key == _CLOSING else RowLevel.NORMAL,
        )
        for one in changes.figures
    )
    return Table(key="changes_since", columns=columns, rows=rows)


def _entries_table(changes: Changes) -> Table:
    columns = (
        Column(key="number", kind=ColumnKind.NUMBER),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="event", kind=ColumnKind.TEXT),
        Column(key="reason", kind=ColumnKind.TEXT),
        Column(key="figure", kind=ColumnKind.TEXT),
        Column(key="adjustment", kind=ColumnKind.AMOUNT),
    )
    rows: list[Row] = []
    for entry in changes.entries:
        head: tuple[Cell, ...] = (entry.number, entry.on, _event(entry), entry.reason)
        for effect in entry.effects:
            cells = (*head, text(f"figure.{effect.key}"), effect.amount)
            rows.append(Row(cells=cells, entries=(entry.number,)))
            head = (None, None, None, None)
    return Table(key="late_entries", columns=columns, rows=tuple(rows))


def _event(entry: LateEntry) -> Cell:
    kind = text(f"event.{entry.kind}")
    if entry.reverses:
        return text("late.reversal", number=entry.reverses)
    return text("late.entry", kind=kind, reference=entry.reference)
