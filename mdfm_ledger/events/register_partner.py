"""A partner is registered."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner
from mdfm_ledger.countries import require_country
from mdfm_ledger.event import Event
from mdfm_ledger.fields import one_of, optional_reference, optional_text, text
from mdfm_ledger.journal import Lines

PARTNER_KINDS = ("city", "fund", "organization", "supplier")


@frozen(kw_only=True)
class RegisterPartner(Event):
    """A city, organization, other fund or supplier that is obligated, advanced, transferred or owed money.

    Country (ISO 3166-1 alpha-2) is empty for a partner that belongs to none. Name, ``contact`` and
    ``bank_identifier`` (the account it is paid on) are personal details: they can be erased.
    """

    event_kind = "register_partner"
    described_by = "kind"
    personal = ("name", "contact", "bank_identifier")

    name: str = text()
    country: str = optional_reference()
    kind: str = one_of(*PARTNER_KINDS, default="organization")
    contact: str = optional_text()
    bank_identifier: str = optional_text()

    def __attrs_post_init__(self) -> None:
        require_country(self.country)

    def about(self, books: Books, lines: Lines) -> str:
        return f"partner:{self.reference}"

    def post(self, books: Books) -> Lines:
        return ()

    def document(self, before: Partner | None, lines: Lines) -> Partner:
        del before, lines
        return Partner(reference=self.reference, name=self.name, country=self.country, kind=self.kind)
