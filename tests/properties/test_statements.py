"""Whatever is recorded after a statement, both versions differ by the entries listed and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import hypothesis.strategies as st
from hypothesis import given, settings

from mdfm_ledger import Amount, BankCharge, Ledger, Receipt, Reversal
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.errors import (
    NothingToStateError,
    RejectedError,
    StatementUnchangedError,
    UnknownDocumentError,
)
from mdfm_ledger.event import Event
from mdfm_ledger.issuing import Issued
from mdfm_ledger.ledger.output import render
from mdfm_ledger.reports import DonorStatement

STORY = tuple(story())
BANK = next(event.reference for event in STORY if event.event_kind == "open_bank_account")
DONORS = tuple(event.reference for event in STORY if event.event_kind == "register_donor")
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2021, 12, 31))
NAMES = st.integers(1, 10**9).map(lambda number: f"LATE-{number}")

amounts = st.integers(1, 50_000).map(lambda minor: Amount(minor, "USD"))
receipts = st.builds(
    Receipt,
    reference=NAMES,
    term=st.just(TERM),
    donor=st.sampled_from(DONORS),
    amount=amounts,
    on=DAYS,
    bank_account=st.just(BANK),
    bank_reference=st.just("late"),
    earmark=st.sampled_from(["", "1.1", "2"]),
)
charges = st.builds(
    BankCharge,
    reference=NAMES,
    term=st.just(TERM),
    donor=st.sampled_from(["", *DONORS]),
    amount=amounts,
    on=DAYS,
    bank_account=st.just(BANK),
    bank_reference=st.just("late"),
)
reversals = st.builds(
    lambda event, on, name: Reversal(
        reference=name,
        reversed_kind=event.event_kind,
        reversed_reference=event.reference,
        on=on,
        reason="found later",
    ),
    st.sampled_from(STORY),
    DAYS,
    NAMES,
)
LATER = st.lists(st.one_of(receipts, charges, reversals), min_size=1, max_size=12)


def recorded(ledger: Ledger, events: list[Event]) -> None:
    """What of the events is accepted, one after the other."""
    for event in events:
        try:
            ledger.record(event)
        except RejectedError:
            continue


def held_in(statement: DonorStatement) -> dict[str, int]:
    """The figures of a statement that its changes speak of, in dollars."""
    found: Counter[str] = Counter({row.key: 0 for row in statement.account})
    for row in statement.account:
        found[row.key] += row.period.minor
    return {**found, "free": statement.free.minor, "allotted": statement.allotted.minor}


@settings(max_examples=20)
@given(
    first=st.integers(60, len(STORY)),
    since=DAYS,
    as_of=DAYS,
    donors=st.sets(st.sampled_from(DONORS), min_size=1, max_size=3),
    later=LATER,
)
def test_both_versions_differ_by_the_entries_listed(
    first: int, since: date, as_of: date, donors: set[str], later: list[Event]
) -> None:
    since, as_of = min(since, as_of), max(since, as_of)
    clock = datetime(2022, 1, 15, tzinfo=UTC)
    with Ledger.open("sqlite://", actor="finance@example.org", clock=lambda: clock) as ledger:
        ledger.record_all(STORY[:first])
        issued = [one for donor in sorted(donors) for one in issue(ledger, donor, since, as_of)]
        recorded(ledger, [*STORY[first:], *later])
        for one in issued:
            donor = one.statement.donor.reference
            now = ledger.donor_statement(donor, term=TERM, since=since, as_of=as_of)
            explained(one.statement, now)
            assert all(again(ledger, new) for new in issue(ledger, donor, since, as_of))
            assert again(ledger, one)
        assert ledger.verify().findings == ()


def issue(ledger: Ledger, donor: str, since: date, as_of: date) -> list[Issued]:
    """The statement as issued; none where there is nothing to state, or nothing new."""
    try:
        return [
            ledger.issue_statement(
                donor, term=TERM, kind="interim", since=since, as_of=as_of, certified_by="chief@example.org"
            )
        ]
    except (NothingToStateError, StatementUnchangedError, UnknownDocumentError):
        return []


def again(ledger: Ledger, issued: Issued) -> bool:
    """Whether it is made again as it was."""
    issue = issued.statement.issue
    assert issue is not None
    made = ledger.issued_statement(f"{issue.number}.{issue.version}")
    return render(made, "json") == render(issued.statement, "json")


def explained(before: DonorStatement, now: DonorStatement) -> None:
    """Every figure: as reported is the earlier statement's, restated today's, the entries the difference."""
    changes = now.changes
    assert changes is not None
    listed: Counter[tuple[str, str]] = Counter()
    for entry in changes.entries:
        assert entry.number > changes.known_at
        assert entry.on <= changes.as_of
        for effect in entry.effects:
            listed[effect.key, effect.amount.currency] += effect.amount.minor
    shown = {(one.key, one.restated.currency): one for one in changes.figures}
    for figure, one in shown.items():
        assert one.as_reported + one.adjustment == one.restated
        assert one.adjustment.minor == listed[figure]
    assert {figure for figure, minor in listed.items() if minor} <= shown.keys()
    then, today = held_in(before), held_in(now)
    for key, minor in then.items():
        difference = listed[key, "USD"]
        assert today[key] - minor == difference, key
        if (key, "USD") in shown:
            assert shown[key, "USD"].as_reported.minor == minor
            assert shown[key, "USD"].restated.minor == today[key]
