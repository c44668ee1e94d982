"""Notional tests: whether the whole fund spent as much on what a donor names as the donor gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import BASE_CURRENCY, CARRIED_IN, CARRIED_OUT, DONOR_BALANCE, REFUND
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Note, Row, RowLevel, Section, Table, Text, text
from mdfm_ledger.reports.statement.conditions import Asked, all_conditioned, asked
from mdfm_ledger.reports.statement.covering import Activities, covered_together, left_for
from mdfm_ledger.rules.conditions import Codes, activities_of
from mdfm_ledger.source import JournalSource, Window

_KEPT = ("", CARRIED_IN, REFUND, CARRIED_OUT, DONOR_BALANCE)
"""What was contributed or carried in, and what of it was given back."""


@frozen(kw_only=True)
class NotionalTest:
    """Whether the whole fund has spent as much on what a donor names as the donor gave for it.

    ``spent`` is what the fund spent on these activities with their support cost, ``earmarked`` the part of
    it paid with earmarked money, which counts for nobody else. ``contribution`` is the donor's, less what
    was given back to it; ``others`` what other tests have to take of the rest, no cent counting for two of
    them: all but wider ones come first, and are covered as far as can be. ``uncovered`` = ``contribution`` +
    ``others`` - (``spent`` - ``earmarked``), nothing where that is less.
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


@frozen(kw_only=True)
class FundTests:
    """All notional tests of a term, by what they name, and how far they are covered together.

    ``covered`` is the most that what was spent without an earmark covers, no cent of it for two tests, and
    ``asked`` = ``covered`` + ``uncovered``. One shortage may stand in several tests: each says what it would
    lack if the others that are not wider came first.
    """

    tests: tuple[NotionalTest, ...]
    asked: Amount
    covered: Amount
    uncovered: Amount


@frozen
class FundBasis:
    """What the whole fund has for notional tests, in cents.

    What was spent by activity, and of that with earmarked money; all tests; what they claim by the
    activities they are on, and what is left for these once all other claims but wider ones are covered.
    """

    term: Term
    spent: Mapping[str, int]
    earmarked: Mapping[str, int]
    asked: tuple[Asked, ...]
    claimed: Mapping[Activities, int]
    left: Mapping[Activities, int]

    def tests_of(self, donor: str) -> tuple[NotionalTest, ...]:
        """One test for each set of codes a donor requires one for."""
        return self._tests(one for one in self.asked if one.donor == donor)

    def of_all(self) -> FundTests | None:
        """One test for each set of codes that any donor requires one for; None where nobody does."""
        if not self.asked:
            return None
        total = sum(self.claimed.values())
        covered = covered_together(self.claimed.items(), _unbound(self.spent, self.earmarked))
        return FundTests(
            tests=self._tests(self.asked),
            asked=_usd(total),
            covered=_usd(covered),
            uncovered=_usd(total - covered),
        )

    def _tests(self, asked: Iterable[Asked]) -> tuple[NotionalTest, ...]:
        own: dict[Codes, int] = {}
        for one in asked:
            own[one.codes] = own.get(one.codes, 0) + one.minor
        return tuple(self._test(codes, minor) for codes, minor in sorted(own.items()))

    def _test(self, codes: Codes, own: int) -> NotionalTest:
        activities = activities_of(self.term, codes)
        spent, earmarked = (
            sum(by_activity.get(activity, 0) for activity in activities)
            for by_activity in (self.spent, self.earmarked)
        )
        left = self.left[activities]
        others = spent - earmarked - left + min(self.claimed[activities] - own, left)
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
    # What was lost was spent on nothing.
    where = {"term": term.reference, "account": "8150", "flow": ""}
    for total in source.totals(("activity", "earmark"), window, where=where):
        activity, earmark = total.key
        spent[activity] = spent.get(activity, 0) - total.balance
        if earmark:
            earmarked[activity] = earmarked.get(activity, 0) - total.balance
    known = all_conditioned(source, window, term.reference)
    required = asked(source, window, known, "notional_test")
    kept = _kept(source, window, term.reference, required)
    claimed: dict[Activities, int] = {}
    for one in kept:
        activities = activities_of(term, one.codes)
        claimed[activities] = claimed.get(activities, 0) + one.minor
    rest = _unbound(spent, earmarked)
    left = {activities: left_for(activities, _first(claimed, activities), rest) for activities in claimed}
    return FundBasis(term, spent, earmarked, kept, claimed, left)


def _unbound(spent: Mapping[str, int], earmarked: Mapping[str, int]) -> dict[str, int]:
    """What was spent by activity with money that was not earmarked."""
    return {activity: minor - earmarked.get(activity, 0) for activity, minor in spent.items()}


def _first(claimed: Mapping[Activities, int], activities: Activities) -> dict[Activities, int]:
    """The claims that come before one on these activities: all others but those that include it."""
    return {other: minor for other, minor in claimed.items() if not other >= activities}


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
    table = Table(
        key="notional_tests", columns=_columns("your_contribution"), rows=tuple(_row(one) for one in tests)
    )
    section = Section(key="notional_tests", blocks=(table, Note(text=text("note.notional_tests"))))
    return (section,) if tests else ()


def fund_tests_section(tests: FundTests | None) -> tuple[Section, ...]:
    """The section of a report on the fund; none where no donor requires a test."""
    if tests is None:
        return ()
    together = (
        text("test.together"),
        None,
        None,
        None,
        tests.asked,
        tests.uncovered,
        _result(tests.uncovered),
    )
    table = Table(
        key="fund_tests",
        columns=_columns("contributed"),
        rows=(*(_row(one) for one in tests.tests), Row(cells=together, level=RowLevel.TOTAL)),
    )
    note = Note(text=text("note.fund_tests"))
    return (Section(key="notional_tests", blocks=(table, note)),)


def _columns(contribution: str) -> tuple[Column, ...]:
    amounts = ("fund_spent", "paid_earmarked", "others_tests", contribution, "uncovered")
    return (
        Column(key="notional_test", kind=ColumnKind.TEXT),
        *(Column(key=key, kind=ColumnKind.AMOUNT) for key in amounts),
        Column(key="test_result", kind=ColumnKind.TEXT),
    )


def _row(one: NotionalTest) -> Row:
    amounts = (one.spent, one.earmarked, one.others, one.contribution, one.uncovered)
    return Row(cells=(", ".join(one.codes), *amounts, _result(one.uncovered)))


def _result(uncovered: Amount) -> Text:
    return text("test.covered" if uncovered.is_zero else "test.not_yet_covered")
