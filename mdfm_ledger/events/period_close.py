"""A month is closed: its trial balance and the journal so far are sealed."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import evolve, field, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import PERIODS, ClosedPeriod, Periods, trial_balance_digest
from mdfm_ledger.errors import InvalidFieldError, PeriodOrderError, SealDiffersError, WrongDayError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, text
from mdfm_ledger.journal import Lines


def _check_head(_: object, __: object, value: object) -> None:
    if type(value) is not int or value < 0:
        raise InvalidFieldError(field="journal_head", problem="is the number of an entry")


@frozen(kw_only=True)
class PeriodClose(Event):
    """The month that ends on ``ends_on`` and everything before it is closed, for all terms.

    Nothing can be posted with an accounting date up to that day from then on. What is sealed is the
    digest of the ledger's trial balance on that day, and the number and seal of the last entry before
    this one. They are filled in; where they are given, as they were approved, they have to be right.
    """

    event_kind = "period_close"

    on: date = day()
    ends_on: date = day()
    approved_by: str = text()
    trial_balance: str = optional_text()
    journal_head: int = field(default=0, validator=_check_head)
    journal_seal: str = optional_text()

    def __attrs_post_init__(self) -> None:
        if (self.ends_on + timedelta(days=1)).day != 1:
            problem = "a period ends on the last day of a month"
            raise WrongDayError(field="ends_on", value=self.ends_on, problem=problem)

    @property
    def description(self) -> str:
        return f"through {self.ends_on}"

    def about(self, books: Books, lines: Lines) -> str:
        return PERIODS

    def completed(self, books: Books) -> PeriodClose:
        """With what is sealed filled in, where it is not given."""
        trial_balance, journal_head, journal_seal = _seals(books, self.ends_on)
        return evolve(
            self,
            trial_balance=self.trial_balance or trial_balance,
            journal_head=self.journal_head or journal_head,
            journal_seal=self.journal_seal or journal_seal,
        )

    def as_recorded(self, recorded: Event) -> PeriodClose:
        """With what recording filled in, where it is not given."""
        assert isinstance(recorded, PeriodClose), "an event is recorded as what it is"
        return evolve(
            self,
            trial_balance=self.trial_balance or recorded.trial_balance,
            journal_head=self.journal_head or recorded.journal_head,
            journal_seal=self.journal_seal or recorded.journal_seal,
        )

    def post(self, books: Books) -> Lines:
        """No lines: the seals stand in the event."""
        if self.on <= self.ends_on:
            raise PeriodOrderError(problem=f"{self.ends_on} is not over on {self.on}")
        last = books.last_closed
        if last and self.ends_on <= last.through:
            raise PeriodOrderError(problem=f"{last.closing} closed {last.through} and everything before it")
        given = (self.trial_balance, self.journal_head, self.journal_seal)
        names = ("trial_balance", "journal_head", "journal_seal")
        for name, one, other in zip(names, given, _seals(books, self.ends_on), strict=True):
            if one != other:
                raise SealDiffersError(field=name, found=str(other), given=str(one))
        return ()

    def document(self, before: Periods | None, lines: Lines) -> Periods:
        del lines
        closed = ClosedPeriod(closing=self.reference, through=self.ends_on)
        return Periods(closed=(*(before.closed if before else ()), closed))


def _seals(books: Books, ends_on: date) -> tuple[str, int, str]:
    whole = books.whole
    return trial_balance_digest(whole.trial_balance(ends_on)), books.number, whole.journal_seal()
