"""Money is spent under an allocation, or under an obligation of it."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner
from mdfm_ledger.chart import CATEGORIES
from mdfm_ledger.countries import require_country
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    one_of,
    optional_reference,
    optional_text,
    positive_amount,
    require_match,
    text,
)
from mdfm_ledger.journal import JournalLine, Lines, credit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.burden import settled, support_cost, support_cost_to_come
from mdfm_ledger.rules.drawing import (
    draw_on,
    draw_on_obligation,
    draw_with_burden,
    expended,
    spent,
    supported,
)


@frozen(kw_only=True)
class Expenditure(Event):
    """Goods or services used for an allocated activity, by category.

    It draws on an ``allocation``, or on an ``obligation`` made under one. It is paid from a
    ``bank_account``, or still owed to a ``party``. ``country`` is the beneficiary country (ISO 3166-1
    alpha-2) where known. Whose money it is follows the frozen shares.
    """

    event_kind = "expenditure"
    described_by = "purpose"

    on: date = day()
    amount: Amount = positive_amount()
    category: str = one_of(*CATEGORIES)
    purpose: str = text()
    allocation: str = optional_reference()
    obligation: str = optional_reference()
    bank_account: str = optional_reference()
    party: str = optional_reference()
    country: str = optional_reference()
    approved_by: str = optional_text()

    def __attrs_post_init__(self) -> None:
        require_country(self.country)
        for one, other in (("allocation", "obligation"), ("bank_account", "party")):
            if bool(getattr(self, one)) is bool(getattr(self, other)):
                raise InvalidFieldError(field=one, problem=f"give this or {other}, one of the two")

    def post(self, books: Books) -> Lines:
        """Dr 2040 per donor, Cr 1010 paid or 2110 owed; Dr 8120 (or 8140) Cr 8150 per donor.

        Programme support cost at the rate of the term's policy rides along: Dr 2042 per donor, Cr 1010 or
        what is owed to the agent, and Dr 8120 Cr 8150. What is left has to cover cost and burden.
        """
        allocation = self.allocation or books.obligation(self.obligation).allocation
        term = books.term(books.allocation(allocation).term)
        owed = self._owed_or_paid(books, term.reference)
        burden = support_cost(term, owed.minor, self.category, self.on)
        if self.obligation:
            drawn = draw_on_obligation(books, self.obligation, owed.amount, self.on)
            carried = draw_on(books, allocation, Amount(burden, term.currency), self.on) if burden else ()
        else:
            to_come = support_cost_to_come(books, allocation, self.on)
            drawn, carried = draw_with_burden(
                books, allocation, owed.amount, burden, self.on, to_come=to_come
            )
        lines = (*spent(drawn, self.category, self.country), owed)
        if carried:
            lines += (*supported(carried), settled(books, term, burden, self.on, self.bank_account))
        return (*lines, *expended(drawn), *expended(carried))

    def _owed_or_paid(self, books: Books, term: str) -> JournalLine:
        """Cr 1010 or 2110; what is owed is in dollars."""
        if self.bank_account:
            return paid(books, term, self.bank_account, self.amount, self.bank_day)
        books.document(Partner, "partner", self.party)
        if self.obligation:
            party = books.obligation(self.obligation).party
            require_match("party", self.party, f"obligation {self.obligation}", party)
        place = subaccount("2110", term=term, party=self.party)
        require_match("amount", self.amount.currency, f"what is owed to {self.party}", place.currency)
        return credit(place, self.amount.minor)
