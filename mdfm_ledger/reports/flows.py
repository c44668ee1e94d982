"""The movements that make up what is held for donors: contributions, interest, uses, fees, charges."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY, CARRIED_IN, CARRIED_OUT, DONOR_BALANCE, HELD, REFUND
from mdfm_ledger.money import Amount
from mdfm_ledger.source import JournalSource, Window


@frozen
class Flow:
    """A kind of movement of money held: its account, whether it is a source, and its flow on the account.

    ``flow`` is the dimension of that name: empty for what the account says, such as contributions.
    """

    key: str
    account: str
    is_source: bool
    flow: str = ""


CONTRIBUTIONS = Flow("contributions", "2010", True)

FLOWS = (
    CONTRIBUTIONS,
    Flow("carried_in", "2010", True, CARRIED_IN),
    Flow("interest", "2020", True),
    Flow("interest_of_receivers", "2021", True),
    Flow("exchange", "2030", True),
    Flow("activities", "2040", False),
    Flow("support_cost", "2042", False),
    Flow("agent_fee", "2041", False),
    Flow("bank_charges", "2043", False),
    Flow("transfers", "2044", False),
    Flow("transfer_refunds", "2045", False),
    Flow("refunds", "2010", False, REFUND),
    Flow("carried_out", "2010", False, CARRIED_OUT),
    Flow("donor_balances", "2010", False, DONOR_BALANCE),
)
"""The movements that make up what is held for donors; uses are negative, a refund of one positive."""


FLOW_ON = {(flow.account, flow.flow): flow for flow in FLOWS}
"""The flow of a line on money held, by its account and its dimension ``flow``.

The lines that close a term are none: over a donor's accounts they add up to nothing.
"""


def flow_amounts(source: JournalSource, window: Window, *, where: Mapping[str, str]) -> dict[Flow, Amount]:
    """Each flow since inception, sources positive and uses negative, in US dollars."""
    totals = source.totals(("account", "flow"), window, where={**where, "account": HELD})
    return flows_from({total.key: total.balance for total in totals})


def flows_from(balances: Mapping[tuple[str, ...], int]) -> dict[Flow, Amount]:
    """The flows of balances by account and dimension ``flow``, debit positive."""
    return {flow: Amount(-balances.get(place, 0), BASE_CURRENCY) for place, flow in FLOW_ON.items()}


def held_of(flows: Mapping[Flow, Amount]) -> Amount:
    """What is held: all flows added up."""
    return Amount(sum(amount.minor for amount in flows.values()), BASE_CURRENCY)
