"""A donor's own account in trust: opening, what came in, what was used, closing, and its states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import BASE_CURRENCY, HELD
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.document import Cell, Column, ColumnKind, Row, RowLevel, Table, text
from mdfm_ledger.reports.flows import ACTIVITIES, FLOWS, LOSSES, Flow, flows_from, held_of
from mdfm_ledger.reports.outside import BALANCES, NOTHING, OUTSIDE, Outside, outside_of
from mdfm_ledger.reports.statement.shared import Shared
from mdfm_ledger.source import JournalSource, Total, Window


@frozen(kw_only=True)
class AccountRow:
    """A movement of the donor's own account in trust: before the period, in it, and since inception.

    Of what was applied there is a row an activity, whose name is in ``names``; so there is of losses, and
    none where there are none.
    """

    key: str
    activity: str = ""
    names: Names | None = None
    prior: Amount
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class StateRow:
    """Money of one state, before the period and at its end; ``advanced`` is a part of ``obligated``."""

    key: str
    opening: Amount
    closing: Amount


@frozen(kw_only=True)
class UseRow:
    """What an activity has used of the donor's money with its support cost, by the frozen shares."""

    activity: str
    names: Names
    period: Amount
    inception: Amount


@frozen
class Movements:
    """What moved a donor's money since inception: each flow, and what each activity used of it.

    ``applied`` is by flow and activity, ``used`` what was applied to it with support cost; both are
    positive minor units. ``outside`` is what left and is still owed to the donor, or was paid to it.
    """

    flows: Mapping[Flow, Amount]
    applied: Mapping[Flow, Mapping[str, int]]
    used: Mapping[str, int]
    outside: Outside

    @property
    def held(self) -> Amount:
        """What is held after all of it."""
        return held_of(self.flows)


_ACCOUNTS = (*HELD, *OUTSIDE)
_BY_ACTIVITY = {(flow.account, flow.flow): flow for flow in (ACTIVITIES, LOSSES)}


def movements(source: JournalSource, window: Window, where: Mapping[str, str]) -> Movements:
    """What moved a donor's money since inception, in the window."""
    balances: dict[tuple[str, ...], int] = {}
    applied: dict[Flow, dict[str, int]] = {one: {} for one in _BY_ACTIVITY.values()}
    used: dict[str, int] = {}
    for total in source.totals(
        ("account", "flow", "activity"), window, where={**where, "account": _ACCOUNTS}
    ):
        account, flow, activity = total.key
        balances[account, flow] = balances.get((account, flow), 0) + total.balance
        if (account, flow) in _BY_ACTIVITY:
            applied[_BY_ACTIVITY[account, flow]][activity] = total.balance
        if account in ("2040", "2042") and not flow:
            used[activity] = used.get(activity, 0) + total.balance
    return Movements(flows_from(balances), applied, used, outside_of(balances))


def account_rows(term: Term, prior: Movements, now: Movements, window: Window) -> tuple[AccountRow, ...]:
    """The rows of the account from the opening to the closing balance."""
    zero = Amount.zero(BASE_CURRENCY)
    rows = [AccountRow(key="opening", prior=zero, period=prior.held, inception=zero)]
    for flow in FLOWS:
        applied = _applied(term, flow, prior, now, window) if flow in now.applied else []
        if flow is LOSSES:
            rows += applied
            continue
        rows += applied or [
            AccountRow(
                key=flow.key,
                prior=prior.flows[flow],
                period=now.flows[flow] - prior.flows[flow],
                inception=now.flows[flow],
            )
        ]
    rows.append(AccountRow(key="closing", prior=prior.held, period=now.held, inception=now.held))
    return tuple(rows)


def outside_rows(prior: Movements, now: Movements) -> tuple[AccountRow, ...]:
    """What is owed to the donor outside what is held, and what that was made of; last what is owed in all.

    Nothing where there never was anything, as for most donors.
    """
    if prior.outside == NOTHING == now.outside:
        return ()
    rows = []
    before, after = _outside(prior), _outside(now)
    for key, inception in after.items():
        period = inception if key in (*BALANCES, "held", "owed") else inception - before[key]
        rows.append(AccountRow(key=key, prior=before[key], period=period, inception=inception))
    return tuple(rows)


def _outside(moved: Movements) -> dict[str, Amount]:
    held, outside = moved.held, moved.outside
    return {**outside.amounts(), "held": held, "owed": held + outside.owed}


def _applied(term: Term, flow: Flow, prior: Movements, now: Movements, window: Window) -> list[AccountRow]:
    earlier = prior.applied[flow]
    return [
        AccountRow(
            key=flow.key,
            activity=activity,
            names=activity_names(term, activity, window),
            prior=_usd(-earlier.get(activity, 0)),
            period=_usd(earlier.get(activity, 0) - minor),
            inception=_usd(-minor),
        )
        for activity, minor in sorted(now.applied[flow].items())
    ]


def state_rows(
    source: JournalSource, alike: Shared, donor: str, resources: Sequence[Total]
) -> tuple[StateRow, ...]:
    """What the money held was free, allotted or obligated for, and how much of that was advanced.

    ``resources`` are totals since inception with the account first in their keys.
    """
    where = {"donor": donor, "term": alike.term.reference, "account": tuple(STATES)}
    earlier = source.totals(("account",), alike.before, where=where)
    rows = [
        StateRow(
            key=state,
            opening=_usd(-balance_on(account, earlier)),
            closing=_usd(-balance_on(account, resources)),
        )
        for account, state in STATES.items()
    ]
    partners = (alike.advanced_before.get(donor, 0), alike.advanced.get(donor, 0))
    return (*rows, StateRow(key="advanced", opening=_usd(partners[0]), closing=_usd(partners[1])))


def balance_on(account: str, totals: Sequence[Total]) -> int:
    """The balance on an account of totals that have it first in their keys, debit positive."""
    return sum(total.balance for total in totals if total.key[0] == account)


STATES = {"8110": "free", "8120": "allotted", "8140": "obligated"}
"""What money held is, by the account of its resources."""


def use_rows(term: Term, prior: Movements, now: Movements, window: Window) -> tuple[UseRow, ...]:
    """What each activity has used, its support cost included."""
    return tuple(
        UseRow(
            activity=activity,
            names=activity_names(term, activity, window),
            period=_usd(minor - prior.used.get(activity, 0)),
            inception=_usd(minor),
        )
        for activity, minor in sorted(now.used.items())
    )


def activity_names(term: Term, code: str, window: Window) -> Names:
    """The names of an activity or area in the budget of the day; its code where that has none."""
    plan = term.budget_on(window.as_of)
    named = {line.code: line.names for line in plan.lines} | {area.code: area.names for area in plan.areas}
    return named.get(code) or Names(en=code)


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def account_table(rows: tuple[AccountRow, ...], states: tuple[StateRow, ...]) -> Table:
    """The movements of the money held, opening to closing, and the states closing is made of."""
    columns = (
        Column(key="movement", kind=ColumnKind.TEXT),
        Column(key="prior", kind=ColumnKind.AMOUNT),
        Column(key="period", kind=ColumnKind.AMOUNT),
        Column(key="inception", kind=ColumnKind.AMOUNT),
    )
    shown = [
        Row(
            cells=(_movement(row), row.prior, row.period, row.inception),
            level=RowLevel.TOTAL if row.key in ("opening", "closing") else RowLevel.NORMAL,
        )
        for row in rows
        if row.key not in _RARE or any((row.prior.minor, row.period.minor, row.inception.minor))
    ]
    shown += [
        Row(cells=(text(f"of_which.{state.key}"), state.opening, state.closing, state.closing))
        for state in states
    ]
    return Table(key="account", columns=columns, rows=tuple(shown))


_RARE = frozenset(flow.key for flow in FLOWS if flow.flow) | {
    "interest_of_receivers",
    "transfers",
    "transfer_refunds",
}
"""Flows that most donors never have; they are shown to those who do."""


def _movement(row: AccountRow) -> Cell:
    if row.names is None:
        return text(f"flow.{row.key}")
    said = "lost_under" if row.key == LOSSES.key else "applied_to"
    return text(said, activity=row.activity, name=row.names)


def uses_table(rows: tuple[UseRow, ...]) -> Table:
    """What each activity has used, by the frozen shares, and the total."""
    columns = (
        Column(key="activity", kind=ColumnKind.CODE),
        Column(key="activity_name", kind=ColumnKind.TEXT),
        Column(key="period", kind=ColumnKind.AMOUNT),
        Column(key="inception", kind=ColumnKind.AMOUNT),
    )
    shown = [Row(cells=(one.activity, one.names, one.period, one.inception)) for one in rows]
    sums = [_usd(sum(getattr(one, name).minor for one in rows)) for name in ("period", "inception")]
    shown.append(Row(cells=(None, text("total"), *sums), level=RowLevel.TOTAL))
    return Table(key="uses", columns=columns, rows=tuple(shown) if rows else ())
