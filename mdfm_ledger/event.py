"""What every business event has: a kind, a reference, dates, a posting rule."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import evolve, frozen

from mdfm_ledger.fields import WITHHELD, optional_day, optional_digest, optional_reference, reference

if TYPE_CHECKING:
    from mdfm_ledger.books import Books
    from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class Event:
    """A business fact: one document, one journal entry, one number.

    ``reference`` is the document's number, unique among events of its kind: recording it again with
    the same content gives the first result, with other content it is refused. ``on`` is the accounting
    date; only registrations may leave it out and are then dated the day they are recorded (UTC).
    ``value_date`` is the bank's or legal date where it differs. ``corrects`` is the reference of the
    reversal right before it that took back what this event says anew. ``evidence`` is the SHA-256 of the
    voucher behind it, in hexadecimal, where one is kept.
    """

    event_kind: ClassVar[str] = ""
    version: ClassVar[int] = 1
    described_by: ClassVar[str] = ""
    is_undone_without_lines: ClassVar[bool] = False
    """Whether a reversal takes it back though it posted nothing: no later event could say what is right."""
    personal: ClassVar[tuple[str, ...]] = ()
    """Fields kept apart from the record, so that they can be erased: names, contacts, bank identifiers."""

    reference: str = reference()
    on: date | None = optional_day()
    value_date: date | None = optional_day()
    corrects: str = optional_reference()
    evidence: str = optional_digest()

    @property
    def bank_day(self) -> date:
        """The bank's date, by which money in other currencies is priced: the value date, else ``on``."""
        bank_day = self.value_date or self.on
        assert bank_day, "an event that moves money is dated"
        return bank_day

    @property
    def approver(self) -> str:
        """Who approved the document: its field ``approved_by``, empty where its kind has none."""
        approved_by: str = getattr(self, "approved_by", "")
        return approved_by

    @property
    def signed_by(self) -> str:
        """Who says so, where that has to be who records it; empty where it need not be."""
        return ""

    @property
    def named_donor(self) -> str:
        """The donor the event names, empty where it names none, or several."""
        donor: str = getattr(self, "donor", "")
        return donor

    @property
    def stated_reason(self) -> str:
        """Why it was done: its field ``reason``, empty where its kind has none."""
        reason: str = getattr(self, "reason", "")
        return reason

    @property
    def description(self) -> str:
        """What the journal prints beside the reference: the field ``described_by`` names, if any."""
        return str(getattr(self, self.described_by)) if self.described_by else ""

    @property
    def reverses(self) -> tuple[str, str] | None:
        """Kind and reference of the entry this one takes back, or None."""
        return None

    @property
    def erases(self) -> str:
        """The document whose personal details it erases, as ``kind:reference``; empty where none."""
        return ""

    @property
    def replacement(self) -> tuple[str, str] | None:
        """Kind and reference of the event that has to follow and say anew what is taken back, or None."""
        return None

    def about(self, books: Books, lines: Lines) -> str:
        """The document the event begins or changes, as ``kind:reference``; empty where none.

        Which it is may show in the lines the event posts only.
        """
        del books, lines
        return ""

    def post(self, books: Books) -> Lines:
        """The journal lines of the event, given the books before it; raises RejectedError."""
        raise NotImplementedError

    def notes(self, books: Books) -> tuple[tuple[str, str], ...]:
        """What is accepted of it and a person should know, given the books before: codes and sentences."""
        del books
        return ()

    def bears(self) -> tuple[str, ...]:
        """Documents that stand on this event, as ``kind:reference``, beside the one it is about."""
        return ()

    def completed(self, books: Books) -> Event:
        """The event as it is recorded: with what only the books can say, where its kind has such."""
        del books
        return self

    def as_recorded(self, recorded: Event) -> Event:
        """The event with what recording filled in, to tell whether the same is recorded again.

        Personal details that were erased since cannot be compared any more: they count as the same.
        """
        erased: dict[str, Any] = {
            name: WITHHELD for name in self.personal if getattr(recorded, name, "") == WITHHELD
        }
        return evolve(self, **erased) if erased else self

    def document(self, before: Any, lines: Lines) -> object | None:
        """The document as it is after the event, from what it was before; None where unchanged."""
        del before, lines
        return None
