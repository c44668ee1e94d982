"""Obligations and advances: what is committed to partners, what they hold, and how long it has been due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import AdvancePaid, Partner
from mdfm_ledger.books.shares import ObligatedShares
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.pledge_ageing import AGES
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance
from mdfm_ledger.source import JournalSource, Window

_RAISED_KEYS = ("raised_0_30", "raised_31_90", "raised_91_180", "raised_over_180")
_AGE_KEYS = ("not_due", "days_0_30", "days_31_90", "days_91_180", "days_over_180")


@frozen(kw_only=True)
class OpenObligation:
    """An obligation with something left or advanced; ``left`` less ``advanced`` can still be advanced.

    ``days`` is how long ago it was raised.
    """

    obligation: str
    partner_name: str
    activity: str
    on: date
    days: int
    obligated: Amount
    left: Amount
    advanced: Amount


@frozen(kw_only=True)
class AgeSum:
    """What is left of the obligations of an age, by days since each was raised, and how many they are."""

    age: str
    count: int
    left: Amount


@frozen(kw_only=True)
class OpenAdvance:
    """An advance of which something is outstanding or to be recovered.

    ``ages`` are what is outstanding and not yet due, then by days since the report was due, youngest
    first: one of them is ``outstanding``, the others nothing.
    """

    advance: str
    partner_name: str
    on: date
    due_on: date
    paid: Amount
    outstanding: Amount
    ages: tuple[Amount, ...]
    recoverable: Amount


@frozen(kw_only=True)
class Commitments:
    """What is obligated to partners of a term and what they hold, in US dollars."""

    name = "commitments"

    head: Head
    obligations: tuple[OpenObligation, ...]
    obligation_ages: tuple[AgeSum, ...]
    advances: tuple[OpenAdvance, ...]

    def ties(self, balance: TrialBalance, own: str = "commitments") -> Iterator[Tie]:
        """Everything open against the trial balance; ``own`` is the report the tables stand in."""
        trial = "trial_balance"
        left = total_of(one.left for one in self.obligations)
        yield tie("obligations", trial, -balance.balance("8140"), own, left)
        yield tie("obligation_ages", own, total_of(one.left for one in self.obligation_ages), own, left)
        outstanding = total_of(one.outstanding for one in self.advances)
        yield tie("advances", trial, balance.balance("1210"), own, outstanding)
        ages = total_of(amount for one in self.advances for amount in one.ages)
        yield tie("advance_ages", own, ages, own, outstanding)
        recoverable = total_of(one.recoverable for one in self.advances)
        yield tie("recoverable", trial, balance.balance("1230"), own, recoverable)

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.commitments"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(
                    key="obligations",
                    blocks=(
                        obligations_table(self.obligations),
                        obligation_ages_table(self.obligation_ages),
                    ),
                ),
                Section(key="advances", blocks=(advances_table(self.advances),)),
            ),
        )


def commitments(source: JournalSource, window: Window, *, term: str) -> Commitments:
    """The obligations and advances of a term that are open in the window, in the order recorded.

    Raises UnknownDocumentError for the term.
    """
    term_of(source, window, term)
    partners = cast(dict[str, Partner], source.documents("partner", window))
    names = {reference: partner.name for reference, partner in partners.items()}
    obligations = _obligations(source, window, term, names)
    return Commitments(
        head=head_of(term, window),
        obligations=obligations,
        obligation_ages=_obligation_ages(obligations),
        advances=_advances(source, window, term, names),
    )


def _balances(source: JournalSource, window: Window, by: str, account: str, term: str) -> dict[str, int]:
    where = {"term": term, "account": account}
    return {total.key[0]: total.balance for total in source.totals((by,), window, where=where)}


def _obligations(
    source: JournalSource, window: Window, term: str, names: dict[str, str]
) -> tuple[OpenObligation, ...]:
    left = _balances(source, window, "obligation", "8140", term)
    advanced = _balances(source, window, "obligation", "1210", term)
    standing = cast(dict[str, ObligatedShares], source.documents("obligation", window))
    return tuple(
        OpenObligation(
            obligation=reference,
            partner_name=names[one.party],
            activity=one.activity,
            on=one.on,
            days=(window.as_of - one.on).days,
            obligated=_usd(sum(parcel.minor for parcel in one.parcels)),
            left=_usd(-left.get(reference, 0)),
            advanced=_usd(advanced.get(reference, 0)),
        )
        for reference, one in standing.items()
        if left.get(reference) or advanced.get(reference)
    )


def _advances(
    source: JournalSource, window: Window, term: str, names: dict[str, str]
) -> tuple[OpenAdvance, ...]:
    outstanding = _balances(source, window, "advance", "1210", term)
    recoverable = _balances(source, window, "advance", "1230", term)
    standing = cast(dict[str, AdvancePaid], source.documents("advance", window))
    return tuple(
        OpenAdvance(
            advance=reference,
            partner_name=names[one.party],
            on=one.on,
            due_on=one.due_on,
            paid=one.amount,
            outstanding=_usd(outstanding.get(reference, 0)),
            ages=_ages(outstanding.get(reference, 0), one.due_on, window.as_of),
            recoverable=_usd(recoverable.get(reference, 0)),
        )
        for reference, one in standing.items()
        if outstanding.get(reference) or recoverable.get(reference)
    )


def _obligation_ages(rows: tuple[OpenObligation, ...]) -> tuple[AgeSum, ...]:
    by_age: list[list[OpenObligation]] = [[] for _ in _RAISED_KEYS]
    for row in rows:
        by_age[sum(row.days > last for last in AGES)].append(row)
    return tuple(
        AgeSum(age=age, count=len(own), left=total_of(one.left for one in own))
        for age, own in zip(_RAISED_KEYS, by_age, strict=True)
    )


def _ages(minor: int, due_on: date, as_of: date) -> tuple[Amount, ...]:
    ages = [0] * len(_AGE_KEYS)
    days = (as_of - due_on).days
    ages[0 if days < 0 else 1 + sum(days > last for last in AGES)] = minor
    return tuple(_usd(part) for part in ages)


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def obligations_table(rows: tuple[OpenObligation, ...]) -> Table:
    """The obligations with something left or advanced."""
    amounts = ("obligated", "left", "advanced")
    columns = (
        Column(key="obligation", kind=ColumnKind.TEXT),
        Column(key="partner", kind=ColumnKind.TEXT),
        Column(key="activity", kind=ColumnKind.CODE),
        Column(key="on", kind=ColumnKind.DATE),
        Column(key="days", kind=ColumnKind.NUMBER),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in amounts),
    )
    shown = [
        Row(cells=(one.obligation, one.partner_name, one.activity, one.on, one.days, *_cells(one, amounts)))
        for one in rows
    ]
    total = Row(cells=(text("total"), None, None, None, None, *_sums(rows, amounts)), level=RowLevel.TOTAL)
    return Table(key="obligations", columns=columns, rows=(*shown, total) if rows else ())


def obligation_ages_table(rows: tuple[AgeSum, ...]) -> Table:
    """What is left of obligations by how long ago they were raised."""
    columns = (
        Column(key="age", kind=ColumnKind.TEXT),
        Column(key="count", kind=ColumnKind.NUMBER),
        Column(key="left_obligated", kind=ColumnKind.AMOUNT),
    )
    shown = [Row(cells=(text(f"age.{one.age}"), one.count, one.left)) for one in rows]
    sums = (sum(one.count for one in rows), total_of(one.left for one in rows))
    total = Row(cells=(text("total"), *sums), level=RowLevel.TOTAL)
    return Table(key="obligation_ages", columns=columns, rows=(*shown, total))


def advances_table(rows: tuple[OpenAdvance, ...]) -> Table:
    """The advances outstanding or to be recovered, by age."""
    columns = (
        Column(key="advance", kind=ColumnKind.TEXT),
        Column(key="partner", kind=ColumnKind.TEXT),
        Column(key="due_on", kind=ColumnKind.DATE),
        *(
            Column(key=key, kind=ColumnKind.AMOUNT)
            for key in ("paid", "outstanding", *_AGE_KEYS, "recoverable")
        ),
    )
    shown = [
        Row(
            cells=(
                one.advance,
                one.partner_name,
                one.due_on,
                one.paid,
                one.outstanding,
                *one.ages,
                one.recoverable,
            )
        )
        for one in rows
    ]
    ages = [_usd(sum(one.ages[at].minor for one in rows)) for at in range(len(_AGE_KEYS))]
    first, last = _sums(rows, ("paid", "outstanding")), _sums(rows, ("recoverable",))
    total = Row(cells=(text("total"), None, None, *first, *ages, *last), level=RowLevel.TOTAL)
    return Table(key="advances", columns=columns, rows=(*shown, total) if rows else ())


def _cells(one: object, names: tuple[str, ...]) -> tuple[Amount, ...]:
    return tuple(getattr(one, name) for name in names)


def _sums(rows: tuple[object, ...], names: tuple[str, ...]) -> tuple[Amount, ...]:
    return tuple(_usd(sum(getattr(one, name).minor for one in rows)) for name in names)
