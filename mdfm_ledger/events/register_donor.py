"""A donor is registered."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor
from mdfm_ledger.countries import require_country
from mdfm_ledger.event import Event
from mdfm_ledger.fields import one_of, optional_reference, optional_text, text
from mdfm_ledger.journal import Lines

DONOR_KINDS = ("member_city", "country", "company", "foundation", "other_private")


@frozen(kw_only=True)
class RegisterDonor(Event):
    """A donor: its name, its kind, its country (ISO 3166-1 alpha-2) and the language it reads.

    Country is empty for a donor that belongs to none. Source of the kinds: strategy, "Sources of
    MDFM funds". Name and ``contact`` are personal details: they can be erased.
    """

    event_kind = "register_donor"
    described_by = "kind"
    personal = ("name", "contact")

    name: str = text()
    kind: str = one_of(*DONOR_KINDS)
    country: str = optional_reference()
    language: str = one_of("en", "fr", "es", default="en")
    contact: str = optional_text()

    def __attrs_post_init__(self) -> None:
        require_country(self.country)

    @property
    def named_donor(self) -> str:
        return self.reference

    def about(self, books: Books, lines: Lines) -> str:
        return f"donor:{self.reference}"

    def post(self, books: Books) -> Lines:
        return ()

    def document(self, before: Donor | None, lines: Lines) -> Donor:
        del before, lines
        return Donor(
            reference=self.reference,
            name=self.name,
            kind=self.kind,
            country=self.country,
            language=self.language,
        )
