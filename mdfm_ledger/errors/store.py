"""The store: the ledger cannot be used as it is, or is no longer what was recorded."""

from __future__ import annotations

from typing import ClassVar

from mdfm_ledger.errors.base import LedgerError


class StoreError(LedgerError):
    """The ledger cannot be used as it is; nothing is wrong with the event."""

    code = "store"
    is_transient: ClassVar[bool] = False


class LedgerBusyError(StoreError):
    """Another process holds the writer lock."""

    code = "ledger-busy"
    is_transient = True
    template = "another process has been writing to the ledger for {seconds} seconds"
    remedy = "Try again; nothing was written."
    seconds: int


class LedgerOccupiedError(StoreError):
    """The ledger was asked for something in the middle of something else: by events as they are made, say."""

    code = "ledger-occupied"
    template = "this ledger was asked to {asked} while it is {doing}"
    remedy = "Finish the one before the other: read first what events are made of, then record them."
    asked: str
    doing: str


class RaceLostError(StoreError):
    """Other transactions got in the way each time it was tried."""

    code = "race-lost"
    is_transient = True
    template = "another transaction got in the way ({sqlstate}: {problem})"
    remedy = "Try again; nothing was written."
    sqlstate: str
    problem: str


class StoreUnavailableError(StoreError):
    """The database cannot be reached, read or written."""

    code = "store-unavailable"
    template = "the ledger at {url} cannot be used: {problem}"
    remedy = "Check path, permissions and free space; nothing was written."
    url: str
    problem: str


class ServerUnavailableError(StoreUnavailableError):
    """The server a ledger is on cannot be reached, refuses this role, or cannot read or write."""

    code = "server-unavailable"
    template = "the ledger at {url} cannot be used: {problem}"
    remedy = "Check address, role and rights, and the server's log and free space; nothing was written."


class NotOwnerError(StoreError):
    """Only the owner of the ledger's tables, or who is granted that role, may write them anew."""

    code = "not-owner"
    template = "{role} may not write tables of the ledger at {url} anew: that is for {owner}"
    remedy = "Run it as an administrator of the server, or be granted that role for as long as it takes."
    url: str
    owner: str
    role: str


class StillReadError(StoreError):
    """Somebody still reads of a moment before something was erased, and so keeps it."""

    code = "still-read"
    is_transient = True
    template = "what was erased is kept for who still reads of before: {who}"
    remedy = "Have that ended or closed, then run it again; nothing was done."
    who: str


class FileUnwritableError(StoreUnavailableError):
    """A report, statement, bundle or note cannot be written where it was asked for."""

    code = "file-unwritable"
    template = "{url} cannot be written: {problem}"
    remedy = "Check path, permissions and free space; nothing was put there."


class NotALedgerError(StoreError):
    """The database exists and is not one of ours."""

    code = "not-a-ledger"
    template = "{url} is not an mdfm ledger: {problem}"
    remedy = "Check the path; name a new file, or an empty database, to begin a new ledger."
    url: str
    problem: str


class SchemaNewerError(StoreError):
    """The ledger was written by a later version of this package."""

    code = "schema-newer"
    template = "the ledger has schema {found}, this package knows up to {known}"
    remedy = "Install the version of mdfm_ledger that wrote it, or a later one."
    found: int
    known: int


class SchemaOutdatedError(StoreError):
    """The ledger was written by an earlier version and has not been migrated."""

    code = "schema-outdated"
    template = "the ledger has schema {found}, this package needs {known}"
    remedy = "Install mdfm-ledger[migrate], then run mdfm migrate LEDGER --backup FILE."
    found: int
    known: int


class GuardsMissingError(StoreError):
    """The database's own guards are missing or were altered."""

    code = "guards-missing"
    template = "these guards of the database are missing or altered: {guards}"
    remedy = "Stop, keep the file, find out who changed it, and restore from a backup that verifies."
    guards: str


class CorruptLedgerError(LedgerError):
    """What is stored is not what was recorded. Stop and keep the evidence."""

    code = "corrupt-ledger"
    template = "entry {number}: {what}; expected {expected}, found {found}"
    remedy = "Stop posting, keep the file, and compare with a backup or a copy held elsewhere."
    number: int
    what: str
    expected: str
    found: str
