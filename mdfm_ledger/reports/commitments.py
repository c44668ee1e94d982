"""Obligations and advances: what is committed to partners, what they hold, and how long it has been due."""

from __future__ import annotations

from datetime import date
from typing import cast

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.documents import AdvancePaid, Partner
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.pledge_ageing import AGES
from mdfm_ledger.shares import ObligatedShares
from mdfm_ledger.source import JournalSource, Window

_AGE_KEYS = ("not_due", "days_0_30", "days_31_90", "days_91_180", "days_over_180")


@frozen(kw_only=True)
class OpenObligation:
    """An obligation with something left or advanced; ``left`` less ``advanced`` can still be advanced."""

    obligation: str
    partner_name: str
    activity: str
    on: date
    obligated: Amount
    left: Amount
    advanced: Amount


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
    advances: tuple[OpenAdvance, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.commitments"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="obligations", blocks=(_obligations_table(self.obligations),)),
                Section(key="advances", blocks=(_advances_table(self.advances),)),
            ),
        )


def commitments(source: JournalSource, window: Window, *, term: str) -> Commitments:
    """The obligations and advances of a term that are open in the window, in the order recorded."""
    partners = cast(dict[str, Partner], source.documents("partner", window))
    names = {reference: partner.name for reference, partner in partners.items()}
    return Commitments(
        head=head_of(term, window),
        obligations=_obligations(source, window, term, names),
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


def _ages(minor: int, due_on: date, as_of: date) -> tuple[Amount, ...]:
    ages = [0] * len(_AGE_KEYS)
    days = (as_of - due_on).days
    ages[0 if days < 0 else 1 + sum(days > last for last in AGES)] = minor
    return tuple(_usd(part) for part in ages)


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def _obligations_table(rows: tuple[OpenObligation, ...]) -> Table:
    amounts = ("obligated", "left", "advanced")
    columns = (
        Column(key="obligation", kind=ColumnKind.TEXT),
        Column(key="partner", kind=ColumnKind.TEXT),
        Column(key="activity", kind=ColumnKind.CODE),
        Column(key="on", kind=ColumnKind.DATE),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in amounts),
    )
    shown = [
        Row(cells=(one.obligation, one.partner_name, one.activity, one.on, *_cells(one, amounts)))
        for one in rows
    ]
    total = Row(cells=(text("total"), None, None, None, *_sums(rows, amounts)), level=RowLevel.TOTAL)
    return Table(key="obligations", columns=columns, rows=(*shown, total) if rows else ())


def _advances_table(rows: tuple[OpenAdvance, ...]) -> Table:
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
