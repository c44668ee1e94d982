"""Pledge position: what was open on each pledge, what changed in a period, and what is open after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.chart import PLEDGE_OPEN
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import donors_of, pledge_positions, term_of
from mdfm_ledger.reports.ties import Tie, tie
from mdfm_ledger.reports.trial_balance import TrialBalance
from mdfm_ledger.source import JournalSource, PostedLine, Window

_MOVEMENTS = (
    "opening",
    "opening_ahead",
    "promised",
    "raised",
    "lowered",
    "paid",
    "written_off",
    "closing",
    "ahead",
)
_DUE = ("closing", "due_in_period", "due")
_AMOUNTS = (*_MOVEMENTS, "due_in_period", "due")
_RARE = ("opening_ahead", "ahead")
"""Columns for what was received before it was promised; they are shown where anything was."""


@frozen(kw_only=True)
class PledgeMovement:
    """A pledge through a period, in its own currency.

    ``closing`` - ``ahead`` = ``opening`` - ``opening_ahead`` + ``promised`` + ``raised`` - ``lowered`` -
    ``paid`` - ``written_off``; what a reversal takes back is taken off what it had added to. ``opening`` and
    ``closing`` are what was open, ``ahead`` what was received before it was promised. ``due_in_period`` is
    what the schedule asks for in the period, paid or not; ``due`` is what is due and unpaid at its end, of
    whatever period.
    """

    pledge: str
    donor: str
    donor_name: str
    opening: Amount
    opening_ahead: Amount
    promised: Amount
    raised: Amount
    lowered: Amount
    paid: Amount
    written_off: Amount
    closing: Amount
    ahead: Amount
    due_in_period: Amount
    due: Amount


@frozen(kw_only=True)
class MovementTotal:
    """All pledges of one currency added up, in the columns of the report."""

    currency: str
    amounts: tuple[Amount, ...]


@frozen(kw_only=True)
class PledgePositionReport:
    """The pledges of a term from ``since`` to the ``as_of`` of the head, both inclusive."""

    name = "pledge_position"

    head: Head
    since: date
    rows: tuple[PledgeMovement, ...]
    totals: tuple[MovementTotal, ...]

    def ties(self, balance: TrialBalance) -> Iterator[Tie]:
        """What is open against the trial balance, and against what was open and what changed."""
        for total in self.totals:
            own = dict(zip(_AMOUNTS, total.amounts, strict=True))
            net = own["closing"] - own["ahead"]
            zero = Amount.zero(total.currency)
            booked = sum((balance.balance(code, total.currency) for code in PLEDGE_OPEN), start=zero)
            yield tie("pledges", "trial_balance", booked, self.name, net)
            moved = own["opening"] - own["opening_ahead"] + own["promised"] + own["raised"]
            moved -= own["lowered"] + own["paid"] + own["written_off"]
            yield tie("pledge_movements", self.name, moved, self.name, net)

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        period = Facts(key="period", items=(Fact(key="since", value=self.since),))
        return Document(
            name=self.name,
            title=text("title.pledge_position"),
            sections=(
                Section(key="head", blocks=(self.head.facts(), period)),
                Section(key="pledge_position", blocks=(self._table("pledge_position", self._shown()),)),
                Section(key="pledges_due", blocks=(self._table("pledges_due", _DUE),)),
            ),
        )

    def _shown(self) -> tuple[str, ...]:
        rare = {key for row in self.rows for key in _RARE if getattr(row, key).minor}
        return tuple(key for key in _MOVEMENTS if key not in _RARE or key in rare)

    def _table(self, key: str, amounts: tuple[str, ...]) -> Table:
        columns = (
            Column(key="donor", kind=ColumnKind.TEXT),
            Column(key="pledge", kind=ColumnKind.TEXT),
            *(Column(key=one, kind=ColumnKind.AMOUNT) for one in amounts),
        )
        rows = [
            Row(cells=(row.donor, row.pledge, *(getattr(row, one) for one in amounts))) for row in self.rows
        ]
        places = [_AMOUNTS.index(one) for one in amounts]
        totals = [
            Row(
                cells=(text("total"), total.currency, *(total.amounts[place] for place in places)),
                level=RowLevel.TOTAL,
            )
            for total in self.totals
        ]
        return Table(key=key, columns=columns, rows=(*rows, *totals))


def pledge_position(
    source: JournalSource, window: Window, *, term: str, since: date | None = None
) -> PledgePositionReport:
    """The pledges of a term through a period, from ``since`` (the term's first day unless given) on.

    What came before that day is the opening. Raises UnknownDocumentError.
    """
    first = since or term_of(source, window, term).starts_on
    rows = pledge_movements(source, window, term=term, since=first)
    currencies = sorted({row.closing.currency for row in rows})
    return PledgePositionReport(
        head=head_of(term, window),
        since=first,
        rows=rows,
        totals=tuple(_total(rows, currency) for currency in currencies),
    )


def pledge_movements(
    source: JournalSource, window: Window, *, term: str, since: date, donor: str = ""
) -> tuple[PledgeMovement, ...]:
    """Each pledge of a term (and donor) with something open, moved or falling due in the period.

    In the order pledged; those not made yet and paid already come last.
    """
    before = Window(as_of=since - timedelta(days=1), known_at=window.known_at)
    of_donor = {"donor": donor} if donor else {}
    opening = {
        total.key[0]: total.balance
        for total in source.totals(
            ("pledge",), before, where={"term": term, "account": PLEDGE_OPEN, **of_donor}
        )
    }
    moved: dict[str, dict[str, int]] = {}
    where = {"term": term, "account": ("8040", "8050", "8090"), **of_donor}
    for line in source.lines(window, since=since, where=where):
        column, minor = _movement(line)
        own = moved.setdefault(line.place.pledge, {})
        own[column] = own.get(column, 0) + minor
    names = {reference: known.name for reference, known in donors_of(source, window).items()}
    promises = cast(dict[str, PledgePromise], source.documents("pledge", window))
    rows = []
    for position in pledge_positions(source, window, term=term, donor=donor):
        promise = promises.get(position.pledge)
        row = {
            **moved.get(position.pledge, {}),
            "opening": max(opening.get(position.pledge, 0), 0),
            "opening_ahead": max(-opening.get(position.pledge, 0), 0),
            "due_in_period": _due_in(promise, since, window.as_of) if promise else 0,
            "closing": position.open.minor,
            "ahead": position.ahead.minor,
            "due": position.due.minor,
        }
        if any(row.values()):
            amounts = {key: Amount(row.get(key, 0), position.amount.currency) for key in _AMOUNTS}
            rows.append(
                PledgeMovement(
                    pledge=position.pledge,
                    donor=position.donor,
                    donor_name=names[position.donor],
                    **amounts,
                )
            )
    return tuple(rows)


def _movement(line: PostedLine) -> tuple[str, int]:
    """The column a line belongs to, and what it adds there; a reversal takes off where it was added."""
    if line.place.account == "8040":
        return "paid", line.signed
    if line.place.account == "8050":
        return "written_off", line.signed
    if line.cause == "pledge":
        return "promised", -line.signed
    # A credit on the control account is a raise; the mirror of a raise is a debit, and takes it back.
    is_raise = (line.signed < 0) is not bool(line.reverses)
    return ("raised", -line.signed) if is_raise else ("lowered", line.signed)


def _due_in(promise: PledgePromise, since: date, until: date) -> int:
    return promise.due_by(until) - promise.due_by(since - timedelta(days=1))


def _amounts(row: PledgeMovement) -> tuple[Amount, ...]:
    return tuple(getattr(row, key) for key in _AMOUNTS)


def _total(rows: tuple[PledgeMovement, ...], currency: str) -> MovementTotal:
    own = [_amounts(row) for row in rows if row.closing.currency == currency]
    sums = tuple(
        Amount(sum(amount.minor for amount in column), currency) for column in zip(*own, strict=True)
    )
    return MovementTotal(currency=currency, amounts=sums)
