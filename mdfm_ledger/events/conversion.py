"""Money is moved between two bank accounts of the trust, as a rule in different currencies."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid, received
from mdfm_ledger.rules.exchange_difference import shared_difference


@frozen(kw_only=True)
class Conversion(Event):
    """``sold`` leaves one bank account and ``bought`` arrives on another, each in its account's currency.

    Both are priced at the published rates of the value date; what the bank gave more or less than
    those is an exchange difference. In one currency both amounts are the same.
    """

    event_kind = "conversion"
    described_by = "bank_reference"

    on: date = day()
    term: str = reference()
    sold: Amount = positive_amount()
    from_account: str = reference()
    bought: Amount = positive_amount()
    to_account: str = reference()
    bank_reference: str = text()
    approved_by: str = optional_text()

    def __attrs_post_init__(self) -> None:
        if self.from_account == self.to_account:
            raise InvalidFieldError(field="to_account", problem="is the account the money comes from")
        if self.sold.currency == self.bought.currency and self.sold != self.bought:
            problem = (
                f"{self.bought} for {self.sold}: both are the same in one currency, a charge stands apart"
            )
            raise InvalidFieldError(field="bought", problem=problem)

    def post(self, books: Books) -> Lines:
        """Dr 1010 bought, Cr 1010 sold, Dr or Cr 2030 per donor by what is held; 8100 and 8110."""
        term = books.term(self.term)
        to = received(books, self.term, self.to_account, self.bought, self.bank_day)
        out = paid(books, self.term, self.from_account, self.sold, self.bank_day)
        difference = to.minor - out.minor
        return (to, out, *(shared_difference(books, term, difference, self.on) if difference else ()))
