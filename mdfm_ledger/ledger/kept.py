"""Files that are kept, and no report or statement is written over: databases, and those of who signs."""

from __future__ import annotations

from pathlib import Path

from mdfm_ledger.errors import FileUnwritableError, KeptFileError

KEY, NEXT_KEY, SIGNED, ANCHORED = "key.pem", "next-key.pem", "signed.jsonl", "anchored.jsonl"
"""The files of who signs, by name: the key, the one to come, the journal, and where checkpoints were put."""

_OF_THE_SIGNER = {
    KEY: "a signing key",
    NEXT_KEY: "a signing key",
    SIGNED: "the journal of what was signed",
    ANCHORED: "the list of where checkpoints were put",
}
_DATABASE = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal", ".backups")
"""What lies beside a database and belongs to it, by how its name goes on."""


def require_replaceable(path: Path) -> None:
    """Raise KeptFileError where a path is that of a database or of the signer's own files.

    Raises FileUnwritableError where something is there that is no ordinary file.
    """
    try:
        if path.exists() and not path.is_file():
            problem = "it is a folder" if path.is_dir() else "it is not an ordinary file"
            raise FileUnwritableError(url=str(path), problem=problem)
        kept = _kept_as(path)
    except OSError as error:
        raise FileUnwritableError(url=str(path), problem=error.strerror or str(error)) from None
    if kept:
        raise KeptFileError(target=str(path), kept=kept)


def _kept_as(path: Path) -> str:
    """What a path is that has to be kept; empty where it is nothing such."""
    if _is_database(path):
        return "a database, perhaps the ledger"
    for end in _BESIDE:
        if path.name.endswith(end) and _is_database(path.with_name(path.name.removesuffix(end))):
            return "a part of the database beside it"
    return _OF_THE_SIGNER.get(path.name, "")


def _is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE
