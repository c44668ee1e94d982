"""What the ledger answers: recorded, refused, planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define, field, frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    # Only named here: who imports the package need not wait for the rules.
    from mdfm_ledger.errors import RejectedError
    from mdfm_ledger.invariants import Verdict
    from mdfm_ledger.journal import JournalEntry, Subaccount
    from mdfm_ledger.money import Amount
    from mdfm_ledger.notices import Notice


@frozen(kw_only=True)
class Recorded:
    """The answer to ``record``: the entry's number, and whether it had been recorded before."""

    number: int
    was_replayed: bool
    warnings: tuple[Notice, ...] = ()


@frozen(kw_only=True)
class Refusal:
    """An event of a batch that was refused: its position (from 1) and the error."""

    position: int
    error: RejectedError


@frozen(kw_only=True)
class Batch:
    """The answer to recording many: what was recorded, what had been before, what was refused.

    Where ``refusals`` is not empty, nothing at all was written.
    """

    recorded: int
    replayed: int
    last_number: int
    warnings: tuple[Notice, ...]
    refusals: tuple[Refusal, ...]


@define(kw_only=True)
class Tally:
    """The outcomes of many events, counted as they come: an import of any length takes no more room."""

    recorded: int = 0
    replayed: int = 0
    last_number: int = 0
    warnings: list[Notice] = field(factory=list)
    refusals: list[Refusal] = field(factory=list)

    def count(self, outcome: Recorded) -> None:
        """Count one that was recorded, now or before."""
        if outcome.was_replayed:
            self.replayed += 1
        else:
            self.recorded += 1
            self.last_number = outcome.number
        self.warnings += outcome.warnings

    def batch(self, notices: Iterable[Notice]) -> Batch:
        """The answer, with notices that are of no one event."""
        return Batch(
            recorded=self.recorded,
            replayed=self.replayed,
            last_number=self.last_number,
            warnings=(*self.warnings, *notices),
            refusals=tuple(self.refusals),
        )


@frozen(kw_only=True)
class Approved:
    """What approving one document came to; ``digest`` is that of the document as it is.

    ``outcome`` is approved, already (by this person), recorded (so it is too late), or not-needed.
    """

    kind: str
    reference: str
    digest: str
    amount: Amount | None
    outcome: str


@frozen(kw_only=True)
class Scrubbed:
    """Where what was erased is gone from the disk too, and where it may stand still, in words."""

    done: tuple[str, ...]
    left: tuple[str, ...]


@frozen(kw_only=True)
class BalanceChange:
    """A subaccount a planned entry touches: minor units before and after, debit positive."""

    subaccount: Subaccount
    before: int
    after: int


@frozen(kw_only=True)
class Plan:
    """What recording an event would do: its entry, the balances, the verdict of every invariant."""

    entry: JournalEntry
    balances: tuple[BalanceChange, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def holds(self) -> bool:
        """Whether every invariant holds, so that the event would be recorded."""
        return all(verdict.error is None for verdict in self.verdicts)
