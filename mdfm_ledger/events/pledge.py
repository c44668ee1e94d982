"""A donor pledges: announced (not binding) or signed, with or without instalments."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import (
    ANNOUNCED,
    SIGNED,
    Donor,
    Instalment,
    PledgePromise,
    require_instalments,
)
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    codes,
    day,
    one_of,
    optional_reference,
    optional_text,
    positive_amount,
    reference,
    several,
)
from mdfm_ledger.journal import Lines, credit, debit
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.conditions import require_conditions


@frozen(kw_only=True)
class Pledge(Event):
    """A donor's promise to a term, in any currency; it is never money until it is received.

    Instalments, where agreed, sum exactly to the amount; without them the whole is payable on the
    pledge's date. A hard earmark names an activity or an area of the term's budget. A ``preference`` names
    some that the donor would rather see paid and binds nobody; a ``notional_test`` some that the whole
    fund has to spend as much on as the donor gave; neither goes with an earmark. ``origin`` says where
    the promise stands, such as a letter, or item 5 of the questionnaire for member cities.
    """

    event_kind = "pledge"
    described_by = "origin"

    on: date = day()
    term: str = reference()
    donor: str = reference()
    amount: Amount = positive_amount()
    status: str = one_of(ANNOUNCED, SIGNED, default=SIGNED)
    instalments: tuple[Instalment, ...] = several(Instalment)
    earmark: str = optional_reference()
    preference: tuple[str, ...] = codes()
    notional_test: tuple[str, ...] = codes()
    origin: str = optional_text()

    def __attrs_post_init__(self) -> None:
        require_instalments(self.instalments, self.amount)

    def about(self, books: Books, lines: Lines) -> str:
        return f"pledge:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Memorandum only: Dr 8020 signed (or 8010 announced), Cr 8090."""
        term = books.term(self.term)
        term.require_earmark(self.earmark)
        require_conditions(term, self.earmark, self.preference, self.notional_test)
        books.document(Donor, "donor", self.donor)
        promise = self.document(None, ())
        return (
            debit(promise.place("8010" if self.status == ANNOUNCED else "8020"), self.amount.minor),
            credit(promise.place("8090"), self.amount.minor),
        )

    def document(self, before: PledgePromise | None, lines: Lines) -> PledgePromise:
        del before, lines
        return PledgePromise(
            reference=self.reference,
            term=self.term,
            donor=self.donor,
            on=self.on,
            changed_on=self.on,
            status=self.status,
            amount=self.amount,
            earmark=self.earmark,
            instalments=self.instalments,
            preference=self.preference,
            notional_test=self.notional_test,
        )
