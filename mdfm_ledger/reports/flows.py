"""The movements that make up what is held for donors: contributions, interest, uses, fees, charges."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mdfm_ledger.chart import CARRIED_IN, CARRIED_OUT, DONOR_BALANCE, REFUND
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


FLOWS = (
    Flow("contributions", "2010", True),
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


def flow_amounts(source: JournalSource, window: Window, *, where: Mapping[str, str]) -> dict[Flow, Amount]:
    """Each flow since inception, sources positive and uses negative, in US dollars.

    The lines that close a term are left out: over a donor's accounts they add up to nothing.
    """
    flows = {(flow.account, flow.flow): flow for flow in FLOWS}
    found = dict.fromkeys(FLOWS, Amount.zero("USD"))
    wanted = {**where, "account": tuple({flow.account for flow in FLOWS})}
    for total in source.totals(("account", "flow"), window, where=wanted):
        if total.key in flows:
            found[flows[total.key]] = Amount(-total.balance, "USD")
    return found
