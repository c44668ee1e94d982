"""The rows of the fund financial report: sums over the fund before a period, in it, and since inception."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import BASE_CURRENCY, CATEGORIES, INDIRECT
from mdfm_ledger.money import Amount
from mdfm_ledger.plans import Names
from mdfm_ledger.reports.flows import FLOWS, Flow
from mdfm_ledger.reports.head import share
from mdfm_ledger.reports.positions import donors_of, pledge_positions
from mdfm_ledger.reports.ties import total_of
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class PeriodRow:
    """A figure before the period, in it, and since inception, in US dollars; ``key`` says of what."""

    key: str
    prior: Amount
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class ActivityUse:
    """What an activity used, direct and support cost together."""

    activity: str
    names: Names
    prior: Amount
    period: Amount
    inception: Amount


@frozen(kw_only=True)
class Contribution:
    """A donor: pledged and outstanding in a currency it promised; received in US dollars.

    What was received stands on the donor's first row. A row without a donor adds up those of a kind,
    or of all kinds, in one currency of pledges.
    """

    donor: str
    donor_name: str
    kind: str
    pledged: Amount
    outstanding: Amount
    prior: Amount
    period: Amount
    received: Amount


@frozen(kw_only=True)
class Delivery:
    """How much of what was allotted to an activity is spent; ``rate`` is None where nothing is allotted."""

    activity: str
    names: Names
    allotted: Amount
    spent: Amount
    rate: Fraction | None


def flow_rows(prior: Mapping[Flow, Amount], inception: Mapping[Flow, Amount]) -> tuple[PeriodRow, ...]:
    """Each flow through the period: sources positive, uses negative."""
    return tuple(_row(flow.key, prior[flow].minor, inception[flow].minor) for flow in FLOWS)


def added(rows: Iterable[PeriodRow], key: str, of: Iterable[str] | None = None) -> PeriodRow:
    """The rows of these keys added up, or all of them."""
    wanted = None if of is None else set(of)
    own = [row for row in rows if wanted is None or row.key in wanted]
    return _row(key, sum(row.prior.minor for row in own), sum(row.inception.minor for row in own))


def category_rows(source: JournalSource, windows: tuple[Window, Window], term: str) -> tuple[PeriodRow, ...]:
    """Expenditure by the United Nations' eight harmonized categories, positive, before and at the end."""
    prior, inception = (_by_category(source, window, term) for window in windows)
    return tuple(_row(one, prior.get(one, 0), inception.get(one, 0)) for one in CATEGORIES)


def _by_category(source: JournalSource, window: Window, term: str) -> dict[str, int]:
    where = {"term": term, "account": ("2040", "2042"), "flow": ""}
    sums: dict[str, int] = {}
    for total in source.totals(("category",), window, where=where):
        category = total.key[0] or INDIRECT
        sums[category] = sums.get(category, 0) + total.balance
    return sums


def activity_rows(
    source: JournalSource, windows: tuple[Window, Window], term: Term
) -> tuple[ActivityUse, ...]:
    """Expenditure and its support cost by activity, in the order of the budget."""
    where = {"term": term.reference, "account": ("2040", "2042"), "flow": ""}
    prior, inception = (
        {total.key[0]: total.balance for total in source.totals(("activity",), window, where=where)}
        for window in windows
    )
    plan = term.budget_on(windows[1].as_of)
    codes = [line.code for line in plan.lines if line.code in inception]
    return tuple(
        ActivityUse(
            activity=code,
            names=plan.line(code).names if code in plan.codes else Names(en=code),
            prior=_usd(prior.get(code, 0)),
            period=_usd(inception[code] - prior.get(code, 0)),
            inception=_usd(inception[code]),
        )
        for code in (*codes, *sorted(set(inception) - plan.codes))
    )


def contributions(
    source: JournalSource, windows: tuple[Window, Window], term: str
) -> tuple[Contribution, ...]:
    """The donors of a term by kind; one row a donor and currency pledged in."""
    prior, received = (_received(source, window, term) for window in windows)
    pledged: dict[tuple[str, str], list[int]] = {}
    for position in pledge_positions(source, windows[1], term=term):
        sums = pledged.setdefault((position.donor, position.amount.currency), [0, 0])
        sums[0] += position.amount.minor
        sums[1] += position.open.minor
    for donor in received.keys() - {donor for donor, _ in pledged}:
        pledged[donor, BASE_CURRENCY] = [0, 0]
    donors = donors_of(source, windows[1])
    rows = [
        Contribution(
            donor=donor,
            donor_name=donors[donor].name,
            kind=donors[donor].kind,
            pledged=Amount(amount, currency),
            outstanding=Amount(outstanding, currency),
            prior=_usd(before := prior.pop(donor, 0)),
            period=_usd((in_all := received.pop(donor, 0)) - before),
            received=_usd(in_all),
        )
        for (donor, currency), (amount, outstanding) in sorted(pledged.items())
    ]
    return tuple(sorted(rows, key=lambda row: row.kind))


def _received(source: JournalSource, window: Window, term: str) -> dict[str, int]:
    where = {"term": term, "account": "2010", "flow": ""}
    return {total.key[0]: -total.balance for total in source.totals(("donor",), window, where=where)}


def contribution_totals(rows: tuple[Contribution, ...], kind: str = "") -> Iterator[Contribution]:
    """The rows added up, one for each currency pledged in; what was received stands on the first."""
    received = {
        name: total_of(getattr(row, name) for row in rows) for name in ("prior", "period", "received")
    }
    for currency in sorted({row.pledged.currency for row in rows}, key=lambda one: (one != "USD", one)):
        own = [row for row in rows if row.pledged.currency == currency]
        yield Contribution(
            donor="",
            donor_name="",
            kind=kind,
            pledged=total_of((row.pledged for row in own), currency),
            outstanding=total_of((row.outstanding for row in own), currency),
            **received,
        )
        received = dict.fromkeys(received, _usd(0))


def delivery_rows(source: JournalSource, window: Window, term: Term) -> tuple[Delivery, ...]:
    """What was allotted to each activity and how much of it is spent, and the total last.

    What was lost of it was not spent.
    """
    states: dict[str, dict[tuple[str, str], int]] = {}
    where = {"term": term.reference, "account": ("8120", "8140", "8150")}
    for total in source.totals(("activity", "account", "flow"), window, where=where):
        activity, account, flow = total.key
        states.setdefault(activity, {})[account, flow] = -total.balance
    plan = term.budget_on(window.as_of)
    codes = [line.code for line in plan.lines if line.code in states]
    rows = [
        _delivery(
            code,
            plan.line(code).names if code in plan.codes else Names(en=code),
            sum(states[code].values()),
            states[code].get(("8150", ""), 0),
        )
        for code in (*codes, *sorted(set(states) - plan.codes))
    ]
    allotted, spent = sum(row.allotted.minor for row in rows), sum(row.spent.minor for row in rows)
    return (*rows, _delivery("", Names(en="Total"), allotted, spent))


def _delivery(activity: str, names: Names, allotted: int, spent: int) -> Delivery:
    return Delivery(
        activity=activity,
        names=names,
        allotted=_usd(allotted),
        spent=_usd(spent),
        rate=share(spent, allotted),
    )


def _row(key: str, prior: int, inception: int) -> PeriodRow:
    return PeriodRow(key=key, prior=_usd(prior), period=_usd(inception - prior), inception=_usd(inception))


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
