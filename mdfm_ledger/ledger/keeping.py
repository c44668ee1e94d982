"""Keeping a ledger sound and its people private: personal details are erased, everything is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import evolve

from mdfm_ledger.collector import collector_paused

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from structlog.stdlib import BoundLogger

    from mdfm_ledger.audit.verification import Verification
    from mdfm_ledger.event import Event
    from mdfm_ledger.results import Recorded


class LedgerKeeper:
    """What a ledger is kept by. :class:`mdfm_ledger.Ledger` is one; it says what a transaction is."""

    _connection: Connection
    _log: BoundLogger

    def _reading(self) -> AbstractContextManager[None]:
        """One read transaction."""
        raise NotImplementedError

    def record(self, event: Event) -> Recorded:
        """Record one event."""
        raise NotImplementedError

    def redact(
        self,
        kind: str,
        reference: str,
        *,
        reason: str,
        approved_by: str,
        on: date,
        redaction_reference: str = "",
    ) -> Recorded:
        """Erase the personal details of a donor, partner or bank account, for ever, by a recorded redaction.

        ``kind`` is ``donor``, ``partner`` or ``bank_account``. The redaction's own reference is
        ``KIND/REFERENCE`` unless given. The record stays as it was sealed and every report says withheld
        from then on. Copies made before are not reached; a warning ``still-logged`` says where what was
        erased may stand still. Raises UnknownDocumentError, SamePersonError and whatever ``record`` raises.
        """
        from mdfm_ledger.events import Redaction

        return self.record(
            Redaction(
                reference=redaction_reference or f"{kind}/{reference}",
                on=on,
                document_kind=kind,
                document_reference=reference,
                reason=reason,
                approved_by=approved_by,
            )
        )

    def verify(
        self,
        *,
        quick: bool = False,
        progress: Callable[[int], None] | None = None,
        against: Iterable[str] = (),
        key: str = "",
        reports: bool = False,
    ) -> Verification:
        """Check what is stored, by name; findings are values, nothing is raised for them.

        All of it, recounted from the records; with ``quick`` only what the database can tell by itself and
        the last entries, which takes a second or so and is no substitute. ``progress`` is called with the
        number of entries looked at so far. ``against`` are signed checkpoints of the ledger: that it was
        rolled back, cut or written anew since is found only so. ``key`` is its verifier key, known from
        elsewhere. With ``reports`` every report of every term is made and held against every other, which
        takes a while. Raises NoteRefusedError for a checkpoint or key that is malformed.
        """
        notes = tuple(against)
        with self._reading(), collector_paused():
            found = self._glanced() if quick else self._recounted(progress)
            if reports:
                found = self._tied(found)
            if notes or key:
                found = self._against(found, notes, key)
        self._log.info("verified", entries=found.entries, findings=len(found.findings), quick=quick)
        return found

    def _require_sound(self) -> None:
        """Raise the first finding as CorruptLedgerError, within a transaction that was begun."""
        with collector_paused():
            self._recounted(None).raise_if_broken()

    def _recounted(self, progress: Callable[[int], None] | None) -> Verification:
        """Everything checked that can be by what is stored alone."""
        from mdfm_ledger import audit
        from mdfm_ledger.store.inspection import Inspection
        from mdfm_ledger.store.reading import JournalReader

        stored = Inspection(self._connection)
        found = audit.verify(stored, JournalReader(self._connection), progress=progress)
        return evolve(found, pages_unseen=stored.pages_unseen())

    def _glanced(self) -> Verification:
        """What the database can tell by itself, and the last entries."""
        from mdfm_ledger.audit import quick
        from mdfm_ledger.store.glance import Glance

        glance = Glance(self._connection)
        return evolve(quick.verify(glance), pages_unseen=glance.pages_unseen())

    def _tied(self, found: Verification) -> Verification:
        """The verification with what the reports say of each other beside it."""
        from mdfm_ledger.audit.tied import tied
        from mdfm_ledger.store.reading import JournalReader

        reader = JournalReader(self._connection)
        return tied(found, reader, reader.head)

    def _against(self, found: Verification, notes: tuple[str, ...], key: str) -> Verification:
        """The verification with what signed checkpoints show beside it."""
        from mdfm_ledger.audit.signed_history import compared
        from mdfm_ledger.store.tree import TreeReader

        hashes = TreeReader(self._connection).hashes
        return compared(found, notes=notes, named=self._keys_named(), given=key, hashes=hashes)

    def _keys_named(self) -> tuple[str, ...]:
        """The verifier keys that the ledger adopted; none where that cannot be read."""
        from mdfm_ledger.sealing.unsealing import UNREADABLE
        from mdfm_ledger.source import Window
        from mdfm_ledger.store.reading import JournalReader

        try:
            reader = JournalReader(self._connection)
            window = Window(as_of=date.max, known_at=reader.head)
            adopted: Any = reader.documents("signing_keys", window).get("ledger")
        except UNREADABLE:
            return ()
        return tuple(one.public_key for one in adopted.keys) if adopted else ()
