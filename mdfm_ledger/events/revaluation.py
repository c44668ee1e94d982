"""What is on a bank account in another currency is worth more or less in dollars than it was."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, reference
from mdfm_ledger.journal import Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.exchange import own_amount
from mdfm_ledger.rules.exchange_difference import shared_difference
from mdfm_ledger.series import day_number


@frozen(kw_only=True)
class Revaluation(Event):
    """The balance of a bank account in a term at the end of ``on``, at the rate of that day.

    As a rule at the end of each month. Done again for the same day it posts what has come to that
    day since, as a rule nothing.
    """

    event_kind = "revaluation"
    described_by = "bank_account"

    on: date = day()
    term: str = reference()
    bank_account: str = reference()

    def post(self, books: Books) -> Lines:
        """Dr or Cr 1010, own amount zero; Cr or Dr 2030 per donor by what is held; 8100 and 8110."""
        term = books.term(self.term)
        known = books.document(BankAccount, "bank_account", self.bank_account)
        if known.currency == BASE_CURRENCY:
            problem = f"{self.bank_account} is in {BASE_CURRENCY}, there is nothing to revalue"
            raise InvalidFieldError(field="bank_account", problem=problem)
        dollars, own = (series.at(day_number(self.on)) for series in books.cash(self.term, self.bank_account))
        nothing = own_amount(books, term, Amount.zero(known.currency), self.on)
        difference = nothing.rate.dollars(Amount(own, known.currency)).minor - dollars
        if not difference:
            return ()
        cash = subaccount("1010", term=self.term, bank_account=self.bank_account)
        line = debit(cash, difference, nothing) if difference > 0 else credit(cash, -difference, nothing)
        return (line, *shared_difference(books, term, difference, self.on))
