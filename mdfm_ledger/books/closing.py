"""What the books know of the end of a term: refunds that are owed, and the periods that are closed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date

from attrs import frozen

from mdfm_ledger.chart import CARRIED_OUT, DONOR_BALANCE, REFUND
from mdfm_ledger.money import Amount

PERIODS = "periods:ledger"
"""The document that holds the closed periods: one for the ledger, since bank accounts serve every term."""


@frozen(kw_only=True)
class RefundOwed:
    """A refund as decided, and how much of it was paid, in the currency of the trust set.

    ``owed`` is what the donor was promised in its own currency, where that was agreed, and ``settled`` how
    much of that was paid; without one, nothing.
    """

    reference: str
    term: str
    donor: str
    on: date
    amount: Amount
    owed: Amount | None
    paid: Amount
    settled: Amount


@frozen(kw_only=True)
class ClosedPeriod:
    """Everything dated up to ``through`` (inclusive) is closed, by the period close of that reference."""

    closing: str
    through: date


@frozen(kw_only=True)
class Periods:
    """The closed periods, in order; reopening takes away the last."""

    closed: tuple[ClosedPeriod, ...]


BalanceRow = tuple[str, str, str, int, int]
"""A row of the ledger's trial balance: account, term, currency, debits and credits in minor units."""


def trial_balance_digest(rows: Iterable[BalanceRow]) -> str:
    """What a trial balance is sealed by: SHA-256, in hex, over its rows as a JSON array in their order.

    No spaces, UTF-8, amounts as whole minor units: ``[["1010","2020-2021","USD",10000,2500],…]``. Rows
    that never had a line are none.
    """
    text = json.dumps(sorted(rows), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_AFTER_A_CLOSE = frozenset(
    {
        ("1010", ""),
        ("2010", REFUND),
        ("2010", CARRIED_OUT),
        ("2010", DONOR_BALANCE),
        ("2060", ""),
        ("2070", REFUND),
        ("2070", CARRIED_OUT),
        ("2070", DONOR_BALANCE),
        ("8100", ""),
        ("8110", ""),
    }
)


_SAY_WHAT_IT_IS = frozenset({"2010", "2060", "2070"})
"""Refunds, carry-forward and donor balances have a line on one of these; money merely moved has none."""


def may_follow_a_close(places: Iterable[tuple[str, str]]) -> bool:
    """Whether an entry can be posted to a closed term, by account and flow of its lines there.

    Each line has to be one of a refund, a carry-forward or a donor balance, and one has to say which.
    """
    own = set(places)
    return own <= _AFTER_A_CLOSE and any(account in _SAY_WHAT_IT_IS for account, _ in own)


def is_new_to_a_term(account: str, flow: str) -> bool:
    """Whether such a balance is moved by what may not come after a close; cash may leave."""
    return account != "1010" and (account, flow) not in _AFTER_A_CLOSE
