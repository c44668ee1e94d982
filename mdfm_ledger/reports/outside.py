"""What is owed to donors besides what is held in trust: refunds not yet paid, and donor balance accounts."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import fields, frozen

from mdfm_ledger.chart import BASE_CURRENCY, CARRIED_OUT, DONOR_BALANCE, REFUND
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text

REFUNDS, ASIDE = "2060", "2070"
OUTSIDE = (REFUNDS, ASIDE)
"""The accounts on which money that left what is held stands for its donor."""

BALANCES = frozenset({"refunds_payable", "donor_balance"})
"""The figures that stand, the others move."""


@frozen(kw_only=True)
class Outside:
    """Refunds and donor balance accounts since inception, in US dollars.

    ``refunds_payable`` = ``refunds_decided`` - ``refunds_paid``. ``donor_balance`` = ``put_aside`` -
    ``aside_refunded`` - ``aside_carried``; what is refunded out of it is among the refunds decided.
    """

    refunds_decided: Amount
    refunds_paid: Amount
    refunds_payable: Amount
    put_aside: Amount
    aside_refunded: Amount
    aside_carried: Amount
    donor_balance: Amount

    @property
    def owed(self) -> Amount:
        """What is owed in all, besides what is held."""
        return self.refunds_payable + self.donor_balance

    def amounts(self) -> dict[str, Amount]:
        """Each figure by its key, in the order they are shown."""
        return {key: getattr(self, key) for key in KEYS}


KEYS = tuple(field.name for field in fields(Outside))
NOTHING = Outside(**dict.fromkeys(KEYS, Amount.zero(BASE_CURRENCY)))
"""What most donors have outside: one value for all of them, since there are many."""


def outside_of(balances: Mapping[tuple[str, ...], int]) -> Outside:
    """The figures of balances by account and dimension ``flow``, debit positive."""
    if not any(account in OUTSIDE for account, *_ in balances):
        return NOTHING

    def on(account: str, flow: str = "") -> int:
        return balances.get((account, flow), 0)

    # What is decided is a debit on what is held or stood aside, in one entry with the credit on 2060; what a
    # payment after the close costs more or less than decided is one on what is held, with the payment.
    decided, payable = on("2010", REFUND) + on(ASIDE, REFUND), -on(REFUNDS)
    put_aside, refunded, carried = -on(ASIDE, DONOR_BALANCE), on(ASIDE, REFUND), on(ASIDE, CARRIED_OUT)
    return Outside(
        refunds_decided=_usd(decided),
        refunds_paid=_usd(decided - payable),
        refunds_payable=_usd(payable),
        put_aside=_usd(put_aside),
        aside_refunded=_usd(refunded),
        aside_carried=_usd(carried),
        donor_balance=_usd(put_aside - refunded - carried),
    )


def outside_table(amounts: Mapping[str, tuple[Amount, ...]], columns: tuple[str, ...]) -> Table:
    """The figures by key, with what is ``held`` and ``owed`` in all last."""
    rows = tuple(Row(cells=(text(f"outside.{key}"), *own), level=_level(key)) for key, own in amounts.items())
    return Table(
        key="outside",
        columns=(
            Column(key="movement", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in columns),
        ),
        rows=rows,
    )


def _level(key: str) -> RowLevel:
    if key == "owed":
        return RowLevel.TOTAL
    return RowLevel.SUBTOTAL if key in BALANCES else RowLevel.NORMAL


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
