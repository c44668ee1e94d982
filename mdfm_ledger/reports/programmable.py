"""Gross and programmable: what money buys of activities after the agent's fee and programme support."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from mdfm_ledger.books.documents import Policy
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.rules.burden import FULL, nearest

_AMOUNTS = ("gross", "agent_fee", "support_cost", "activities")


@frozen(kw_only=True)
class Programmable:
    """``gross`` = ``agent_fee`` + ``support_cost`` + ``activities``, in dollars, to the cent.

    The fee is taken on receipt, the support cost on expenditure; ``key`` says of which money.
    """

    key: str
    gross: Amount
    agent_fee: Amount
    support_cost: Amount
    activities: Amount


def bought_by(key: str, gross: Amount, policy: Policy, *, has_fee: bool = True) -> Programmable:
    """What an amount received buys; ``has_fee`` is False for money whose fee was taken before."""
    fee = policy.agent_fee_basis_points if has_fee else 0
    activities = nearest(gross.minor * (FULL - fee), FULL + policy.support_cost_basis_points)
    return _divided(key, gross.minor, nearest(gross.minor * fee, FULL), activities)


def both(one: Programmable, other: Programmable) -> Programmable:
    """The two added up, so that what is shown of each adds up to what is shown of both."""
    return Programmable(
        key="in_all",
        gross=one.gross + other.gross,
        agent_fee=one.agent_fee + other.agent_fee,
        support_cost=one.support_cost + other.support_cost,
        activities=one.activities + other.activities,
    )


def needed_for(key: str, activities: Amount, policy: Policy) -> Programmable:
    """What has to be received so that activities of that amount can be delivered in full."""
    support, fee = policy.support_cost_basis_points, policy.agent_fee_basis_points
    gross = nearest(activities.minor * (FULL + support), FULL - fee)
    return _divided(key, gross, nearest(gross * fee, FULL), activities.minor)


def _divided(key: str, gross: int, fee: int, activities: int) -> Programmable:
    gross_amount, agent_fee, support, bought = (
        Amount(minor, BASE_CURRENCY) for minor in (gross, fee, gross - fee - activities, activities)
    )
    return Programmable(
        key=key, gross=gross_amount, agent_fee=agent_fee, support_cost=support, activities=bought
    )


def programmable_table(rows: Sequence[Programmable]) -> Table:
    """The rows; the last is what full delivery takes."""
    columns = (
        Column(key="money", kind=ColumnKind.TEXT),
        *(Column(key=f"buys_{key}", kind=ColumnKind.AMOUNT) for key in _AMOUNTS),
    )
    shown = tuple(
        Row(
            cells=(text(f"buys.{row.key}"), *(getattr(row, key) for key in _AMOUNTS)),
            level=RowLevel.TOTAL if row.key == "full_delivery" else RowLevel.NORMAL,
        )
        for row in rows
    )
    return Table(key="programmable", columns=columns, rows=shown)
