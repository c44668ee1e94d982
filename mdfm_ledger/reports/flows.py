"""The movements that make up what is held for donors: contributions, interest, uses, fees, charges."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mdfm_ledger.money import Amount
from mdfm_ledger.source import JournalSource, Window


@frozen
class Flow:
    """A kind of movement of money held: the accounts it is on, and whether it is a source."""

    key: str
    account: str
    is_source: bool


FLOWS = (
    Flow("contributions", "2010", True),
    Flow("interest", "2020", True),
    Flow("interest_of_receivers", "2021", True),
    Flow("exchange", "2030", True),
    Flow("activities", "2040", False),
    Flow("support_cost", "2042", False),
    Flow("agent_fee", "2041", False),
    Flow("bank_charges", "2043", False),
    Flow("transfers", "2044", False),
    Flow("transfer_refunds", "2045", False),
)
"""The movements that make up what is held for donors; uses are negative, a refund of one positive."""


def flow_amounts(source: JournalSource, window: Window, *, where: Mapping[str, str]) -> dict[Flow, Amount]:
    """Each flow since inception, sources positive and uses negative, in US dollars."""
    accounts = {flow.account: flow for flow in FLOWS}
    found = dict.fromkeys(FLOWS, Amount.zero("USD"))
    totals = source.totals(("account",), window, where={**where, "account": tuple(accounts)})
    for total in totals:
        found[accounts[total.key[0]]] = Amount(-total.balance, "USD")
    return found
