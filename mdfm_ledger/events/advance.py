"""Money is advanced to a city or partner; it is expenditure only when a report says what it was used for."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import AdvancePaid
from mdfm_ledger.errors import AdvanceOverdueError, InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_text, positive_amount, reference, text
from mdfm_ledger.journal import Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.series import day_number


@frozen(kw_only=True)
class Advance(Event):
    """A payment before the work, under an obligation with the partner that covers it.

    ``due_on`` is the day the certified report is due (inclusive). While an earlier advance of the
    partner is overdue a new one needs the decision that allows it, in ``despite_overdue``.
    """

    event_kind = "advance"
    described_by = "bank_reference"

    on: date = day()
    obligation: str = reference()
    amount: Amount = positive_amount()
    due_on: date = day()
    bank_account: str = reference()
    bank_reference: str = text()
    approved_by: str = optional_text()
    despite_overdue: str = optional_text()

    def __attrs_post_init__(self) -> None:
        if self.due_on < self.on:
            raise InvalidFieldError(field="due_on", problem="is before the day of the advance")

    def about(self, books: Books, lines: Lines) -> str:
        return f"advance:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Dr 1210 Cr 1010; nothing moves in the memorandum set."""
        standing = books.obligation(self.obligation)
        cash = paid(books, standing.term, self.bank_account, self.amount, self.bank_day)
        if not self.despite_overdue:
            self._require_none_overdue(books, standing.party)
        place = subaccount(
            "1210",
            term=standing.term,
            party=standing.party,
            allocation=standing.allocation,
            obligation=self.obligation,
            advance=self.reference,
        )
        return (debit(place, cash.minor), cash)

    def _require_none_overdue(self, books: Books, party: str) -> None:
        for place, series in books.advances(party).items():
            outstanding = series.at(day_number(self.on))
            # One recorded by mistake and taken back since is owed by nobody, on the days between too.
            if outstanding <= 0 or not books.has_document("advance", place.advance):
                continue
            due_on = books.advance(place.advance).due_on
            if due_on < self.on:
                raise AdvanceOverdueError(
                    party=party,
                    advance=place.advance,
                    outstanding=Amount(outstanding, place.currency),
                    due_on=due_on,
                )

    def document(self, before: AdvancePaid | None, lines: Lines) -> AdvancePaid:
        del before
        place = lines[0].subaccount
        return AdvancePaid(
            reference=self.reference,
            obligation=self.obligation,
            allocation=place.allocation,
            party=place.party,
            term=place.term,
            on=self.on,
            due_on=self.due_on,
            amount=lines[0].amount,
        )
