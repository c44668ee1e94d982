"""Reading the lines that were priced, with their own amounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select

from mdfm_ledger.journal import OwnAmount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.series import as_date, day_number
from mdfm_ledger.source import OwnLine, Window
from mdfm_ledger.store.schema import ENTRY, LINE, NOTHING, OWN_AMOUNT, SUBACCOUNT

_OF_LINE = and_(OWN_AMOUNT.c.number == LINE.c.number, OWN_AMOUNT.c.position == LINE.c.position)
OWN_SIGNED = case((LINE.c.amount > 0, OWN_AMOUNT.c.amount), else_=-OWN_AMOUNT.c.amount)
"""The own amount of a line, debit positive."""


def on_account() -> Select[Any]:
    """What moved on a bank account by day, in its own currency."""
    moved = func.sum(func.coalesce(OWN_SIGNED, LINE.c.amount))
    return (
        select(LINE.c.day, moved)
        .join(SUBACCOUNT, LINE.c.subaccount == SUBACCOUNT.c.id)
        .join(OWN_AMOUNT, _OF_LINE, isouter=True)
        .where(
            SUBACCOUNT.c.allocation == NOTHING,
            SUBACCOUNT.c.pledge == NOTHING,
            SUBACCOUNT.c.account == "1010",
            SUBACCOUNT.c.bank_account == bindparam("p1"),
        )
        .group_by(LINE.c.day)
        .having(moved != 0)
        .order_by(LINE.c.day)
    )


_OWN_LINES = (
    select(
        ENTRY.c.number,
        ENTRY.c.kind,
        ENTRY.c.reference,
        LINE.c.day,
        ENTRY.c.value_day,
        SUBACCOUNT.c.bank_account,
        LINE.c.amount,
        OWN_AMOUNT.c.currency,
        OWN_AMOUNT.c.amount,
        OWN_AMOUNT.c.rate,
        OWN_AMOUNT.c.quoted,
        OWN_AMOUNT.c.source,
        OWN_AMOUNT.c.since,
    )
    .select_from(OWN_AMOUNT)
    .join(LINE, _OF_LINE)
    .join(SUBACCOUNT, SUBACCOUNT.c.id == LINE.c.subaccount)
    .join(ENTRY, ENTRY.c.number == LINE.c.number)
    .where(
        SUBACCOUNT.c.term == bindparam("term"),
        LINE.c.day <= bindparam("as_of"),
        LINE.c.number <= bindparam("known_at"),
    )
    .order_by(LINE.c.day, LINE.c.number, LINE.c.position)
)


def own_lines(connection: Connection, window: Window, term: str) -> list[OwnLine]:
    """The lines of a term that have an own amount, by accounting date, entry number, position."""
    limits = {"term": term, "as_of": day_number(window.as_of), "known_at": window.known_at}
    return [
        OwnLine(
            number=number,
            kind=kind,
            reference=reference,
            on=as_date(day),
            value_date=as_date(value_day),
            bank_account=bank_account,
            signed=signed,
            own=OwnAmount(
                minor, currency, RateUsed(rate=rate, quoted=quoted, source=source, since=as_date(since))
            ),
        )
        for (
            number, kind, reference, day, value_day, bank_account, signed,
            currency, minor, rate, quoted, source, since,
        ) in connection.execute(_OWN_LINES, limits)
    ]  # fmt: skip
