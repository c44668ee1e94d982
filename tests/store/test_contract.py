"""What a ledger promises wherever it is kept, in a file, in memory or on a server: the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import Ledger, errors, open_engine, verify_bundle
from mdfm_ledger.codec import event_to_json
from mdfm_ledger.demo.story import TERM as STORY_TERM
from mdfm_ledger.demo.story import story
from mdfm_ledger.event import Event
from mdfm_ledger.ledger.output import render
from mdfm_ledger.reports import TERM_REPORTS
from mdfm_ledger.store.postgres.dialect import PostgreSQL
from mdfm_ledger.store.sqlite import SQLite
from tests.support.bookkeeping import ACTOR, TERM, allocation, pledge, receipt
from tests.support.bundles import HAMBURG, bundle, issue_all
from tests.support.ledgers import RECORDED_AT, counted_salts, events, open_ledger, rows_of
from tests.support.signing import KEY

GOLDEN = Path(__file__).parents[1] / "golden" / "demo"
YEAR_END = date(2021, 12, 31)
DONORS = ("ham", "med", "jp")


def many(count: int) -> list[Event]:
    return [receipt(f"M-{at}", "1.00") for at in range(count)]


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with open_ledger(url) as ledger:
        ledger.record_all(events())
        yield ledger


# -- the same bytes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("told", [list(story()), [*events(), *many(300)]], ids=["story", "many"])
def test_the_same_events_give_the_same_rows_of_every_table(told: list[Event], url: str) -> None:
    with open_ledger(url) as one, open_ledger("sqlite://") as other:
        for each in (one, other):
            each.record_all(told[:-20])
            for event in told[-20:]:
                each.record(event)
        assert rows_of(one) == rows_of(other)
        assert one.checkpoints(KEY.name) == other.checkpoints(KEY.name)


def test_every_report_is_the_one_a_person_has_read(url: str) -> None:
    with open_ledger(url) as ledger:
        ledger.record_all(story())
        made = {
            f"{name}.txt": render(ledger.report(name, term=STORY_TERM, as_of=YEAR_END), "text")
            for name in TERM_REPORTS
        }
        for one in ledger.donor_statements(term=STORY_TERM, as_of=YEAR_END):
            made[f"statement-{one.donor.reference.lower()}.txt"] = render(one, "text")
        assert ledger.verify().findings == ()
        assert ledger.verify(quick=True).findings == ()
    assert made == {path.name: path.read_text() for path in GOLDEN.glob("*.txt")}


def test_an_issued_statement_is_proved_by_its_bundle(ledger: Ledger) -> None:
    issue_all(ledger)
    made = bundle(ledger)
    assert "holds" in verify_bundle.verify(made, str(KEY))
    with open_ledger("sqlite://") as other:
        other.record_all(events())
        issue_all(other)
        assert bundle(other) == made
    assert ledger.issued_statement(HAMBURG).donor.reference == "ham"


# -- recording ---------------------------------------------------------------------------------------


def test_the_same_event_again_is_the_first_and_another_is_refused(ledger: Ledger) -> None:
    first = ledger.record(receipt("R-9", "5.00"))
    again = ledger.record(receipt("R-9", "5.00"))
    assert (first.number, first.was_replayed, again.number, again.was_replayed) == (13, False, 13, True)
    with pytest.raises(errors.ReferenceConflictError):
        ledger.record(receipt("R-9", "6.00"))
    assert ledger.verify().entries == 13


def test_what_is_refused_leaves_nothing(ledger: Ledger) -> None:
    before = rows_of(ledger)
    with pytest.raises(errors.RejectedError):
        ledger.record_all([*many(100), allocation("A-9", amount="1000000.00")])
    batch = ledger.record_lines([b'{"kind":"none"}'])
    assert len(batch.refusals) == 1
    assert rows_of(ledger) == before
    assert ledger.record(receipt("R-9", "5.00")).number == 13


def test_amounts_are_exact_from_the_least_to_the_most(ledger: Ledger) -> None:
    """To the cent, whatever the engine makes of whole numbers; a cent more than the most is refused."""
    for reference, amount in (("B-1", "0.01"), ("B-2", "9999999999099.99")):
        ledger.record(receipt(reference, amount))
    # What was received before, less what was spent.
    assert str(ledger.balance("1010", term=TERM)) == "USD 10,000,000,000,000.00"
    for amount in ("10000000000000.01", "0.00", "-0.01", "99999999999999999999.99"):
        with pytest.raises(errors.InvalidEventError):
            ledger.record(receipt("B-3", amount))
    assert [entry.event.reference for entry in ledger.entries()][12:] == ["B-1", "B-2"]
    assert ledger.verify().findings == ()


def test_what_amounts_add_up_to_is_reported_however_much_it_is(ledger: Ledger) -> None:
    """One mistyped amount on top of others, and taken back, must not leave a fund without reports."""
    most = "9999999999999.00"
    large = [receipt("B-1", most), receipt("B-2", most), pledge("P-8", most), pledge("P-9", most)]
    assert [done.number for done in ledger.record_all(large)] == [13, 14, 15, 16]
    for undone in ((), (("receipt", "B-2"), ("pledge", "P-9"))):
        for wrong in undone:
            ledger.reverse(wrong, reference=f"RV-{wrong[1]}", on=YEAR_END, reason="mistyped")
        for name in TERM_REPORTS:
            ledger.report(name, term=TERM, as_of=YEAR_END)
        ledger.donor_statement("ham", term=TERM, as_of=YEAR_END)
        found = ledger.verify(reports=True)
        assert found.findings == ()
        if not undone:
            # What an entry would have to say is refused by name, with the figure and what to look for.
            for seal in (lambda: ledger.publish_holdings("H-1", as_of=YEAR_END), lambda: issue_all(ledger)):
                with pytest.raises(errors.AmountTooLargeError, match=r"^USD 20,000,000,000,\d{3}.00 is more"):
                    seal()
    assert str(ledger.balance("2010", term=TERM, donor="ham")) == "USD -10,000,000,000,399.00"


def test_a_dry_run_and_a_plan_write_nothing(ledger: Ledger) -> None:
    before = rows_of(ledger)
    assert ledger.plan(receipt("R-9", "5.00")).entry.number == 13
    line = json.dumps(event_to_json(receipt("R-9", "5.00")))
    assert ledger.record_lines([line], dry_run=True).recorded == 1
    assert rows_of(ledger) == before


def write_at_once(entries: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have so many entries written in one go, on each engine."""
    for engine in (SQLite, PostgreSQL):
        monkeypatch.setattr(engine, "most_waiting", entries)


def test_more_than_is_written_in_one_go(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    write_at_once(70, monkeypatch)
    ledger.record_all([*many(250), pledge("P-9", "5.00"), receipt("R-9", "5.00", pledge="P-9")])
    found = ledger.verify()
    assert (found.entries, found.findings) == (264, ())
    assert ledger.balance("8020", term=TERM, pledge="P-9").minor == 0


def test_places_get_the_same_ids_however_much_is_written_in_one_go(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [
        event
        for at in range(9)
        for event in (pledge(f"P-{at}0", "5.00"), receipt(f"R-{at}0", "5.00", donor=DONORS[at % 3]))
    ]
    with open_ledger(url) as one, open_ledger("sqlite://") as other:
        other.record_all([*events(), *told])
        write_at_once(4, monkeypatch)
        one.record_all([*events(), *told])
        assert rows_of(one) == rows_of(other)


def test_what_is_known_at_an_entry_stays_what_it_was(ledger: Ledger) -> None:
    then = ledger.report("trial_balance", term=TERM, as_of=YEAR_END)
    ledger.record_all(many(3))
    assert ledger.report("trial_balance", term=TERM, as_of=YEAR_END, known_at=12) == then
    assert ledger.report("trial_balance", term=TERM, as_of=YEAR_END) != then


def test_text_is_sorted_by_its_signs_wherever_it_is(ledger: Ledger) -> None:
    names = ["b", "B", "a-1", "a1", "A", "ä", "Z", "é"]
    ledger.record_all([pledge(name, "1.00") for name in names])
    with ledger._through(None, None) as (source, window):
        found = [one.key[0] for one in source.totals(("pledge",), window)]
    assert found == sorted(["", "P-1", *names])
    assert sorted(ledger.documents("pledge")) == sorted(["P-1", *names])


def test_details_are_erased_and_the_ledger_verifies(ledger: Ledger) -> None:
    before = ledger.donor_statement("ham", term=TERM, as_of=YEAR_END)
    ledger.redact("donor", "ham", reason="asked for", approved_by="dpo@example.org", on=date(2021, 5, 1))
    after = ledger.donor_statement("ham", term=TERM, as_of=YEAR_END)
    assert before.donor.name == "Hamburg"
    assert after.donor.name == "[withheld]"
    assert ledger.verify().findings == ()


# -- transactions ------------------------------------------------------------------------------------


def test_the_caller_keeps_the_transaction(url: str) -> None:
    engine = open_engine(url)
    given = {"actor": ACTOR, "clock": lambda: RECORDED_AT, "salts": counted_salts()}
    with engine.connect() as connection:
        with connection.begin():
            Ledger.on_connection(connection, **given).record_all(events())  # type: ignore[arg-type]  # options of several calls
        with connection.begin() as transaction:
            ledger = Ledger.on_connection(connection, **given)  # type: ignore[arg-type]  # the same
            assert ledger.record(receipt("R-9", "5.00")).number == 13
            with pytest.raises(errors.UnknownDocumentError):
                ledger.record(receipt("R-10", pledge="none"))
            assert (ledger.verify().entries, ledger.verify().findings) == (13, ())
            transaction.rollback()
        with connection.begin():
            ledger = Ledger.on_connection(connection, **given)  # type: ignore[arg-type]  # the same
            assert ledger.verify().entries == 12
            assert ledger.record(receipt("R-9", "5.00")).number == 13
    engine.dispose()


@pytest.mark.parametrize("to_savepoint", [False, True])
def test_what_the_caller_undoes_is_forgotten(kept_url: str, *, to_savepoint: bool) -> None:
    """Places and balances of what was undone are those of what another has written since."""
    with open_ledger(kept_url) as other:
        other.record_all(events())
        engine = open_engine(kept_url)
        with engine.connect() as connection:
            outer = connection.begin()
            ledger = Ledger.on_connection(connection, actor=ACTOR, clock=lambda: RECORDED_AT)
            ledger.record(receipt("R-8", "5.00"))
            undone = connection.begin_nested() if to_savepoint else outer
            if not to_savepoint:
                connection.commit()
                undone = connection.begin()
            ledger.record(pledge("P-2", "70.00"))
            undone.rollback()
            if to_savepoint:
                connection.commit()
            other.record(pledge("P-3", "90.00", donor="med"))
            with connection.begin():
                assert ledger.record(receipt("R-9", "20.00", pledge="P-3")).number == 15
                with pytest.raises(errors.UnknownDocumentError):
                    ledger.record(receipt("R-10", "20.00", pledge="P-2"))
                assert ledger.record(pledge("P-2", "70.00")).number == 16
        engine.dispose()
        assert (other.verify().entries, other.verify().findings) == (16, ())


def test_two_who_write_take_turns_and_see_each_other(kept_url: str) -> None:
    with open_ledger(kept_url) as one, open_ledger(kept_url) as other:
        one.record_all(events())
        assert other.record(receipt("R-8", "5.00")).number == 13
        assert one.record(receipt("R-9", "5.00")).number == 14
        assert one.record(receipt("R-8", "5.00")).was_replayed
        reading = other.entries()
        next(reading)
        one.record(receipt("R-10", "5.00"))
        # What is read is of the moment it was begun at.
        assert sum(1 for _ in reading) == 13
        assert (other.verify().entries, other.verify().findings) == (15, ())


def test_a_ledger_read_only_is_not_written(kept_url: str) -> None:
    with open_ledger(kept_url) as ledger:
        ledger.record_all(events())
    with open_ledger(kept_url, read_only=True) as ledger:
        with pytest.raises(errors.StoreUnavailableError, match=r"read-?only"):
            ledger.record(receipt("R-9", "5.00"))
        assert (ledger.verify().entries, ledger.verify().findings) == (12, ())
