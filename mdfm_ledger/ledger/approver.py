"""Approving documents before they are recorded, and keeping on record what was refused without approval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from mdfm_ledger.errors import ApprovalError, RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.results import Approved, Recorded

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from structlog.stdlib import BoundLogger

    from mdfm_ledger.docket import Docket
    from mdfm_ledger.ledger.recorder import Recorder


class LedgerApprover:
    """How documents are approved. :class:`mdfm_ledger.Ledger` is one."""

    _connection: Connection
    _recorder: Recorder
    _clock: Callable[[], datetime]
    _actor: str
    _log: BoundLogger

    def approve(self, events: Iterable[Event], *, term: str) -> tuple[Approved, ...]:
        """Approve these events as they are, as the actor: all that need it, or none where one is refused.

        What the policy of the term asks no approval for, what is recorded already and what this person
        has approved are passed over, and the answer says so. Raises NotApproverError and
        ApprovalLimitError (the attempt goes on record), UnknownDocumentError for the term.
        """
        done: list[Approved] = []

        def approvals() -> Iterator[Event]:
            docket = self._docket(term)
            for event in events:
                outcome, approval = docket.approval_of(event)
                done.append(outcome)
                if approval:
                    yield approval

        with self._attempts_filed():
            self._recorder.record_made(approvals())
        self._log.info("approved", documents=sum(one.outcome == "approved" for one in done))
        return tuple(done)

    def withdraw_approval(self, digest: str, *, term: str, reason: str) -> Recorded:
        """Take back the actor's own approval of that digest, while the document is not recorded.

        Raises UnknownDocumentError where none of the actor stands, ApprovalUsedError.
        """

        def withdrawal() -> Iterator[Event]:
            yield self._docket(term).withdrawal_of(digest, reason)

        (done,) = self._recorder.record_made(withdrawal())
        self._log.info("approval_withdrawn", digest=digest)
        return done

    def _docket(self, term: str) -> Docket:
        from mdfm_ledger.docket import Docket
        from mdfm_ledger.store.reading import JournalReader

        reader = JournalReader(self._connection)
        return Docket(source=reader, term=term, person=self._actor, on=self._today(), head=reader.head)

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    # -- refused attempts ----------------------------------------------------------------------

    @contextmanager
    def _attempts_filed(self) -> Iterator[None]:
        """Put on record, once its transaction is undone, what was refused for want of an approval."""
        try:
            yield
        except ApprovalError as refused:
            self._file([refused])
            raise

    def _file(self, refused: Iterable[RejectedError]) -> None:
        """Record refused attempts in a transaction of their own."""
        unapproved = [one for one in refused if isinstance(one, ApprovalError)]
        if not unapproved:
            return
        self._recorder.record_made(self._attempts(unapproved))
        self._log.info("refused_attempts", attempts=len(unapproved))

    def _attempts(self, unapproved: list[ApprovalError]) -> Iterator[Event]:
        from mdfm_ledger.approving import attempt_of
        from mdfm_ledger.store.query import found, head

        number = head(self._connection)
        for error in unapproved:
            number += 1
            reference = f"attempt-{number}"
            while found(self._connection, "refused_attempt", reference):
                # Somebody has used the reference by hand: an attempt is not lost to that.
                reference += "+"
            yield attempt_of(error, reference, self._actor, self._today())
