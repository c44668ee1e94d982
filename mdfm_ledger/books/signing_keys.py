"""The keys a ledger's checkpoints are signed with: which one holds since when, and which it replaced."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.errors import InvalidFieldError, NoteRefusedError
from mdfm_ledger.evidence.checkpoint import verifier_key

SIGNING_KEYS = "signing_keys:ledger"
"""The document that holds them: one for the ledger."""


@frozen(kw_only=True)
class SigningKey:
    """A verifier key ``name+hash+base64`` and the day since when it signs (inclusive)."""

    public_key: str
    since: date


@frozen(kw_only=True)
class SigningKeys:
    """The keys in the order adopted; the last one is that in use."""

    keys: tuple[SigningKey, ...]

    @property
    def current(self) -> str:
        """The verifier key in use."""
        return self.keys[-1].public_key


def require_verifier_key(field: str, text: str) -> None:
    """Raise InvalidFieldError unless the text is an Ed25519 verifier key in its one spelling."""
    try:
        verifier_key(text)
    except NoteRefusedError as error:
        raise InvalidFieldError(field=field, problem=error.problem) from None
