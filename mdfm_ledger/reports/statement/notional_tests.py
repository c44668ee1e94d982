"""Notional tests: whether the whole fund spent as much on what a donor names as the donor gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY, CARRIED_IN, CARRIED_OUT, DONOR_BALANCE, REFUND
from mdfm_ledger.conditions import Codes, activities_of
from mdfm_ledger.documents import Term
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Note, Row, Section, Table, text
from mdfm_ledger.reports.statement.conditions import Asked, all_conditioned, asked
from mdfm_ledger.source import JournalSource, Window

_KEPT = ("", CARRIED_IN, REFUND, CARRIED_OUT, DONOR_BALANCE)
"""What was contributed or carried in, and what of it was given back."""


@frozen(kw_only=True)
class NotionalTest:
    """Whether the whole fund has spent as much on what a donor names as the donor gave for it.

    ``spent`` is what the fund spent on these activities with their support cost, ``earmarked`` the part of
    it paid with earmarked money, which counts for nobody else. ``contribution`` is the donor's, less what
    was given back to it; ``others`` what other donors gave for the same test or one that lies within it.
    ``uncovered`` = ``contribution`` + ``others`` - (``spent`` - ``earmarked``), nothing where that is less.
    """

    codes: Codes
    contribution: Amount
    others: Amount
    spent: Amount
    earmarked: Amount
    uncovered: Amount

    @property
    def is_covered(self) -> bool:
        """Whether the test is passed on the day of the statement."""
        return self.uncovered.is_zero


@frozen
class FundBasis:
    """What the whole fund has for notional tests: what was spent by activity, in cents, and all tests."""

    term: Term
    spent: Mapping[str, int]
    earmarked: Mapping[str, int]
    asked: tuple[Asked, ...]

    def tests_of(self, donor: str) -> tuple[NotionalTest, ...]:
        """One test for each set of codes a donor requires one for."""
        return tuple(
            self._test(donor, codes)
            for codes in sorted({one.codes for one in self.asked if one.donor == donor})
        )

    def _test(self, donor: str, codes: Codes) -> NotionalTest:
        activities = activities_of(self.term, codes)
        own = others = 0
        for one in self.asked:
            if one.donor == donor and one.codes == codes:
                own += one.minor
            elif activities_of(self.term, one.codes) <= activities:
                others += one.minor
        spent, earmarked = (
            sum(by_activity.get(activity, 0) for activity in activities)
            for by_activity in (self.spent, self.earmarked)
        )
        return NotionalTest(
            codes=codes,
            contribution=_usd(own),
            others=_usd(others),
            spent=_usd(spent),
            earmarked=_usd(earmarked),
            uncovered=_usd(max(own + others - (spent - earmarked), 0)),
        )


def fund_basis(source: JournalSource, window: Window, term: Term) -> FundBasis:
    """What the fund spent by activity since inception, and all money that requires a test."""
    spent: dict[str, int] = {}
    earmarked: dict[str, int] = {}
    where = {"term": term.reference, "account": "8150"}
    for total in source.totals(("activity", "earmark"), window, where=where):
        activity, earmark = total.key
        spent[activity] = spent.get(activity, 0) - total.balance
        if earmark:
            earmarked[activity] = earmarked.get(activity, 0) - total.balance
    known = all_conditioned(source, window, term.reference)
    required = asked(source, window, known, "notional_test")
    return FundBasis(term, spent, earmarked, _kept(source, window, term.reference, required))


def _kept(source: JournalSource, window: Window, term: str, required: Sequence[Asked]) -> tuple[Asked, ...]:
    """What is still to be covered: what was given back to a donor comes off its other money first."""
    donors = tuple({one.donor for one in required})
    kept = {
        total.key[0]: -total.balance
        for total in source.totals(
            ("donor",), window, where={"term": (term,), "account": ("2010",), "flow": _KEPT, "donor": donors}
        )
    }
    left = []
    for one in required:
        minor = min(one.minor, max(kept.get(one.donor, 0), 0))
        kept[one.donor] = kept.get(one.donor, 0) - minor
        left.append(Asked(one.donor, one.codes, minor))
    return tuple(left)


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def notional_test_section(tests: tuple[NotionalTest, ...]) -> tuple[Section, ...]:
    """The section of a statement; none where the donor requires no test."""
    columns = (
        Column(key="notional_test", kind=ColumnKind.TEXT),
        *(
            Column(key=key, kind=ColumnKind.AMOUNT)
            for key in ("fund_spent", "paid_earmarked", "others_tests", "your_contribution", "uncovered")
        ),
        Column(key="test_result", kind=ColumnKind.TEXT),
    )
    shown = tuple(
        Row(
            cells=(
                ", ".join(one.codes),
                one.spent,
                one.earmarked,
                one.others,
                one.contribution,
                one.uncovered,
                text("test.covered" if one.is_covered else "test.not_yet_covered"),
            )
        )
        for one in tests
    )
    table = Table(key="notional_tests", columns=columns, rows=shown)
    section = Section(key="notional_tests", blocks=(table, Note(text=text("note.notional_tests"))))
    return (section,) if tests else ()
