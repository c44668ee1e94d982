"""Money arrives: it is held in trust for its donor from that moment."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.banking import require_bank_currency
from mdfm_ledger.books import Books
from mdfm_ledger.documents import Donor, FeeTaken, PledgePromise
from mdfm_ledger.errors import InvalidFieldError, MismatchError, PledgeExceededError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    optional_amount,
    optional_reference,
    positive_amount,
    reference,
    text,
)
from mdfm_ledger.journal import Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class Receipt(Event):
    """A contribution credited to a bank account of the trust, gross.

    With a ``pledge``, donor, term and earmark are the pledge's; without one, ``donor`` and ``term``
    are required. ``fulfils`` is what it counts for in the pledge's own currency, needed only where
    that is not the currency of the money: a promise is fulfilled in the donor's currency.
    """

    event_kind = "receipt"
    described_by = "bank_reference"

    on: date = day()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    pledge: str = optional_reference()
    fulfils: Amount | None = optional_amount()
    donor: str = optional_reference()
    term: str = optional_reference()
    earmark: str = optional_reference()

    def __attrs_post_init__(self) -> None:
        if self.pledge:
            if self.earmark:
                raise InvalidFieldError(field="earmark", problem="is the pledge's; leave it out")
            return
        for name in ("donor", "term"):
            if not getattr(self, name):
                raise InvalidFieldError(field=name, problem="is needed where no pledge is named")
        if self.fulfils:
            raise InvalidFieldError(field="fulfils", problem="needs a pledge to fulfil")

    def post(self, books: Books) -> Lines:
        """Dr 1010 Cr 2010, Dr 8100 Cr 8110; on a pledge also Dr 8040 paid, Cr 8020 (or 8010) open."""
        require_bank_currency(books, self.bank_account, self.amount)
        if not self.pledge:
            books.term(self.term).require_earmark(self.earmark)
            books.document(Donor, "donor", self.donor)
            return self._money(self.term, self.donor, self.earmark)
        promise = books.pledge(self.pledge)
        self._require_same(promise)
        return self._money(promise.term, promise.donor, promise.earmark) + self._paid(books, promise)

    def stands_on(self, books: Books) -> str:
        if not books.has_document("agent_fee", self.reference):
            return ""
        return f"agent fee {books.document(FeeTaken, 'agent_fee', self.reference).reference}"

    def _money(self, term: str, donor: str, earmark: str) -> Lines:
        minor = self.amount.minor
        return (
            debit(subaccount("1010", term=term, bank_account=self.bank_account), minor),
            credit(subaccount("2010", term=term, donor=donor), minor),
            debit(subaccount("8100", term=term, donor=donor), minor),
            credit(subaccount("8110", term=term, donor=donor, earmark=earmark), minor),
        )

    def _paid(self, books: Books, promise: PledgePromise) -> Lines:
        paid = self.fulfils or self.amount
        if paid.currency != promise.amount.currency:
            raise MismatchError(
                field="fulfils" if self.fulfils else "amount",
                given=paid.currency,
                document=f"pledge {self.pledge}",
                expected=promise.amount.currency,
            )
        still_open = books.pledge_open(self.pledge).total
        if paid.minor > still_open:
            raise PledgeExceededError(pledge=self.pledge, asked=paid, open=Amount(still_open, paid.currency))
        return (debit(promise.place("8040"), paid.minor), credit(promise.open_place, paid.minor))

    def _require_same(self, promise: PledgePromise) -> None:
        for name in ("donor", "term"):
            given, expected = getattr(self, name), getattr(promise, name)
            if given and given != expected:
                raise MismatchError(
                    field=name, given=given, document=f"pledge {self.pledge}", expected=expected
                )
