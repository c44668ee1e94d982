"""A pledge is raised, lowered, signed, or given another schedule."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.documents import ANNOUNCED, SIGNED, Instalment, PledgePromise, require_instalments
from mdfm_ledger.errors import InvalidFieldError, MismatchError, PledgeExceededError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, optional_amount, reference, several, text
from mdfm_ledger.journal import Lines, credit, debit
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class PledgeAmendment(Event):
    """What a pledge is from now on: its new whole amount, status or schedule, and why.

    ``amount`` is the new total of the pledge, not the change; left out, the total stays. It may not
    fall below what was received or written off. An announced pledge becomes signed by
    ``status="signed"``; a signed one cannot become announced again. New instalments replace the old
    ones and sum to the new total; a changed total without new ones drops the schedule.
    """

    event_kind = "pledge_amendment"
    described_by = "reason"

    on: date = day()
    pledge: str = reference()
    amount: Amount | None = optional_amount()
    status: str = one_of("", SIGNED, default="")
    instalments: tuple[Instalment, ...] = several(Instalment)
    reason: str = text()

    def __attrs_post_init__(self) -> None:
        if self.amount is None and not self.status and not self.instalments:
            raise InvalidFieldError(field="amount", problem="the amendment changes nothing")

    def about(self, books: Books) -> str:
        return f"pledge:{self.pledge}"

    def post(self, books: Books) -> Lines:
        """Dr 8020 (or 8010) Cr 8090 for a raise, mirrored for a cut; signing moves 8010 to 8020."""
        before = books.pledge(self.pledge)
        if self.on < before.changed_on:
            raise MismatchError(
                field="on",
                given=str(self.on),
                document=f"pledge {self.pledge}",
                expected=f"a date from {before.changed_on} on",
            )
        after = self.document(before, ())
        change = after.amount.minor - before.amount.minor
        still_open = books.pledge_open(self.pledge).total
        if change < 0 and still_open < -change:
            raise PledgeExceededError(
                pledge=self.pledge,
                asked=Amount(-change, before.amount.currency),
                open=Amount(still_open, before.amount.currency),
            )
        lines: Lines = ()
        if before.status == ANNOUNCED and after.status == SIGNED and still_open > 0:
            lines = (debit(after.place("8020"), still_open), credit(before.place("8010"), still_open))
        if change > 0:
            lines += (debit(after.open_place, change), credit(after.place("8090"), change))
        if change < 0:
            lines += (debit(after.place("8090"), -change), credit(after.open_place, -change))
        return lines

    def document(self, before: PledgePromise, lines: Lines) -> PledgePromise:
        del lines
        amount = self.amount or before.amount
        if amount.currency != before.amount.currency:
            raise MismatchError(
                field="amount",
                given=amount.currency,
                document=f"pledge {self.pledge}",
                expected=before.amount.currency,
            )
        kept = before.instalments if amount == before.amount else ()
        instalments = self.instalments or kept
        require_instalments(instalments, amount)
        status = self.status or before.status
        return evolve(before, amount=amount, status=status, instalments=instalments, changed_on=self.on)
