"""The signing key in a folder: made, kept for its owner's eyes only, and replaced.

``key.pem`` is one file, so that it is replaced in one step: the verifier key in its first line, then the
private key (PKCS 8, encrypted where a passphrase is given).
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from mdfm_ledger.disk import synced
from mdfm_ledger.errors import KeyUnusableError, NoteRefusedError
from mdfm_ledger.evidence.checkpoint import Signer, VerifierKey, require_key_name, verifier_key
from mdfm_ledger.ledger.kept import KEY, NEXT_KEY
from mdfm_ledger.notary.journal import begin_journal
from mdfm_ledger.notary.public_key import key_file


def make_key(folder: Path, name: str, passphrase: str = "") -> VerifierKey:
    """Make the next key in a folder, where it waits for :func:`replace_key`. Raises KeyUnusableError.

    Where a key waits there already, left by a change that did not come to its end, it is that one.
    """
    require_key_name(name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not key_file(folder).exists():
            begin_journal(folder)
        return _waiting(folder / NEXT_KEY, name, passphrase) or _made(folder / NEXT_KEY, name, passphrase)
    except OSError as error:
        raise KeyUnusableError(folder=str(folder), problem=error.strerror or str(error)) from None


def require_no_key(folder: Path) -> None:
    """Raise KeyUnusableError where a key is in use already: it is not made again, but replaced."""
    if key_file(folder).exists():
        problem = f"{KEY} exists already; mdfm checkpoint key rotate replaces it"
        raise KeyUnusableError(folder=str(folder), problem=problem)


def _waiting(path: Path, name: str, passphrase: str) -> VerifierKey | None:
    if not path.exists():
        return None
    key = _opened(path, passphrase)[0]
    if key.name != name:
        problem = f"a key for {key.name} waits in {NEXT_KEY}: take it, or remove that file"
        raise KeyUnusableError(folder=str(path.parent), problem=problem)
    return key


def _made(path: Path, name: str, passphrase: str) -> VerifierKey:
    private = Ed25519PrivateKey.generate()
    key = VerifierKey(name=name, public=private.public_key().public_bytes_raw())
    _write_new(path, f"{key}\n".encode() + _pem(private, passphrase))
    return key


def open_key(folder: Path, passphrase: str = "") -> tuple[VerifierKey, Signer]:
    """The key of a folder and what signs with it. Raises KeyUnusableError.

    Refused where others than the owner may use the file, or its two halves do not belong together.
    """
    try:
        return _opened(key_file(folder), passphrase)
    except OSError as error:
        raise KeyUnusableError(folder=str(folder), problem=error.strerror or str(error)) from None


def replace_key(folder: Path) -> None:
    """Put the next key in the place of the one in use, which is gone then. Raises KeyUnusableError."""
    try:
        (folder / NEXT_KEY).replace(key_file(folder))
        synced(folder)
    except OSError as error:
        raise KeyUnusableError(folder=str(folder), problem=error.strerror or str(error)) from None


def _pem(private: Ed25519PrivateKey, passphrase: str) -> bytes:
    locked: KeySerializationEncryption = NoEncryption()
    if passphrase:
        locked = BestAvailableEncryption(passphrase.encode())
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)


def _opened(path: Path, passphrase: str) -> tuple[VerifierKey, Signer]:
    folder = str(path.parent)
    if path.stat().st_mode & 0o077:
        raise KeyUnusableError(folder=folder, problem="others than its owner may use the private key")
    first, _, pem = path.read_text("utf-8", errors="replace").partition("\n")
    try:
        key = verifier_key(first)
        private = load_pem_private_key(pem.encode(), passphrase.encode() if passphrase else None)
    except (NoteRefusedError, ValueError, TypeError) as error:
        raise KeyUnusableError(folder=folder, problem=str(error)) from None
    if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes_raw() != key.public:
        raise KeyUnusableError(folder=folder, problem="private and public key do not belong together")
    return key, private.sign


def _write_new(path: Path, content: bytes) -> None:
    # Made with its mode from the start, so that there is no moment in which others can read it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    synced(path.parent)
