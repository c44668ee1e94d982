"""The chart of accounts: assets and liabilities in trust, and the memorandum set. Data, not branches.

There is no income, expense or equity account, because money held in trust is never anybody's
revenue (strategy, "hold funds in trust"; accounting model, section 1). An account that is not
listed here cannot be named by a journal line at all.
"""

from __future__ import annotations

from enum import Enum
from functools import cached_property

from attrs import frozen

from mdfm_ledger.errors import RevenueAccountError

BASE_CURRENCY = "USD"
"""The currency of the trust set."""

CATEGORIES = ("1", "2", "3", "4", "5", "6", "7", "8")
"""The UN's eight harmonized expenditure categories (accounting model, section 2)."""

INDIRECT = "8"
"""The category of indirect support: what is booked as such, and all programme support cost."""

DIMENSIONS = (
    "donor",
    "pledge",
    "allocation",
    "obligation",
    "advance",
    "activity",
    "earmark",
    "category",
    "country",
    "bank_account",
    "bank_reference",
    "party",
    "flow",
)
"""What a journal line can be told apart by, besides account, term and currency."""


class Side(Enum):
    """The two sides of the journal. A line's amount is positive; its side says the direction."""

    DEBIT = "debit"
    CREDIT = "credit"


class JournalSet(Enum):
    """The two sets of the journal; each balances on its own in every entry."""

    TRUST = "trust"
    MEMORANDUM = "memorandum"


@frozen
class Account:
    """An account: its normal side, and the dimensions a line on it must and may carry."""

    code: str
    name: str
    normal: Side
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @cached_property
    def journal_set(self) -> JournalSet:
        """Accounts 8xxx are promises and authority to spend; all others are money."""
        return JournalSet.MEMORANDUM if self.code.startswith("8") else JournalSet.TRUST

    @cached_property
    def needs(self) -> frozenset[str]:
        """The dimensions a line must carry."""
        return frozenset(self.required)

    @cached_property
    def knows(self) -> frozenset[str]:
        """The dimensions a line may carry."""
        return frozenset((*self.required, *self.optional))


_DEBIT, _CREDIT = Side.DEBIT, Side.CREDIT
_PLEDGE = ("donor", "pledge")
_SPENT = ("donor", "allocation", "activity", "category")
_ALLOTTED = ("donor", "activity", "allocation")
_FLOW = ("flow",)
_ADVANCED = ("party", "allocation", "obligation", "advance")

CHART: dict[str, Account] = {
    account.code: account
    for account in (
        Account("1010", "Cash at bank", _DEBIT, ("bank_account",)),
        Account("1210", "Advances to partners", _DEBIT, _ADVANCED),
        Account("1230", "Recoverable", _DEBIT, _ADVANCED),
        Account("2010", "Funds held in trust: contributions", _CREDIT, ("donor",), _FLOW),
        Account("2020", "Funds held in trust: interest", _CREDIT, ("donor",), _FLOW),
        Account("2021", "Funds held in trust: interest of receivers", _CREDIT, ("donor", "party"), _FLOW),
        Account("2030", "Funds held in trust: exchange differences", _CREDIT, ("donor",), _FLOW),
        Account("2040", "Applied to activities", _DEBIT, _SPENT, ("country", "flow")),
        Account("2041", "Applied: administrative agent fee", _DEBIT, ("donor",), _FLOW),
        Account(
            "2042", "Applied: programme support cost", _DEBIT, ("donor", "allocation", "activity"), _FLOW
        ),
        Account("2043", "Applied: bank charges", _DEBIT, ("donor",), _FLOW),
        Account("2044", "Applied: pass-through transfers", _DEBIT, ("donor", "party"), _FLOW),
        Account("2045", "Applied: refunds of pass-through transfers", _CREDIT, ("donor", "party"), _FLOW),
        Account("2050", "Unapplied receipts", _CREDIT, ("bank_reference",)),
        Account("2060", "Refunds payable to donors", _CREDIT, ("donor",)),
        Account("2070", "Donor balance accounts", _CREDIT, ("donor",), _FLOW),
        Account("2110", "Payables", _CREDIT, ("party",)),
        Account("8010", "Pledges: announced", _DEBIT, _PLEDGE),
        Account("8020", "Pledges: signed, not due", _DEBIT, _PLEDGE),
        Account("8030", "Pledges: due, unpaid", _DEBIT, _PLEDGE),
        Account("8040", "Pledges: paid", _DEBIT, _PLEDGE),
        Account("8050", "Pledges: written off", _DEBIT, _PLEDGE),
        Account("8090", "Pledges: control", _CREDIT, _PLEDGE),
        Account("8100", "Net resources", _DEBIT, ("donor",)),
        Account("8110", "Resources: free", _CREDIT, ("donor",), ("earmark",)),
        Account("8120", "Resources: allotted", _CREDIT, _ALLOTTED, ("earmark",)),
        Account("8140", "Resources: obligated", _CREDIT, (*_ALLOTTED, "obligation", "party"), ("earmark",)),
        Account("8150", "Resources: expended", _CREDIT, _ALLOTTED, ("earmark", "flow")),
    )
}
"""Every account there is, by code (accounting model, section 2)."""

HELD_CREDIT = ("2010", "2020", "2021", "2030", "2045")
HELD_DEBIT = ("2040", "2041", "2042", "2043", "2044")
HELD = HELD_CREDIT + HELD_DEBIT
"""Held for a donor is the credit balance over these accounts."""

REFUND = "refund"
CARRIED_IN = "carried_in"
CARRIED_OUT = "carried_out"
DONOR_BALANCE = "donor_balance"
CLOSING = "closing"
WRITTEN_OFF = "written_off"
"""What a line on an account of money held is, where it is not what the account says: the dimension ``flow``.

A debit on 2010 by a refund is not a negative contribution, the lines that close a term take back nothing
of what was received and spent, and what a partner never pays is no expenditure on an activity.
"""

HELD_RESOURCES = ("8100", "8150")
"""Net less expended resources of a donor: the same as what is held for it, from the memorandum set."""

HELD_OR_RESOURCES = frozenset({*HELD, *HELD_RESOURCES})
"""Over these accounts every entry adds up to nothing for each donor (resources-identity)."""

CASH_AT_BANK = "1010"
"""The account whose lines may be in another currency than the books are kept in."""

PLEDGE_OPEN = ("8010", "8020", "8030")
"""What a donor still owes on a pledge is the debit balance over these accounts."""

PLEDGE_CONTROL = "8090"
"""The control account of pledges: every pledge has a place on it from its beginning."""

PLEDGE_STATES = (*PLEDGE_OPEN, "8040", "8050")


def account(code: str) -> Account:
    """The account of that code. Raises RevenueAccountError for a code outside the chart."""
    try:
        return CHART[code]
    except KeyError:
        raise RevenueAccountError(account=code) from None
