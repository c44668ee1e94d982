"""Documents as their entries leave them: unchanged pledges are let go of, and read again if they change."""

from __future__ import annotations

from datetime import date

from mdfm_ledger import PledgeAmendment, Reversal
from mdfm_ledger.audit.recount.documents import Documents, Promised
from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.event import Event
from mdfm_ledger.sealing.told import told_by
from mdfm_ledger.sealing.written_event import event_text
from tests.support.bookkeeping import pledge, usd

MARCH = date(2020, 3, 2)


def amendment(reference: str, amount: str) -> PledgeAmendment:
    """The pledge changed to an amount."""
    return PledgeAmendment(reference=reference, pledge="P-1", amount=usd(amount), on=MARCH, reason="more")


def reversal(event: Event) -> Reversal:
    """The event taken back."""
    return Reversal(
        reference=f"X-{event.reference}",
        reversed_kind=event.event_kind,
        reversed_reference=event.reference,
        on=date(2020, 4, 1),
        reason="x",
    )


class Journal:
    """Entries about one pledge, told again when they are asked for."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.asked = 0
        self.documents = Documents(self.history)

    def history(self, about: str, number: int) -> list[tuple[bytes, None]]:
        """The entries before a number."""
        assert about == "pledge:P-1"
        self.asked += 1
        return [(parts, None) for parts in self.parts[: number - 1]]

    def record(self, event: Event) -> None:
        """Take the next entry about the pledge."""
        self.parts.append(f'{{"event":{event_text(event)},"salt":""}}'.encode())
        self.documents.change("pledge:P-1", len(self.parts), event, ())


def test_of_a_pledge_that_never_changed_only_what_was_promised_is_held() -> None:
    journal, made = Journal(), pledge()
    journal.record(made)
    assert journal.documents.promised("P-1") == Promised(made.amount.minor, made.on)
    assert journal.documents.get("pledge:P-1") == ()
    assert journal.documents.promised("P-2") is None
    assert journal.asked == 0


def test_a_pledge_that_is_told_is_held_so_but_only_where_there_is_none() -> None:
    journal, made = Journal(), pledge()
    assert journal.documents.promise("pledge:P-1", told_by(made))
    assert journal.documents.promised("P-1") == Promised(made.amount.minor, made.on)
    assert not journal.documents.promise("pledge:P-1", told_by(pledge("P-2", "7.00")))
    assert journal.documents.promised("P-1") == Promised(made.amount.minor, made.on)


def test_a_pledge_that_changes_is_read_again_once() -> None:
    journal, made = Journal(), pledge()
    for event in (made, amendment("PA-1", "1101.00"), amendment("PA-2", "1102.00")):
        journal.record(event)
    assert journal.asked == 1
    assert journal.documents.promised("P-1") == Promised(110_200, made.on)
    assert [key for key, _ in journal.documents.get("pledge:P-1")] == [
        ("pledge", "P-1"),
        ("pledge_amendment", "PA-1"),
        ("pledge_amendment", "PA-2"),
    ]


def test_what_cannot_be_read_again_changed_nothing() -> None:
    journal = Journal()
    journal.record(pledge())
    journal.parts.append(b"no entry")
    journal.record(amendment("PA-1", "1101.00"))
    promise = journal.documents.standing("pledge:P-1", PledgePromise)
    assert promise is not None
    assert promise.amount == usd("1101.00")


def test_a_pledge_whose_change_is_taken_back_is_let_go_of_again_and_one_taken_back_is_none() -> None:
    journal, made, more = Journal(), pledge(), amendment("PA-1", "1101.00")
    for event in (made, more, reversal(more)):
        journal.record(event)
    assert journal.documents.promised("P-1") == Promised(made.amount.minor, made.on)
    assert journal.documents.get("pledge:P-1") == ()
    journal.record(reversal(made))
    assert journal.asked == 2
    assert journal.documents.promised("P-1") is None
