"""A signing key for tests: the first of RFC 8032's own, so that signatures are the same each time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mdfm_ledger import AdoptKey
from mdfm_ledger.evidence.checkpoint import VerifierKey

_PRIVATE = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
KEY = VerifierKey(name="mdfm.example.org", public=_PUBLIC)


def adoption(key: VerifierKey) -> AdoptKey:
    """The entry by which a ledger names a key as its first."""
    return AdoptKey(
        reference="K-1",
        on=date(2020, 7, 1),
        public_key=str(key),
        reason="first",
        approved_by="chief@example.org",
    )


ADOPTED = adoption(KEY)
"""The entry by which a ledger names that key."""


def sign(message: bytes) -> bytes:
    """The signature of a message by that key."""
    # Only who signs needs what signs, which is made for one version of Python.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(_PRIVATE).sign(message)


def key_in_use(folder: Path, name: str, passphrase: str = "") -> VerifierKey:
    """A first key in a folder, made and put in use as the command does it, but in no ledger."""
    # What makes keys is compiled for one version of Python too.
    from mdfm_ledger.notary.key_file import make_key, replace_key, require_no_key

    require_no_key(folder)
    made = make_key(folder, name, passphrase)
    replace_key(folder)
    return made
