"""Thematic clusters: memberships by the general terms, allocations for a cluster, offers in kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger import (
    AdoptClusterPlan,
    CoordinateCluster,
    InKindOffer,
    InKindOutcome,
    JoinCluster,
    LeaveCluster,
    Ledger,
    OpenTerm,
    RegisterDonor,
    Reversal,
    errors,
    shipped_plan,
)
from mdfm_ledger.demo.story import TERM as DEMO
from mdfm_ledger.demo.story import story
from mdfm_ledger.event import Event
from mdfm_ledger.reports import ByCluster, InKindRegister, MembershipRegister
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, pledge, receipt, usd
from tests.support.ledgers import open_ledger
from tests.support.recounting import Naive, Span

START, END = date(2020, 3, 2), date(2021, 12, 31)
CITIES = ("kar", "dak", "gul", "cor")


def plan() -> AdoptClusterPlan:
    return AdoptClusterPlan.from_plan("clusters", reference="CP", term=TERM, decision="SC-1")


def cities() -> list[Event]:
    return [RegisterDonor(reference=city, name=city.title(), kind="member_city") for city in CITIES]


def desk(*events: Event) -> Desk:
    return Desk(plan(), *cities(), *events)


def join(city: str, cluster: str, on: date = START, **fields: Any) -> JoinCluster:
    reference = f"J-{city}-{cluster}-{on}"
    return JoinCluster(reference=reference, term=TERM, city=city, cluster=cluster, on=on, **fields)


def coordinate(city: str, cluster: str, on: date = START, **fields: Any) -> CoordinateCluster:
    reference = f"C-{city}-{cluster}-{on}"
    return CoordinateCluster(reference=reference, term=TERM, city=city, cluster=cluster, on=on, **fields)


def leave(city: str, cluster: str, on: date, **fields: Any) -> LeaveCluster:
    return LeaveCluster(
        reference=f"L-{city}-{cluster}-{on}", city=city, cluster=cluster, on=on, reason="r", **fields
    )


# -- memberships -------------------------------------------------------------------------------------


def test_joining_posts_nothing_and_lasts_two_years() -> None:
    books = desk()
    assert books.lines(join("ham", "LIT")) == ""
    assert join("ham", "LIT")._membership().ends_on == date(2022, 3, 1)
    assert join("ham", "LIT", date(2020, 2, 29))._membership().ends_on == date(2022, 2, 27)


@pytest.mark.parametrize(
    ("before", "refused", "problem"),
    [
        ([join("ham", "LIT")], join("ham", "LIT", date(2021, 5, 1)), "is a member already"),
        (
            [join("ham", "LIT"), join("ham", "EQI"), join("ham", "ESD")],
            join("ham", "HWB", date(2021, 5, 1)),
            "more than 3 clusters",
        ),
        (
            [join("ham", "LIT"), join("ham", "EQI"), coordinate("ham", "ESD")],
            join("ham", "HWB"),
            "more than 3 clusters",
        ),
        ([coordinate("ham", "LIT")], coordinate("ham", "EQI"), "it coordinates LIT"),
        (
            [coordinate("ham", "LIT"), coordinate("kar", "LIT")],
            coordinate("dak", "LIT"),
            "its 2 coordinating",
        ),
        # What is recorded later for an earlier day counts as well.
        (
            [coordinate("ham", "LIT", date(2021, 2, 1))],
            coordinate("ham", "EQI"),
            "on 2021-02-01: it coordinates LIT",
        ),
        ([], leave("ham", "LIT", date(2020, 5, 1)), "it is no member then"),
        (
            [join("ham", "LIT")],
            leave("ham", "LIT", date(2020, 5, 1), role="coordinator"),
            "no coordinator then",
        ),
        ([join("ham", "LIT")], leave("ham", "LIT", date(2020, 3, 1)), "it is no member then"),
    ],
)
def test_what_the_general_terms_do_not_allow_is_refused(
    before: list[Event], refused: Event, problem: str
) -> None:
    books = desk(*before)
    with pytest.raises(errors.MembershipError, match=problem):
        books.post(refused)


@pytest.mark.parametrize(
    ("before", "accepted"),
    [
        ([join("ham", "LIT"), join("ham", "EQI")], join("ham", "ESD")),
        ([join("ham", "LIT")], coordinate("ham", "LIT")),
        ([coordinate("ham", "LIT")], coordinate("kar", "LIT")),
        ([join("ham", "LIT", ends_on=date(2020, 12, 31))], join("ham", "LIT", date(2021, 1, 1))),
        (
            [coordinate("ham", "LIT"), leave("ham", "LIT", date(2020, 12, 31), role="coordinator")],
            coordinate("ham", "EQI", date(2021, 1, 1)),
        ),
        (
            [
                join("ham", "LIT"),
                join("ham", "EQI"),
                join("ham", "ESD"),
                leave("ham", "EQI", date(2021, 4, 30)),
            ],
            join("ham", "HWB", date(2021, 5, 1)),
        ),
    ],
)
def test_what_they_allow_is_recorded(before: list[Event], accepted: Event) -> None:
    assert desk(*before).lines(accepted) == ""


@pytest.mark.parametrize("ends_on", [date(2020, 3, 1), date(2022, 3, 2)])
def test_a_membership_lasts_two_years_at_most(ends_on: date) -> None:
    with pytest.raises(errors.InvalidFieldError, match="two years at most"):
        join("ham", "LIT", ends_on=ends_on)


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (join("nobody", "LIT"), errors.UnknownDocumentError),
        (join("jp", "LIT"), errors.MismatchError),  # a country is no member city
        (join("ham", "XXX"), errors.InvalidFieldError),
    ],
)
def test_only_member_cities_join_and_only_clusters_of_the_plan(
    event: Event, error: type[errors.RejectedError]
) -> None:
    with pytest.raises(error):
        desk().post(event)


def test_without_a_plan_there_are_no_clusters() -> None:
    with pytest.raises(errors.UnknownDocumentError, match="no cluster plan with reference"):
        Desk(*cities()).post(join("ham", "LIT"))


def test_a_plan_without_clusters_is_none() -> None:
    with pytest.raises(errors.InvalidFieldError, match="mdfm has no clusters"):
        AdoptClusterPlan.from_plan("mdfm", reference="CP", term=TERM, decision="SC-1")


# -- allocations for a cluster -----------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{}, {"cluster": "LIT"}, {"cluster": "LIT", "cluster_line": "LIT-2.1"}])
def test_an_allocation_may_name_a_cluster_and_one_of_its_lines(fields: dict[str, str]) -> None:
    posted = desk(receipt()).post(allocation(**fields))
    shares = posted.books.allocation("A-1")
    assert (shares.cluster, shares.cluster_line) == (
        fields.get("cluster", ""),
        fields.get("cluster_line", ""),
    )


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"cluster_line": "LIT-2.1"}, errors.InvalidFieldError),
        ({"cluster": "XXX"}, errors.InvalidFieldError),
        ({"cluster": "EQI", "cluster_line": "LIT-2.1"}, errors.MismatchError),
        ({"cluster": "LIT", "cluster_line": "LIT-9.9"}, errors.UnknownActivityError),
    ],
)
def test_a_line_of_another_cluster_is_refused(
    fields: dict[str, str], error: type[errors.RejectedError]
) -> None:
    with pytest.raises(error):
        desk(receipt()).post(allocation(**fields))


def own_term(*events: Event) -> Desk:
    """A term whose budget is that of the clusters."""
    term = OpenTerm.from_plan("clusters", reference="C-2020", starts_on=date(2020, 1, 1))
    return Desk(term, receipt(term="C-2020", donor="ham"), *events)


def test_where_the_budget_is_that_of_the_clusters_the_activity_says_the_cluster() -> None:
    fields: dict[str, Any] = {"term": "C-2020", "activity": "LIT-2.1"}
    own_term().post(allocation(**fields))
    own_term().post(allocation(**fields, cluster="LIT"))
    own_term().post(allocation(**fields, cluster="LIT", cluster_line="LIT-2.1"))
    with pytest.raises(errors.MismatchError):
        own_term().post(allocation(**fields, cluster="EQI"))
    with pytest.raises(errors.MismatchError):
        own_term().post(allocation(**fields, cluster="LIT", cluster_line="LIT-3.1"))


def test_the_plan_of_the_clusters_is_that_of_the_strategy() -> None:
    clusters = shipped_plan("clusters")
    assert clusters.target == usd("2450000.00")
    areas = {
        area.code: sum(line.amount.minor for line in clusters.lines if line.area == area.code)
        for area in clusters.areas
    }
    assert areas == {"1": 112_000_000, "2": 70_000_000, "3": 49_000_000, "4": 14_000_000}


# -- reports -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demonstration() -> Iterator[Ledger]:
    with Ledger.open("sqlite://", actor="finance@example.org") as opened:
        opened.record_all(story())
        yield opened


@pytest.mark.parametrize("as_of", [date(2020, 2, 1), date(2021, 3, 31), END])
@pytest.mark.parametrize("known_at", [20, 150, 10_000])
def test_clusters_are_what_the_journal_says(demonstration: Ledger, as_of: date, known_at: int) -> None:
    report: ByCluster = demonstration.report("by_cluster", term=DEMO, as_of=as_of, known_at=known_at)
    naive = Naive(demonstration, Span(date(2020, 1, 1), as_of, known_at), DEMO)
    named = {
        entry.event.reference: (entry.event.cluster, entry.event.cluster_line)  # type: ignore[attr-defined]  # of allocations
        for entry, _ in naive.posted
        if entry.event.event_kind == "allocation"
    }
    for name, account in (("spent", "8150"), ("obligated", "8140"), ("left", "8120"), ("advanced", "1210")):
        expected: dict[str, int] = {}
        for reference, minor in naive.by("allocation", account).items():
            cluster = named[reference][0]
            expected[cluster] = expected.get(cluster, 0) + abs(minor)
        rows = (*report.clusters, report.unnamed)
        assert {row.cluster: getattr(row, name).minor for row in rows if getattr(row, name).minor} == expected
        assert getattr(report.total, name).minor == sum(expected.values())
    assert demonstration.report("tie_out", term=DEMO, as_of=as_of, known_at=known_at).holds


def test_what_names_a_cluster_and_no_line_is_a_row_of_its_own(demonstration: Ledger) -> None:
    report: ByCluster = demonstration.report("by_cluster", term=DEMO, as_of=END)
    assert report.total.estimate == usd("2450000.00")
    assert [row.allotted for row in report.lines if row.cluster == "ESD" and not row.line] == [
        usd("90000.00")
    ]
    assert report.areas[-1].names.en == "No line named"
    assert next(row for row in report.lines if row.line == "LIT-2.1").allotted == usd("120000.00")


def test_a_term_on_the_clusters_budget_is_reported_by_its_activities(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "own.db") as ledger:
        ledger.record_all(
            found.entry.event for found in _in_order(own_term(allocation(term="C-2020", activity="LIT-2.1")))
        )
        ledger.record(expenditure())
        report: ByCluster = ledger.report("by_cluster", term="C-2020")
        spent = {row.line: row.spent for row in report.lines if row.spent.minor}
        assert (report.plan, spent) == ("clusters", {"LIT-2.1": usd("100.00")})
        assert report.unnamed.allotted.is_zero
        assert [row.area for row in report.areas] == ["1", "2", "3", "4"]
        assert ledger.report("tie_out", term="C-2020").holds
        assert ledger.verify().findings == ()


def _in_order(books: Desk) -> list[Any]:
    return sorted(books.books.entries.values(), key=lambda found: found.entry.number)


def test_without_a_plan_everything_is_for_no_cluster(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "none.db") as ledger:
        ledger.record_all(found.entry.event for found in _in_order(Desk(receipt(), allocation())))
        report: ByCluster = ledger.report("by_cluster", term=TERM)
        assert (report.plan, report.clusters, report.lines) == ("", (), ())
        assert report.unnamed.allotted == report.total.allotted == usd("600.00")


def members(ledger: Ledger, as_of: date) -> MembershipRegister:
    report: MembershipRegister = ledger.report("membership_register", term=TERM, as_of=as_of)
    return report


def test_the_register_of_memberships_is_that_of_its_day(tmp_path: Path) -> None:
    events = [
        join("ham", "LIT"),
        coordinate("kar", "LIT"),
        join("kar", "LIT"),
        join("dak", "EQI", date(2020, 6, 1)),
    ]
    with open_ledger(tmp_path / "register.db") as ledger:
        ledger.record_all(
            found.entry.event for found in _in_order(desk(*events, leave("ham", "LIT", date(2021, 1, 31))))
        )
        assert members(ledger, date(2020, 1, 31)).memberships == ()
        early = members(ledger, date(2020, 5, 1))
        assert [(one.cluster, one.cities, one.coordinators) for one in early.clusters] == [("LIT", 2, 1)]
        late = members(ledger, END)
        assert [(one.cluster, one.cities, one.coordinators) for one in late.clusters] == [
            ("EQI", 1, 0),
            ("LIT", 1, 1),
        ]
        assert [(one.city, one.is_current, one.reason) for one in late.memberships if one.city == "ham"] == [
            ("ham", False, "r")
        ]
        assert ledger.verify().findings == ()
        undo = Reversal(
            reference="RV",
            reversed_kind="join_cluster",
            reversed_reference=join("ham", "LIT").reference,
            on=date(2022, 1, 3),
            reason="never asked to",
        )
        with pytest.raises(errors.NotReversibleError, match="posted no lines"):
            ledger.record(undo)


# -- in kind -----------------------------------------------------------------------------------------


def offer(reference: str = "IK-1", **fields: Any) -> InKindOffer:
    given = {"term": TERM, "city": "ham", "item": "2", "offer": "A hall", "on": date(2020, 2, 17), **fields}
    return InKindOffer(reference=reference, **given)


def outcome(reference: str = "IO-1", **fields: Any) -> InKindOutcome:
    given = {"offer": "IK-1", "outcome": "delivered", "on": date(2020, 9, 1), **fields}
    return InKindOutcome(reference=reference, **given)


def test_an_offer_in_kind_is_never_money(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kind.db") as ledger:
        ledger.record_all(found.entry.event for found in _in_order(desk()))
        before = [ledger.report(name, term=TERM).document() for name in ("trial_balance", "term_target")]
        known = ledger.report("trial_balance", term=TERM).head.known_at
        ledger.record_all([offer(cluster="LIT"), offer("IK-2", item="1"), outcome()])
        assert all(not entry.lines for entry in ledger.entries() if entry.number > known)
        after = [
            ledger.report(name, term=TERM, known_at=known).document()
            for name in ("trial_balance", "term_target")
        ]
        assert before == after
        assert ledger.report("term_target", term=TERM).received.is_zero
        assert ledger.verify().findings == ()


def test_the_register_says_what_became_of_each_offer(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kind.db") as ledger:
        ledger.record_all(found.entry.event for found in _in_order(desk()))
        ledger.record_all([offer(), offer("IK-2", item="1", city="kar"), outcome(note="it was full")])

        def register(as_of: date) -> list[tuple[str, str, str, str]]:
            report: InKindRegister = ledger.report("in_kind_register", term=TERM, as_of=as_of)
            return [
                (one.offer.item, one.city_name, one.offer.outcome, one.offer.note) for one in report.offers
            ]

        assert register(date(2020, 2, 16)) == []
        assert register(date(2020, 8, 31)) == [("1", "Kar", "offered", ""), ("2", "Hamburg", "offered", "")]
        assert register(END) == [("1", "Kar", "offered", ""), ("2", "Hamburg", "delivered", "it was full")]


def test_an_offer_of_money_is_a_pledge() -> None:
    with pytest.raises(errors.InvalidFieldError, match="record a pledge with status announced"):
        offer(item="5")
    promised = pledge(status="announced", origin="Questionnaire, item 5")
    assert promised.description == "Questionnaire, item 5"
    assert "Dr 8010" in desk().lines(promised)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: offer(city="jp"), errors.MismatchError),
        (lambda: offer(cluster="XXX"), errors.InvalidFieldError),
        (lambda: offer(term="none"), errors.UnknownDocumentError),
        (lambda: outcome(offer="IK-9"), errors.UnknownDocumentError),
        (lambda: outcome(on=date(2020, 2, 16)), errors.WrongDayError),
    ],
)
def test_an_offer_is_of_a_member_city_for_a_term(
    make: Callable[[], Event], error: type[errors.RejectedError]
) -> None:
    books = desk(offer("IK-1"))
    with pytest.raises(error):
        books.post(make() if "IO" in make().reference else _renamed(make()))


def _renamed(event: Any) -> Event:
    from attrs import evolve

    renamed: Event = evolve(event, reference="IK-2")
    return renamed
