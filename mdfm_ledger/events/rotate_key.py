"""A new signing key replaces the one in use."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.signing_keys import SIGNING_KEYS, SigningKey, SigningKeys, require_verifier_key
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.evidence.checkpoint import verifier_key
from mdfm_ledger.fields import day, require_match, text
from mdfm_ledger.journal import Lines


@frozen(kw_only=True)
class RotateKey(Event):
    """From ``on`` (inclusive) checkpoints are signed with ``public_key``; ``replaces`` is the key until then.

    Both are verifier keys name+hash+base64 of one name. It posts nothing.
    """

    event_kind = "rotate_key"
    described_by = "public_key"

    on: date = day()
    public_key: str = text()
    replaces: str = text()
    reason: str = text()
    approved_by: str = text()

    def __attrs_post_init__(self) -> None:
        require_verifier_key("public_key", self.public_key)
        require_verifier_key("replaces", self.replaces)
        if self.public_key == self.replaces:
            raise InvalidFieldError(field="public_key", problem="is the key that it replaces")
        if verifier_key(self.public_key).name != verifier_key(self.replaces).name:
            raise InvalidFieldError(field="public_key", problem="is of another name than the key it replaces")

    def about(self, books: Books, lines: Lines) -> str:
        return SIGNING_KEYS

    def post(self, books: Books) -> Lines:
        """No lines: a key moves no money."""
        kind, _, reference = SIGNING_KEYS.partition(":")
        known = books.document(SigningKeys, kind, reference)
        require_match("replaces", self.replaces, "the ledger", known.current)
        return ()

    def document(self, before: SigningKeys | None, lines: Lines) -> SigningKeys:
        assert before is not None, "a key is replaced that was adopted"
        del lines
        return SigningKeys(keys=(*before.keys, SigningKey(public_key=self.public_key, since=self.on)))
