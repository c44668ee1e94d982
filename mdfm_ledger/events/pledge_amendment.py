"""A pledge is raised, lowered, signed, given another schedule, or other conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import ANNOUNCED, SIGNED, Instalment, PledgePromise, require_instalments
from mdfm_ledger.condition_change import ConditionChange
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    one_of,
    optional_codes,
    optional_total,
    reference,
    require_from,
    require_match,
    several,
    text,
)
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.conditions import CONDITIONS, Codes, require_conditions
from mdfm_ledger.rules.promises import changed, rescheduled


@frozen(kw_only=True)
class PledgeAmendment(Event):
    """What a pledge is from now on: its new whole amount, status, schedule or conditions, and why.

    ``amount`` is the new total of the pledge, not the change; left out, the total stays. It may not
    fall below what was received or written off; lowered to that, zero where it is nothing, the pledge is
    cancelled. An announced pledge becomes signed by ``status="signed"``; a signed one cannot become
    announced again. New instalments replace the old ones and sum to the new total. Without new ones what
    is added is payable on ``on``, and what is cut comes off the last instalments. A ``preference`` or
    ``notional_test`` takes the place of the one until now, for all that was and will be received on the
    pledge; an empty list withdraws it, and left out it stays.
    """

    event_kind = "pledge_amendment"
    described_by = "reason"

    on: date = day()
    pledge: str = reference()
    amount: Amount | None = optional_total()
    status: str = one_of("", SIGNED, default="")
    instalments: tuple[Instalment, ...] = several(Instalment)
    preference: tuple[str, ...] | None = optional_codes()
    notional_test: tuple[str, ...] | None = optional_codes()
    reason: str = text()

    def __attrs_post_init__(self) -> None:
        asks = self.preference is not None or self.notional_test is not None
        if self.amount is None and not self.status and not self.instalments and not asks:
            raise InvalidFieldError(field="amount", problem="the amendment changes nothing")

    def about(self, books: Books, lines: Lines) -> str:
        return f"pledge:{self.pledge}"

    def post(self, books: Books) -> Lines:
        """Dr 8020 (or 8010) Cr 8090 for a raise, mirrored for a cut; signing moves 8010 to 8020.

        What was recorded as due (8030) and is no longer by the new schedule goes back to 8020.
        """
        before = books.pledge(self.pledge)
        require_from(self.on, before.changed_on, f"pledge {self.pledge}")
        if self.preference or self.notional_test:
            term = books.term(before.term)
            require_conditions(term, before.earmark, self.preference or (), self.notional_test or ())
        return changed(books, before, self.document(before, ()))

    def document(self, before: PledgePromise, lines: Lines) -> PledgePromise:
        del lines
        amount = before.amount if self.amount is None else self.amount
        require_match("amount", amount.currency, f"pledge {self.pledge}", before.amount.currency)
        instalments = self.instalments or self._schedule(before, amount)
        require_instalments(instalments, amount)
        status = self.status or before.status
        preference = before.preference if self.preference is None else self.preference
        notional_test = before.notional_test if self.notional_test is None else self.notional_test
        return evolve(
            before,
            amount=amount,
            status=status,
            instalments=instalments,
            changed_on=self.on,
            preference=preference,
            notional_test=notional_test,
            condition_changes=(*before.condition_changes, *self._changes(before, preference, notional_test)),
        )

    def _changes(self, before: PledgePromise, *after: Codes) -> Iterator[ConditionChange]:
        for condition, codes in zip(CONDITIONS, after, strict=True):
            until_now = getattr(before, condition)
            if codes != until_now:
                yield ConditionChange(
                    pledge=self.pledge,
                    on=self.on,
                    amendment=self.reference,
                    condition=condition,
                    before=until_now,
                    after=codes,
                )

    def _schedule(self, before: PledgePromise, amount: Amount) -> tuple[Instalment, ...]:
        if before.status == ANNOUNCED and not before.instalments:
            # What was only announced binds from its signature on: it cannot have been due before.
            is_signed = self.status == SIGNED and not amount.is_zero
            return (Instalment(due_on=self.on, amount=amount),) if is_signed else ()
        return before.instalments if amount == before.amount else rescheduled(before, amount, self.on)
