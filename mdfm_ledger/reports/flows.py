"""The movements that make up what is held for donors: contributions, interest, uses, fees, charges."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mdfm_ledger.chart import (
    BASE_CURRENCY,
    CARRIED_IN,
    CARRIED_OUT,
    DONOR_BALANCE,
    HELD,
    REFUND,
    WRITTEN_OFF,
)
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
ACTIVITIES = Flow("activities", "2040", False)
LOSSES = Flow("losses", "2040", False, WRITTEN_OFF)

FLOWS = (
    CONTRIBUTIONS,
    Flow("carried_in", "2010", True, CARRIED_IN),
    Flow("interest", "2020", True),
    Flow("interest_of_receivers", "2021", True),
    Flow("exchange", "2030", True),
    ACTIVITIES,
    LOSSES,
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


_ON = {(flow.account, flow.flow): flow for flow in FLOWS}
_REFUNDS, _CARRIED_OUT, _ASIDE = (_ON["2010", flow] for flow in (REFUND, CARRIED_OUT, DONOR_BALANCE))

MOVES: Mapping[tuple[str, ...], tuple[tuple[Flow, int], ...]] = {
    **{place: ((flow, -1),) for place, flow in _ON.items()},
    ("2070", REFUND): ((_REFUNDS, -1), (_ASIDE, 1)),
    ("2070", CARRIED_OUT): ((_CARRIED_OUT, -1), (_ASIDE, 1)),
}
"""What a line moves, by its account and its dimension ``flow``: flows, each by the sign of its credit.

What is refunded or carried forward out of a donor balance account is so as if it had never stood there: it
adds to those flows, and what was moved to donor balance accounts is so much less. The lines that close a term
are no flow: over a donor's accounts they add up to nothing.
"""

FLOW_ACCOUNTS = (*HELD, "2070")
"""The accounts whose lines are flows."""


def flow_amounts(source: JournalSource, window: Window, *, where: Mapping[str, str]) -> dict[Flow, Amount]:
    """Each flow since inception, sources positive and uses negative, in US dollars."""
    totals = source.totals(("account", "flow"), window, where={**where, "account": FLOW_ACCOUNTS})
    return flows_from({total.key: total.balance for total in totals})


def flows_from(balances: Mapping[tuple[str, ...], int]) -> dict[Flow, Amount]:
    """The flows of balances by account and dimension ``flow``, debit positive."""
    sums = dict.fromkeys(FLOWS, 0)
    for place, balance in balances.items():
        for flow, sign in MOVES.get(place, ()):
            sums[flow] += sign * balance
    return {flow: Amount(minor, BASE_CURRENCY) for flow, minor in sums.items()}


def held_of(flows: Mapping[Flow, Amount]) -> Amount:
    """What is held: all flows added up."""
    return Amount(sum(amount.minor for amount in flows.values()), BASE_CURRENCY)
