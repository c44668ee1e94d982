"""What was accepted and a person should know of."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import BankAccount, Donor
from mdfm_ledger.books.watched import ON_ACCOUNT
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.money import Amount
from mdfm_ledger.naming import donors_named
from mdfm_ledger.series import as_date

_RECEIVED = frozenset({"2010", "8040"})


@frozen
class Notice:
    """Something accepted that a person should know of: a stable code and a sentence."""

    code: str
    message: str


def warnings(before: Books, entry: JournalEntry, after: Books) -> tuple[Notice, ...]:
    """What was accepted and should be known.

    A bank account below nothing; money above the target; on a pledge before it, beyond it, or for what
    the budget has no line for; a reason that tells one donor of another; and what the event has to say.
    """
    found = [Notice(*note) for note in entry.event.notes(before)]
    found += _naming(before, entry) if entry.event.stated_reason else []
    if "1010" in entry.accounts and any(line.signed < 0 for line in entry.lines_on("1010")):
        found += _overdrawn(before, entry, after)
    if _RECEIVED.isdisjoint(entry.accounts):
        return tuple(found)
    for term in entry.terms:
        target = before.term(term).budget_on(entry.on).target
        received = after.received(term)
        if received > target.minor and received > before.received(term):
            above = Amount(received - target.minor, target.currency)
            found.append(
                Notice("above-target", f"term {term} has received {above} more than its target of {target}")
            )
    if "8040" in entry.accounts:
        found += _on_pledges(before, entry)
    return tuple(found)


def _on_pledges(before: Books, entry: JournalEntry) -> Iterator[Notice]:
    """Money before its pledge, beyond it, or for what the budget has no line for any more."""
    for line in entry.lines:
        place = line.subaccount
        if place.account == "8040" and line.signed > 0 and entry.on < before.pledge(place.pledge).on:
            yield Notice("before-pledge", f"money for pledge {place.pledge} came before the pledge itself")
        if place.account == "2050" and line.signed < 0:
            message = f"{line.amount} of {entry.event.reference} exceed the pledge and wait to be applied"
            yield Notice("over-payment", message)
        if place.earmark and not before.term(place.term).budgets[-1].plan.serves(place.earmark):
            message = f"{line.amount} came for {place.earmark}, which no line of the budget is for any more"
            yield Notice("earmark-unserved", message)


def _overdrawn(before: Books, entry: JournalEntry, after: Books) -> Iterator[Notice]:
    """Bank accounts the entry takes from and leaves below nothing, on its day or a later one."""
    moved: dict[str, int] = {}
    for line in entry.lines_on("1010"):
        account = line.subaccount.bank_account
        moved[account] = moved.get(account, 0) + (line.own_signed if line.own else line.signed)
    for account in (account for account, minor in moved.items() if minor < 0):
        lowest, day = after.total((ON_ACCOUNT, account)).low_from(entry.day)
        if lowest < 0:
            amount = Amount(lowest, before.document(BankAccount, "bank_account", account).currency)
            yield Notice("overdrawn", f"bank account {account} is at {amount} on {as_date(day)}")


def _naming(before: Books, entry: JournalEntry) -> Iterator[Notice]:
    """What is typed as the reason is in the header, which every donor of the entry is shown."""
    donors = sorted({line.subaccount.donor for line in entry.lines} - {""})
    if len(donors) > 1:
        names = {donor: before.document(Donor, "donor", donor).name for donor in donors}
        named = ", ".join(donors_named(entry.event.stated_reason, names))
        if named:
            message = f"the reason names {named}; each of the {len(donors)} donors of the entry is shown it"
            yield Notice("names-a-donor", message)
