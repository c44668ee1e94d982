"""A bank account that holds money of the trust is opened."""

from __future__ import annotations

from attrs import field, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.event import Event
from mdfm_ledger.fields import optional_text, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import require_currency


@frozen(kw_only=True)
class OpenBankAccount(Event):
    """A bank account of the trust, in one currency; the trust set prices it in US dollars.

    ``bank_identifier`` is what the bank knows it by (an IBAN, say); it can be erased.
    """

    event_kind = "open_bank_account"
    personal = ("bank_identifier",)

    name: str = text()
    currency: str = field(validator=lambda _, __, value: require_currency(value))
    bank_identifier: str = optional_text()

    @property
    def description(self) -> str:
        return f"{self.name}, {self.currency}"

    def about(self, books: Books, lines: Lines) -> str:
        return f"bank_account:{self.reference}"

    def post(self, books: Books) -> Lines:
        return ()

    def document(self, before: BankAccount | None, lines: Lines) -> BankAccount:
        del before, lines
        return BankAccount(reference=self.reference, name=self.name, currency=self.currency)
