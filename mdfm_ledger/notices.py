"""What was accepted and a person should know of."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.money import Amount


@frozen
class Notice:
    """Something accepted that a person should know of: a stable code and a sentence."""

    code: str
    message: str


def warnings(before: Books, entry: JournalEntry, after: Books) -> tuple[Notice, ...]:
    """What was accepted and should be known: money above the target, before its pledge, or beyond it."""
    found = []
    if not entry.accounts & {"2010", "8040"}:
        return ()
    for term in {line.subaccount.term for line in entry.lines if line.subaccount.account == "2010"}:
        target = before.term(term).budget_on(entry.on).target
        received = after.received(term)
        if target.minor < received > before.received(term):
            above = Amount(received - target.minor, target.currency)
            found.append(
                Notice("above-target", f"term {term} has received {above} more than its target of {target}")
            )
    for line in entry.lines:
        place = line.subaccount
        if place.account == "8040" and line.signed > 0 and entry.on < before.pledge(place.pledge).on:
            found.append(
                Notice("before-pledge", f"money for pledge {place.pledge} came before the pledge itself")
            )
        if place.account == "2050" and line.signed < 0 and "8040" in entry.accounts:
            message = f"{line.amount} of {entry.event.reference} exceed the pledge and wait to be applied"
            found.append(Notice("over-payment", message))
    return tuple(found)
