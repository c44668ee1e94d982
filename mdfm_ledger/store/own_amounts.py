"""Reading the lines that were priced, with their own amounts."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, select

from mdfm_ledger.journal import OwnAmount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.series import as_date, day_number
from mdfm_ledger.source import OwnLine, Window
from mdfm_ledger.store.schema import ENTRY, LINE, OWN_AMOUNT, SUBACCOUNT

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
    .join(LINE, and_(LINE.c.number == OWN_AMOUNT.c.number, LINE.c.position == OWN_AMOUNT.c.position))
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
