"""Copies and files that are not made, since something would be lost or is not what was expected."""

from __future__ import annotations

from mdfm_ledger.errors.store import StoreError


class CopyRefusedError(StoreError):
    """A backup, a restore or a file is refused; nothing was put in place."""

    code = "copy-refused"


class TargetExistsError(CopyRefusedError):
    """Something is where the copy would go."""

    code = "target-exists"
    template = "{target} exists already"
    remedy = "Name a file that does not exist, or a database without entries; nothing was written."
    target: str


class KeptFileError(CopyRefusedError):
    """What would be written goes where a file is that has to be kept."""

    code = "kept-file"
    template = "{target} is not written over: it is {kept}"
    remedy = "Name another file; nothing was written."
    target: str
    kept: str


class HeadDiffersError(CopyRefusedError):
    """The backup does not end with the entry that was expected."""

    code = "head-differs"
    template = "the backup ends with {found}, expected was {expected}"
    remedy = "Find the backup with that head, or find out who knows of another; nothing was written."
    found: str
    expected: str


class NotAPrefixError(CopyRefusedError):
    """The ledger in place holds what the backup does not."""

    code = "not-a-prefix"
    template = "the ledger at {target} is no earlier state of the backup: {problem}"
    remedy = "Keep both and compare them; to go on with the backup, restore it to another file."
    target: str
    problem: str


class OwnToolError(CopyRefusedError):
    """A database server has its own tools for this."""

    code = "own-tool"
    template = "before it is migrated, a ledger on PostgreSQL is copied by its own tools: {command}"
    remedy = "Run that command, then migrate with --no-backup."
    command: str
