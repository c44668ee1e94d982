"""The public half of the key in a signer's folder: reading it needs no cryptography."""

from __future__ import annotations

from pathlib import Path

from mdfm_ledger.errors import KeyUnusableError, NoteRefusedError
from mdfm_ledger.evidence.checkpoint import VerifierKey, verifier_key
from mdfm_ledger.ledger.kept import KEY


def key_file(folder: Path) -> Path:
    """The file that holds the key of a folder."""
    return folder / KEY


def public_key(folder: Path) -> VerifierKey:
    """The verifier key of a folder, without opening the private one. Raises KeyUnusableError."""
    try:
        return verifier_key(key_file(folder).read_text("utf-8", errors="replace").partition("\n")[0])
    except (OSError, NoteRefusedError) as error:
        raise KeyUnusableError(folder=str(folder), problem=str(error)) from None
