"""Money is spent under an allocation."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.countries import require_country
from mdfm_ledger.documents import BankAccount
from mdfm_ledger.drawing import draw_on
from mdfm_ledger.errors import MismatchError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    one_of,
    optional_reference,
    optional_text,
    positive_amount,
    reference,
    text,
)
from mdfm_ledger.journal import Lines, Subaccount, credit, debit, subaccount
from mdfm_ledger.money import Amount

CATEGORIES = ("1", "2", "3", "4", "5", "6", "7", "8")
"""The UN's eight harmonized expenditure categories (accounting model, section 2)."""


@frozen(kw_only=True)
class Expenditure(Event):
    """A payment from a bank account for an allocated activity, by category.

    ``country`` is the beneficiary country (ISO 3166-1 alpha-2) where known. Whose money it is
    follows the frozen shares of the allocation.
    """

    event_kind = "expenditure"
    described_by = "purpose"

    on: date = day()
    allocation: str = reference()
    amount: Amount = positive_amount()
    category: str = one_of(*CATEGORIES)
    bank_account: str = reference()
    purpose: str = text()
    country: str = optional_reference()
    approved_by: str = optional_text()

    def __attrs_post_init__(self) -> None:
        require_country(self.country)

    def post(self, books: Books) -> Lines:
        """Dr 2040 per donor, Cr 1010; Dr 8120 Cr 8150 per donor."""
        bank_account = books.document(BankAccount, "bank_account", self.bank_account)
        if self.amount.currency != bank_account.currency:
            raise MismatchError(
                field="amount",
                given=self.amount.currency,
                document=f"bank account {self.bank_account}",
                expected=bank_account.currency,
            )
        drawn = draw_on(books, self.allocation, self.amount, self.on)
        term = books.allocation(self.allocation).term
        paid = credit(subaccount("1010", term=term, bank_account=self.bank_account), self.amount.minor)
        return (*self._applied(drawn), paid, *self._expended(drawn))

    def _applied(self, drawn: list[tuple[Subaccount, int]]) -> Lines:
        by_donor: dict[str, int] = {}
        for place, minor in drawn:
            by_donor[place.donor] = by_donor.get(place.donor, 0) + minor
        return tuple(
            debit(
                subaccount(
                    "2040",
                    term=drawn[0][0].term,
                    donor=donor,
                    allocation=self.allocation,
                    activity=drawn[0][0].activity,
                    category=self.category,
                    country=self.country,
                ),
                minor,
            )
            for donor, minor in by_donor.items()
        )

    def _expended(self, drawn: list[tuple[Subaccount, int]]) -> Lines:
        lines: Lines = ()
        for place, minor in drawn:
            expended = subaccount(
                "8150",
                term=place.term,
                donor=place.donor,
                activity=place.activity,
                allocation=place.allocation,
                earmark=place.earmark,
            )
            lines += (debit(place, minor), credit(expended, minor))
        return lines
