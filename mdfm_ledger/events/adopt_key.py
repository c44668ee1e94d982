"""The ledger adopts its first signing key."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.signing_keys import SIGNING_KEYS, SigningKey, SigningKeys, require_verifier_key
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class AdoptKey(Event):
    """The key that checkpoints are signed with from ``on`` (inclusive), as a verifier key name+hash+base64.

    Once in a ledger; later keys replace it by ``rotate_key``. It posts nothing.
    """

    event_kind = "adopt_key"
    described_by = "public_key"

    on: date = day()
    public_key: str = text()
    reason: str = text()
    approved_by: str = text()

    def __attrs_post_init__(self) -> None:
        require_verifier_key("public_key", self.public_key)

    def about(self, books: Books, lines: Lines) -> str:
        return SIGNING_KEYS

    def post(self, books: Books) -> Lines:
        """No lines: a key moves no money."""
        kind, _, reference = SIGNING_KEYS.partition(":")
        if books.has_document(kind, reference):
            raise InvalidFieldError(field="public_key", problem="is not the first; record a rotate_key")
        return ()

    def document(self, before: SigningKeys | None, lines: Lines) -> SigningKeys:
        del before, lines
        return SigningKeys(keys=(SigningKey(public_key=self.public_key, since=self.on),))
