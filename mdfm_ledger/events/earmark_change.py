"""Donor and fund agree on another earmark for money that was received and is still free."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor
from mdfm_ledger.errors import InvalidFieldError, UnknownActivityError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    optional_reference,
    optional_text,
    positive_amount,
    reference,
    require_match,
    text,
)
from mdfm_ledger.journal import Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class EarmarkChange(Event):
    """Free money of a donor gets another earmark, by the ``agreement`` named and for the reason given.

    At most what is free under ``from_earmark`` on the date and on every later one; what is allotted already
    stays where it is. An earmark left out is none: the money comes from the pool, or goes into it. What comes
    later on a pledge has the pledge's earmark as before. What the donor asks for of its money in the pool
    is asked for still, unless an amendment of the pledge withdraws it.
    """

    event_kind = "earmark_change"
    described_by = "agreement"

    on: date = day()
    term: str = reference()
    donor: str = reference()
    amount: Amount = positive_amount()
    from_earmark: str = optional_reference()
    to_earmark: str = optional_reference()
    agreement: str = text()
    reason: str = text()
    approved_by: str = optional_text()

    def __attrs_post_init__(self) -> None:
        if self.from_earmark == self.to_earmark:
            raise InvalidFieldError(field="to_earmark", problem="is the earmark the money has already")

    def post(self, books: Books) -> Lines:
        """Dr 8110 with the one earmark Cr 8110 with the other; nothing moves in trust."""
        term = books.term(self.term)
        books.document(Donor, "donor", self.donor)
        require_match("amount", self.amount.currency, f"term {self.term}", term.currency)
        # Money may have an earmark that the last budget has no line for any more; it gets one that it has.
        if self.from_earmark not in term.earmarks:
            known = ", ".join(sorted(term.earmarks - {""}))
            raise UnknownActivityError(activity=self.from_earmark, term=self.term, activities=known)
        term.require_earmark(self.to_earmark)
        before, after = (
            subaccount("8110", term=self.term, donor=self.donor, earmark=earmark)
            for earmark in (self.from_earmark, self.to_earmark)
        )
        return (debit(before, self.amount.minor), credit(after, self.amount.minor))
