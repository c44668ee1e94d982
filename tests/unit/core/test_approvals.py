"""Approvals: exactly this document, by another person, up to that person's limit; and what was refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from mdfm_ledger import (
    Amount,
    Approval,
    ApprovalWithdrawal,
    Authority,
    CarryForward,
    Ledger,
    OpenTerm,
    PeriodClose,
    PledgeAmendment,
    RefusedAttempt,
    Reversal,
    ReviseApprovalPolicy,
    ReviseBudget,
    TermClose,
    errors,
    shipped_plan,
)
from mdfm_ledger.approvals import policy_in_force
from mdfm_ledger.approving import GOVERNED, approval_digest
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.posting import examine, post
from tests.support.bookkeeping import (
    ACTOR,
    APPROVER,
    NOW,
    TERM,
    Desk,
    allocation,
    expenditure,
    pledge,
    receipt,
    usd,
)
from tests.support.ledgers import open_ledger, small_ledger, without_guards
from tests.support.records import rewrite

BOARD = "board@example.org"
DIRECTOR = Authority(approver=APPROVER, kinds=("allocation", "reversal"), up_to=usd("500.00"))
CHAIR = Authority(approver=BOARD, kinds=("allocation", "pledge", "revise_budget"))
MONEY = (pledge(), receipt(pledge="P-1"))


def policy(*authorities: Authority, **changes: Any) -> ReviseApprovalPolicy:
    given = {
        "reference": "AP-1",
        "term": TERM,
        "on": date(2022, 1, 10),
        "authorities": authorities,
        "decision": "SC-2022-01",
        "approved_by": BOARD,
        **changes,
    }
    return ReviseApprovalPolicy(**given)


def approval(event: Event, by: str = APPROVER, **changes: Any) -> Approval:
    given = {
        "reference": f"{event.reference}/{by}",
        "term": TERM,
        "on": NOW.date(),
        "document_kind": event.event_kind,
        "document_reference": event.reference,
        "digest": approval_digest(event),
        "amount": getattr(event, "amount", None),
        "given_by": by,
        **changes,
    }
    return Approval(**given)


def desk(*authorities: Authority) -> Desk:
    return Desk(*MONEY, policy(*(authorities or (DIRECTOR, CHAIR))))


def as_person(desk: Desk, person: str, *events: Event) -> None:
    for event in events:
        desk.books = post(event, desk.books, actor=person, recorded_at=NOW).books


def test_without_a_policy_an_approver_named_is_enough() -> None:
    Desk(*MONEY).post(allocation(amount="400.00"))


def test_what_is_approved_as_it_is_by_another_person_is_recorded() -> None:
    books, document = desk(), allocation(amount="400.00")
    as_person(books, APPROVER, approval(document))
    books.post(document)


def test_kinds_that_no_authority_names_need_none() -> None:
    desk(CHAIR).post(receipt("R-9", "5.00", donor="med"))


def refused(books: Desk, event: Event) -> errors.ApprovalError:
    with pytest.raises(errors.ApprovalError) as caught:
        books.post(event)
    return caught.value


def test_nothing_is_recorded_without_an_approval() -> None:
    document = allocation(amount="400.00")
    error = refused(desk(), document)
    assert isinstance(error, errors.ApprovalMissingError)
    assert (error.term, error.kind, error.reference) == (TERM, "allocation", document.reference)
    assert (error.digest, error.by) == (approval_digest(document), APPROVER)


@pytest.mark.parametrize(
    "edit",
    [
        {"amount": usd("400.01")},
        {"activity": "1.2"},
        {"decision": "SC-2021-08 "[:-1] + "b"},
        {"on": date(2021, 7, 2)},
        {"reference": "A-2"},
        {"evidence": "ab" * 32},
    ],
)
def test_a_document_edited_after_its_approval_needs_a_new_one(edit: dict[str, Any]) -> None:
    books, document = desk(), allocation(amount="400.00")
    as_person(books, APPROVER, approval(document))
    edited = evolve(document, **edit)
    assert isinstance(refused(books, edited), errors.ApprovalMissingError)
    as_person(books, APPROVER, approval(edited, reference="again"))
    books.post(edited)


@pytest.mark.parametrize("name", [ACTOR, ACTOR.upper(), " ".join(ACTOR), "\uff46" + ACTOR[1:]])
def test_nobody_approves_what_they_enter_however_the_name_is_written(name: str) -> None:
    books = desk(Authority(approver=ACTOR, kinds=("allocation",)))
    document = evolve(allocation(amount="400.00"), approved_by=name)
    as_person(books, name, approval(document, name))
    assert isinstance(refused(books, document), errors.SelfApprovalError)


def test_an_approver_named_in_the_document_who_enters_it_is_self_approval() -> None:
    document = evolve(allocation(amount="400.00"), approved_by=ACTOR)
    assert isinstance(refused(desk(), document), errors.SelfApprovalError)


def test_who_the_document_names_is_who_has_to_have_approved() -> None:
    books, document = desk(), allocation(amount="400.00")
    as_person(books, BOARD, approval(document, BOARD))
    assert isinstance(refused(books, document), errors.ApprovalMissingError)
    books.post(evolve(document, approved_by=BOARD))


def test_the_digest_is_the_same_whoever_approves() -> None:
    document = allocation()
    assert approval_digest(document) == approval_digest(evolve(document, approved_by=BOARD))
    assert approval_digest(pledge()) == approval_digest(pledge())


def test_an_approver_has_a_limit_that_is_inclusive() -> None:
    books = desk()
    books.post(receipt("R-2", "1000.00", donor="med"))
    within, beyond = allocation("A-1", amount="500.00"), allocation("A-2", amount="500.01")
    as_person(books, APPROVER, approval(within))
    with pytest.raises(errors.ApprovalLimitError) as caught:
        as_person(books, APPROVER, approval(beyond))
    assert (caught.value.amount, caught.value.limit) == (usd("500.01"), usd("500.00"))
    books.post(within)
    as_person(books, BOARD, approval(beyond, BOARD))
    books.post(evolve(beyond, approved_by=BOARD))


def test_an_approval_that_says_no_amount_or_a_smaller_one_does_not_pass_the_limit() -> None:
    books, document = desk(), allocation(amount="500.01")
    as_person(books, APPROVER, approval(document, amount=None))
    assert isinstance(refused(books, document), errors.ApprovalLimitError)
    books, lied = desk(), approval(document, amount=usd("1.00"))
    as_person(books, APPROVER, lied)
    assert isinstance(refused(books, document), errors.ApprovalLimitError)


def test_support_cost_counts_with_its_expenditure() -> None:
    term = OpenTerm.from_plan(
        "mdfm", reference="T", starts_on=date(2020, 1, 1), support_cost_basis_points=700
    )
    limit = Authority(approver=APPROVER, kinds=("expenditure",), up_to=usd("107.00"))
    books = Desk(term, receipt(donor="ham", term="T"), allocation(term="T", amount="400.00"))
    books.post(policy(limit, term="T"))
    for reference, amount in (("E-1", "100.00"), ("E-2", "100.01")):
        document = expenditure(reference, amount)
        as_person(books, APPROVER, approval(document, term="T"))
        if reference == "E-1":
            books.post(document)
        else:
            error = refused(books, document)
            assert isinstance(error, errors.ApprovalLimitError)
            assert error.amount == usd("107.01")


def test_an_amount_in_another_currency_needs_an_approver_without_limit() -> None:
    limited = Authority(approver=APPROVER, kinds=("pledge",), up_to=usd("1000000.00"))
    books, document = desk(limited, CHAIR), pledge("P-9", money=Amount(10_000, "EUR"))
    with pytest.raises(errors.ApprovalLimitError):
        as_person(books, APPROVER, approval(document))
    as_person(books, BOARD, approval(document, BOARD))
    books.post(document)


def test_only_whom_the_policy_names_for_the_kind_may_approve() -> None:
    books, document = desk(), allocation(amount="1.00")
    with pytest.raises(errors.NotApproverError):
        as_person(books, "clerk@example.org", approval(document, "clerk@example.org"))
    with pytest.raises(errors.NotApproverError):
        as_person(books, APPROVER, approval(pledge("P-9")))


def test_an_approval_dies_with_the_authority_it_was_given_under() -> None:
    books, document = desk(), allocation(amount="1.00")
    as_person(books, APPROVER, approval(document))
    books.post(policy(CHAIR, reference="AP-2"))
    assert isinstance(refused(books, document), errors.NotApproverError)
    books.post(policy(reference="AP-3"))
    books.post(document)


def test_nobody_approves_in_another_name() -> None:
    books = desk()
    with pytest.raises(errors.MismatchError, match="signed by"):
        as_person(books, ACTOR, approval(allocation()))


def test_a_policy_is_in_force_for_what_is_recorded_since_whatever_its_date() -> None:
    books = Desk(*MONEY, policy(CHAIR, in_force_from=date(2022, 1, 16)))
    books.post(allocation("A-1", amount="1.00"))
    later = datetime(2022, 1, 16, tzinfo=UTC)
    backdated = allocation("A-2", amount="1.00")
    with pytest.raises(errors.ApprovalMissingError):
        post(backdated, books.books, actor=ACTOR, recorded_at=later)
    assert policy_in_force((), later.date()) is None


def test_a_later_policy_does_not_begin_before_the_last_one() -> None:
    with pytest.raises(errors.MismatchError, match="in_force_from"):
        Desk(policy(CHAIR)).post(policy(CHAIR, reference="AP-2", on=date(2022, 1, 9)))


def test_rules_of_the_term_are_governed_as_well() -> None:
    revision = ReviseBudget(
        reference="RB-1", term=TERM, on=date(2022, 1, 12), plan=shipped_plan("mdfm"), decision="SC-2"
    )
    books = desk(Authority(approver=BOARD, kinds=("revise_budget", "revise_approval_policy")))
    for document in (revision, policy(reference="AP-2")):
        assert isinstance(refused(books, document), errors.ApprovalMissingError)
        as_person(books, BOARD, approval(document, BOARD))
        books.post(document)


def test_a_reversal_is_a_document_too() -> None:
    books = Desk(*MONEY, allocation("A-0", amount="500.01"), policy(DIRECTOR))
    undoing = Reversal(
        reference="RV-1",
        reversed_kind="allocation",
        reversed_reference="A-0",
        on=date(2022, 1, 12),
        reason="wrong activity",
    )
    as_person(books, APPROVER, approval(undoing))
    assert isinstance(refused(books, undoing), errors.ApprovalLimitError)


def test_each_term_an_entry_is_about_asks_by_its_own_policy() -> None:
    following = OpenTerm.from_plan("mdfm", reference="NEXT", starts_on=date(2022, 1, 1))
    carry = Authority(approver=APPROVER, kinds=("carry_forward",))
    books = Desk(*MONEY, following, policy(carry, term="NEXT"))
    document = CarryForward(
        reference="CF-1",
        donor="ham",
        term=TERM,
        to_term="NEXT",
        amount=usd("100.00"),
        bank_account="uil",
        on=date(2022, 1, 12),
        consent="letter of 11 January",
    )
    assert refused(books, document).term == "NEXT"
    as_person(books, APPROVER, approval(document, term="NEXT"))
    books.post(document)


@pytest.mark.parametrize(
    ("authorities", "problem"),
    [
        ((Authority(approver=APPROVER, kinds=("allocations",)),), "no event kind"),
        ((Authority(approver=APPROVER, kinds=("approval",)),), "no event kind"),
        # Made while it is issued, so nobody could approve it before; who certifies it is its second person.
        ((Authority(approver=APPROVER, kinds=("issue_statement",)),), "no event kind"),
        ((Authority(approver=APPROVER, kinds=("publish_holdings",)),), "no event kind"),
        ((CHAIR, Authority(approver=BOARD.upper(), kinds=("pledge",))), "stands twice"),
        ((Authority(approver=BOARD, kinds=("pledge",), up_to=Amount(100, "EUR")),), "EUR"),
    ],
)
def test_a_policy_that_would_not_ask_for_what_it_says_is_refused(authorities: Any, problem: str) -> None:
    with pytest.raises(errors.RejectedError, match=problem):
        Desk().post(policy(*authorities))


def test_an_authority_names_kinds_each_once() -> None:
    for kinds in ((), ("pledge", "pledge"), ["pledge"]):
        with pytest.raises(errors.InvalidFieldError):
            Authority(approver=BOARD, kinds=kinds)  # type: ignore[arg-type]  # a list is refused


def test_a_policy_is_not_in_force_before_it_was_decided() -> None:
    with pytest.raises(errors.InvalidFieldError, match="in_force_from"):
        policy(in_force_from=date(2022, 1, 9))


def test_every_kind_a_policy_can_name_is_of_a_term() -> None:
    # What posts no lines has to say its term, or a policy would name it and nobody would look.
    silent = {"revise_budget", "revise_policy", "revise_approval_policy"}
    silent |= {"adopt_cluster_plan", "join_cluster", "coordinate_cluster", "in_kind_offer"}
    for kind in silent:
        assert kind in GOVERNED
        assert "term" in EVENT_KINDS[kind].__annotations__ or hasattr(EVENT_KINDS[kind], "term")


@pytest.mark.parametrize(
    ("before", "document"),
    [
        (
            pledge(),
            PledgeAmendment(
                reference="PA-1", pledge="P-1", preference=("1.2",), reason="letter", on=date(2022, 1, 11)
            ),
        ),
        (
            TermClose(
                reference="TC-1", term=TERM, on=date(2022, 1, 10), decision="SC-9", approved_by=BOARD
            ),
            Reversal(
                reference="RV-1", reversed_kind="term_close", reversed_reference="TC-1", reason="too early",
                on=date(2022, 1, 11),
            ),
        ),
    ],
)  # fmt: skip
def test_what_posts_nothing_is_under_the_policy_of_the_term_it_is_about(
    before: Event, document: Event
) -> None:
    authority = Authority(approver=APPROVER, kinds=("pledge_amendment", "reversal"))
    books = Desk(policy(authority), before)
    assert refused(books, document).term == TERM
    as_person(books, APPROVER, approval(document))
    books.post(document)


def withdrawal(event: Event, by: str = APPROVER) -> ApprovalWithdrawal:
    return ApprovalWithdrawal(
        reference=f"W-{event.reference}",
        term=TERM,
        on=NOW.date(),
        digest=approval_digest(event),
        given_by=by,
        reason="the invoice is disputed",
    )


def test_an_approval_that_was_withdrawn_does_not_count_until_it_is_given_again() -> None:
    books, document = desk(), allocation(amount="1.00")
    as_person(books, APPROVER, approval(document))
    with pytest.raises(errors.ApprovalStandsError):
        as_person(books, APPROVER, approval(document, reference="twice"))
    with pytest.raises(errors.MismatchError):
        books.post(withdrawal(document))
    with pytest.raises(errors.UnknownDocumentError):
        as_person(books, BOARD, withdrawal(document, BOARD))
    as_person(books, APPROVER, withdrawal(document))
    assert isinstance(refused(books, document), errors.ApprovalMissingError)
    as_person(books, APPROVER, approval(document, reference="again"))
    books.post(document)


def test_a_used_approval_can_be_neither_withdrawn_nor_given_again() -> None:
    books, document = desk(), allocation(amount="1.00")
    as_person(books, APPROVER, approval(document))
    books.post(document)
    for late in (withdrawal(document), approval(document, BOARD)):
        with pytest.raises(errors.ApprovalUsedError):
            as_person(books, late.signed_by, late)


def test_a_plan_says_what_is_missing() -> None:
    _, verdicts = examine(allocation(amount="1.00"), desk().books, actor=ACTOR, recorded_at=NOW)
    broken = {one.invariant: one.error for one in verdicts if one.error}
    assert broken.keys() == {"two-people"}
    assert isinstance(broken["two-people"], errors.ApprovalMissingError)


# -- the ledger --------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    path = small_ledger(tmp_path / "fund.db")
    with open_ledger(path) as ledger:
        ledger.record(policy(DIRECTOR, CHAIR))
    yield path
    if path.exists():
        with open_ledger(path) as ledger:
            assert ledger.verify().is_clean


def head_of(ledger: Ledger) -> int:
    return max(entry.number for entry in ledger.entries())


def attempts(ledger: Ledger) -> list[tuple[str, str, str]]:
    report = ledger.report("approvals", term=TERM)
    return [(one.attempted_by, one.document_reference, one.rule) for one in report.attempts]


def test_a_refused_attempt_is_on_record_and_nothing_else(path: Path) -> None:
    document = allocation("A-9", amount="1.00")
    with open_ledger(path) as ledger:
        head = head_of(ledger)
        for record in (
            lambda: ledger.record(document),
            lambda: ledger.record_all([receipt("R-9", "5.00", donor="med"), document]),
        ):
            with pytest.raises(errors.ApprovalMissingError):
                record()
        assert head_of(ledger) == head + 2
        assert attempts(ledger) == [(ACTOR, "A-9", "approval-missing")] * 2
        (entry,) = [one for one in ledger.entries() if one.number == head + 1]
        assert entry.lines == ()
        assert isinstance(entry.event, RefusedAttempt)
        assert entry.event.digest == approval_digest(document)


OWN = ACTOR.upper()
"""The one who enters, in another spelling."""


@pytest.mark.parametrize("policies", [(), (policy(CHAIR),)], ids=["no policy", "one on other kinds"])
def test_that_one_person_was_to_be_both_is_on_record_whatever_a_policy_names(
    policies: tuple[Event, ...], tmp_path: Path
) -> None:
    documents = (
        expenditure("E-9", "1.00", approved_by=OWN),
        Reversal(
            reference="RV-9",
            reversed_kind="expenditure",
            reversed_reference="E-1",
            on=date(2021, 7, 1),
            reason="x",
            approved_by=OWN,
        ),
        PeriodClose(reference="2020-01", ends_on=date(2020, 1, 31), on=date(2021, 7, 1), approved_by=OWN),
    )
    with open_ledger(small_ledger(tmp_path / "l.db")) as ledger:
        ledger.record_all(policies)
        head = head_of(ledger)
        for document in documents:
            with pytest.raises(errors.SamePersonError) as caught:
                ledger.record(document)
            # The closing of a month is completed with what the books say before anybody looks at it.
            assert document is documents[-1] or caught.value.digest == approval_digest(document)
        assert head_of(ledger) == head + len(documents)
        assert attempts(ledger) == [(ACTOR, one.reference, "same-person") for one in documents]
        # What is of no one term is in the report of each, and says of none that it is of it.
        found = [one.event for one in ledger.entries() if isinstance(one.event, RefusedAttempt)]
        assert [one.term for one in found] == [TERM, TERM, ""]
        ledger.record(OpenTerm.from_plan("mdfm", reference="2022-2023", starts_on=date(2022, 1, 1)))
        other = ledger.report("approvals", term="2022-2023").attempts
        assert [one.document_kind for one in other] == ["period_close"]
        ledger.verify().raise_if_broken()


def test_that_one_person_is_both_is_a_verdict_of_a_plan_and_no_attempt(path: Path) -> None:
    with open_ledger(path) as ledger:
        verdicts = ledger.plan(expenditure("E-9", "1.00", approved_by=OWN)).verdicts
        (broken,) = [one for one in verdicts if one.error]
        assert (broken.invariant, type(broken.error)) == ("two-people", errors.SamePersonError)
        assert attempts(ledger) == []


def test_every_refused_line_of_a_file_is_an_attempt_but_a_dry_run_is_none(path: Path) -> None:
    lines = [json.dumps(event_to_json(allocation(f"A-{at}", amount="1.00"))) for at in (8, 9)]
    with open_ledger(path) as ledger:
        assert len(ledger.record_lines(lines, dry_run=True).refusals) == 2
        assert attempts(ledger) == []
        assert len(ledger.record_lines(lines).refusals) == 2
        assert [reference for _, reference, _ in attempts(ledger)] == ["A-8", "A-9"]


def test_an_attempt_is_not_lost_to_a_reference_used_by_hand(path: Path) -> None:
    with open_ledger(path) as ledger:
        attempt = RefusedAttempt(
            reference=f"attempt-{head_of(ledger) + 2}",
            term=TERM,
            on=NOW.date(),
            attempted_by=ACTOR,
            document_kind="pledge",
            document_reference="P-9",
            digest="00" * 32,
            rule="approval-missing",
        )
        ledger.record(attempt)
        with pytest.raises(errors.ApprovalMissingError):
            ledger.record(allocation("A-9", amount="1.00"))
        assert len(attempts(ledger)) == 2


def test_approving_says_what_it_did_and_is_repeatable(path: Path) -> None:
    document, free = allocation("A-9", amount="1.00"), receipt("R-9", "5.00", donor="med")
    with open_ledger(path, actor=APPROVER) as ledger:
        outcomes = [one.outcome for one in ledger.approve([document, free, document], term=TERM)]
        assert outcomes == ["approved", "not-needed", "already"]
        assert [one.outcome for one in ledger.approve([document], term=TERM)] == ["already"]
        with pytest.raises(errors.ApprovalLimitError):
            ledger.approve([allocation("A-8", amount="500.01")], term=TERM)
        assert attempts(ledger) == [(APPROVER, "A-8", "approval-limit")]
    with open_ledger(path) as ledger:
        ledger.record(document)
    with open_ledger(path, actor=BOARD) as ledger:
        assert [one.outcome for one in ledger.approve([document], term=TERM)] == ["recorded"]
        assert [one.outcome for one in ledger.approve([pledge("P-9")], term=TERM)] == ["approved"]


def test_the_report_says_what_became_of_each_approval(path: Path) -> None:
    used, other, open_, taken_back = (allocation(f"A-{at}", amount="1.00") for at in (6, 7, 8, 9))
    edited = evolve(other, amount=usd("2.00"))
    with open_ledger(path, actor=APPROVER) as ledger:
        ledger.approve([used, other, open_, taken_back, edited], term=TERM)
        ledger.withdraw_approval(approval_digest(taken_back), term=TERM, reason="disputed")
        ledger.approve([taken_back], term=TERM)
        ledger.withdraw_approval(approval_digest(taken_back), term=TERM, reason="again")
        with pytest.raises(errors.UnknownDocumentError):
            ledger.withdraw_approval("00" * 32, term=TERM, reason="none")
    with open_ledger(path) as ledger:
        number = ledger.record(used).number
        ledger.record(edited)
        report = ledger.report("approvals", term=TERM)
    found = [(one.document_reference, one.state) for one in report.approvals]
    assert found == [
        ("A-6", "used"),
        ("A-7", "other"),
        ("A-8", "unused"),
        ("A-9", "withdrawn"),
        ("A-9", "withdrawn"),
        ("A-7", "used"),
    ]
    assert report.approvals[0].used_by == number
    assert report.authorities == (DIRECTOR, CHAIR)


def test_verify_finds_what_was_written_without_its_approval(path: Path) -> None:
    document = allocation("A-9", amount="1.00")
    with open_ledger(path, actor=APPROVER) as ledger:
        ledger.approve([document], term=TERM)
    with open_ledger(path) as ledger:
        number = ledger.record(document).number

    def forge(connection: Any) -> None:
        rewrite(connection, number, event=lambda event: event.update(decision="another"))

    without_guards(path, forge)
    with open_ledger(path) as ledger:
        found = {(one.check, one.number) for one in ledger.verify().findings}
    assert ("two-people", number) in found
    path.unlink()


def test_verify_finds_what_posts_nothing_and_was_written_without_its_approval(path: Path) -> None:
    document = PledgeAmendment(
        reference="PA-1", pledge="P-1", preference=("1.2",), reason="letter", on=NOW.date()
    )
    kinds = ("allocation", "pledge_amendment", "revise_approval_policy")
    revised = policy(
        Authority(approver=APPROVER, kinds=kinds), reference="AP-2", on=NOW.date(), approved_by=APPROVER
    )
    with open_ledger(path) as ledger:
        ledger.record(revised)
    with open_ledger(path, actor=APPROVER) as ledger:
        ledger.approve([document], term=TERM)
    with open_ledger(path) as ledger:
        number = ledger.record(document).number

    def forge(connection: Any) -> None:
        rewrite(connection, number, event=lambda event: event.update(reason="another letter"))

    without_guards(path, forge)
    with open_ledger(path) as ledger:
        assert ("two-people", number) in {(one.check, one.number) for one in ledger.verify().findings}
    path.unlink()


def test_verify_finds_who_signed_in_another_name(path: Path) -> None:
    document = allocation("A-9", amount="1.00")
    with open_ledger(path, actor=APPROVER) as ledger:
        ledger.approve([document], term=TERM)
        number = head_of(ledger)

    def forge(connection: Any) -> None:
        rewrite(connection, number, event=lambda event: event.update(given_by=BOARD))

    without_guards(path, forge)
    with open_ledger(path) as ledger:
        assert ("two-people", number) in {(one.check, one.number) for one in ledger.verify().findings}
    path.unlink()


def test_verify_finds_an_approval_by_somebody_who_was_not_allowed(path: Path) -> None:
    document = allocation("A-9", amount="1.00")
    with open_ledger(path, actor=APPROVER) as ledger:
        ledger.approve([document], term=TERM)
    with open_ledger(path) as ledger:
        number = ledger.record(document).number
        (policy_number,) = (
            one.number for one in ledger.entries() if isinstance(one.event, ReviseApprovalPolicy)
        )

    def forge(connection: Any) -> None:
        rewrite(
            connection,
            policy_number,
            event=lambda event: event["authorities"][0].update(approver="somebody@example.org"),
        )

    without_guards(path, forge)
    with open_ledger(path) as ledger:
        assert ("two-people", number) in {(one.check, one.number) for one in ledger.verify().findings}
    path.unlink()
