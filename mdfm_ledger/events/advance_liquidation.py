"""A certified report says what an advance was used for: that is the expenditure."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import AdvancePaid
from mdfm_ledger.chart import CATEGORIES
from mdfm_ledger.countries import require_country
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    one_of,
    optional_amount,
    optional_reference,
    optional_text,
    reference,
    require_match,
    text,
)
from mdfm_ledger.journal import JournalLine, Lines, credit, debit
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.burden import settled, support_cost
from mdfm_ledger.rules.drawing import draw_on, draw_on_obligation, expended, spent, supported


@frozen(kw_only=True)
class AdvanceLiquidation(Event):
    """What a partner's certified report accounts for: ``amount`` was spent as agreed, by category.

    ``ineligible`` is what the report claims and the agreement does not allow: it is no use of the
    donors' money, and stays to be recovered from the partner. ``country`` is the beneficiary country.
    Programme support cost on the amount is paid from ``bank_account``, or owed to the agent.
    """

    event_kind = "advance_liquidation"
    described_by = "report"

    on: date = day()
    advance: str = reference()
    report: str = text()
    amount: Amount | None = optional_amount()
    ineligible: Amount | None = optional_amount()
    category: str = one_of(*CATEGORIES, default="6")
    country: str = optional_reference()
    bank_account: str = optional_reference()
    approved_by: str = optional_text()

    def __attrs_post_init__(self) -> None:
        require_country(self.country)
        if not (self.amount or self.ineligible):
            raise InvalidFieldError(field="amount", problem="a report accounts for something")

    def post(self, books: Books) -> Lines:
        """Dr 2040 per donor, Dr 1230 ineligible, Cr 1210; Dr 8140 Cr 8150 per donor."""
        standing = books.advance(self.advance)
        lines: list[JournalLine] = []
        if self.ineligible:
            given, expected = self.ineligible.currency, standing.amount.currency
            require_match("ineligible", given, f"advance {self.advance}", expected)
            minor = self.ineligible.minor
            lines += (debit(standing.place("1230"), minor), credit(standing.place("1210"), minor))
        if self.amount:
            drawn = draw_on_obligation(books, standing.obligation, self.amount, self.on)
            lines += spent(drawn, self.category, self.country)
            lines.append(credit(standing.place("1210"), self.amount.minor))
            lines += (*self._support_cost(books, standing, self.amount), *expended(drawn))
        return tuple(lines)

    def _support_cost(self, books: Books, standing: AdvancePaid, amount: Amount) -> Lines:
        term = books.term(standing.term)
        burden = support_cost(term, amount.minor, self.category, self.on)
        if not burden:
            return ()
        carried = draw_on(books, standing.allocation, Amount(burden, amount.currency), self.on)
        owed = settled(books, term, burden, self.on, self.bank_account)
        return (*supported(carried), owed, *expended(carried))
