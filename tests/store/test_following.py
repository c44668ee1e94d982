"""One posts, and others post in between: what is asked anew, what is let go of, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from mdfm_ledger import Ledger, Redaction, errors, open_engine
from mdfm_ledger.books.following import followed
from mdfm_ledger.books.watched import GroupKey
from mdfm_ledger.evidence.tiling import WIDTH
from mdfm_ledger.store import following
from mdfm_ledger.store.append import Appender
from tests.support.bookkeeping import ACTOR, allocation, expenditure, pledge, receipt
from tests.support.ledgers import RECORDED_AT, events, open_ledger


@pytest.fixture
def both(kept_url: str) -> Iterator[tuple[Ledger, Ledger]]:
    """Two on one ledger, the first of which has posted money and an allotment."""
    with open_ledger(kept_url) as one, open_ledger(kept_url) as other:
        one.record_all([*events(), receipt("R-3", "50.00", donor="jp"), allocation("A-3", "40.00")])
        yield one, other


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What of the balances the store was asked for, in order."""
    asked: list[object] = []

    def counted(name: str) -> Any:
        ask = getattr(Appender, name)

        def answered(appender: Appender, key: GroupKey) -> Any:
            asked.append(key)
            return ask(appender, key)

        return answered

    for name in ("group", "total"):
        monkeypatch.setattr(Appender, name, counted(name))
    return asked


def test_what_others_recorded_is_followed_and_balances_are_not_asked_for_again(
    both: tuple[Ledger, Ledger], asked: list[object]
) -> None:
    one, other = both
    other.record_all([receipt("R-4", "20.00", donor="med"), allocation("A-4", "10.00")])
    asked.clear()
    assert one.record(allocation("A-5", "11.00")).number == 17
    assert one.record(receipt("R-5", "1.00")).number == 18
    assert asked == []
    with pytest.raises(errors.NotFundedError):
        one.record(allocation("A-6", "10000.00"))
    assert one.verify().findings == ()


def test_what_is_refused_before_anything_is_written_is_no_reason_to_ask_again(
    both: tuple[Ledger, Ledger], asked: list[object]
) -> None:
    one, other = both
    other.record(receipt("R-4", "20.00", donor="med"))
    with pytest.raises(errors.NotFundedError):
        one.record(allocation("A-4", "10000.00"))
    asked.clear()
    assert one.record(allocation("A-4", "11.00")).number == 16
    assert asked == []
    with pytest.raises(errors.NotFundedError):
        one.record_all([receipt("R-5", "500.00"), allocation("A-5", "10000.00")])
    with pytest.raises(errors.NotFundedError):
        one.record(allocation("A-6", "500.00"))
    assert one.verify().findings == ()


@pytest.mark.parametrize(("most", "is_followed"), [(2, True), (1, False)])
def test_what_many_more_changed_is_asked_for_anew(
    both: tuple[Ledger, Ledger],
    asked: list[object],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    *,
    is_followed: bool,
) -> None:
    monkeypatch.setattr(following, "MOST_FOLLOWED", most)
    one, other = both
    other.record_all([receipt("R-4", "20.00", donor="med"), receipt("R-5", "20.00", donor="ham")])
    asked.clear()
    one.record(allocation("A-5", "11.00"))
    assert (asked == []) is is_followed


def test_a_plan_of_what_is_recorded_teaches_the_books_nothing(both: tuple[Ledger, Ledger]) -> None:
    one, other = both
    for ledger in (other, one):
        ledger.plan(pledge())
        ledger.plan(allocation("A-3", "40.00"))
    assert other.record(receipt("R-4", "1.00", pledge="P-1")).number == 15
    assert one.record(receipt("R-5", "1.00", pledge="P-1")).number == 16
    assert other.record(expenditure("E-3", "4.00", allocation="A-3")).number == 17


def test_what_the_caller_undid_is_not_followed(kept_url: str) -> None:
    """The money was never there, though the numbers look as if it had been."""
    with open_ledger(kept_url) as other:
        other.record_all(events())
        engine = open_engine(kept_url)
        with engine.connect() as connection:
            ledger = Ledger.on_connection(connection, actor=ACTOR, clock=lambda: RECORDED_AT)
            with connection.begin():
                ledger.record(receipt("R-3", "10.00"))
            undone = connection.begin()
            ledger.record(receipt("R-4", "1000.00"))
            undone.rollback()
            other.record_all([receipt("R-5", "1.00"), receipt("R-6", "1.00")])
            with connection.begin():
                with pytest.raises(errors.NotFundedError):
                    ledger.record(allocation("A-4", "900.00"))
                assert ledger.record(allocation("A-5", "212.00", activity="1.2")).number == 16
        engine.dispose()
        assert other.verify().findings == ()


def test_books_broken_off_while_they_follow_are_let_go_of(
    both: tuple[Ledger, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops a plan on the way must not find the same entries followed twice."""
    one, other = both
    other.record(receipt("R-4", "20.00"))

    def broken_off(*given: Any) -> None:
        followed(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(following, "followed", broken_off)
        with pytest.raises(KeyboardInterrupt):
            one.plan(receipt("R-5", "1.00"))
    with pytest.raises(errors.NotFundedError):
        one.record(allocation("A-4", "231.00", activity="1.2"))
    assert one.record(allocation("A-5", "230.00", activity="1.2")).number == 16


def test_a_name_that_was_erased_is_not_kept(both: tuple[Ledger, Ledger]) -> None:
    for eraser in (0, 1):
        donor, name = (("ham", "Hamburg"), ("jp", "Japan"))[eraser]
        ledgers = [both[eraser], both[1 - eraser]]
        for at, ledger in enumerate(ledgers):
            ledger.record(receipt(f"N-{donor}-{at}", "1.00", donor=donor))
            assert name in str(_kept(ledger))
        ledgers[0].record(
            Redaction(
                reference=f"RD-{donor}",
                on=date(2021, 6, 1),
                document_kind="donor",
                document_reference=donor,
                reason="asked for",
                approved_by="director@example.org",
            )
        )
        ledgers[1].record(receipt(f"N-{donor}", "1.00", donor=donor))
        assert all(name not in str(_kept(ledger)) for ledger in ledgers)


def test_the_seals_of_tiles_that_others_completed_are_let_go_of(both: tuple[Ledger, Ledger]) -> None:
    for at in range(12):
        ledger = both[at % 2]
        ledger.record_all([receipt(f"M-{at}-{one}", "1.00") for one in range(100)])
        recorder: Any = ledger._recorder
        assert len(recorder._appender._seals) < WIDTH + 100
    assert both[0].verify().findings == ()


def _kept(ledger: Ledger) -> dict[object, object]:
    recorder: Any = ledger._recorder
    kept: dict[object, object] = recorder._books.kept
    return kept
