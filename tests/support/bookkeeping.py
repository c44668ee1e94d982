"""Books in memory for tests: post events one after another, and read entries as an accountant does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from mdfm_ledger import (
    Allocation,
    Amount,
    Expenditure,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    Receipt,
    RegisterDonor,
)
from mdfm_ledger.books import Books
from mdfm_ledger.event import Event
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.posting import Posting, post

NOW = datetime(2022, 1, 15, 9, 30, tzinfo=UTC)
ACTOR = "finance@example.org"
APPROVER = "director@example.org"
TERM = "2020-2021"


def usd(text: str) -> Amount:
    return Amount.parse(text, "USD")


class Desk:
    """Posts events to books in memory; ``books`` are those after the last one."""

    def __init__(self, *events: Event) -> None:
        self.books = Books()
        self.post(
            OpenTerm.from_plan("mdfm", reference=TERM, starts_on=date(2020, 1, 1)),
            OpenBankAccount(reference="uil", name="UIL", currency="USD"),
            RegisterDonor(reference="ham", name="Hamburg", kind="member_city", country="DE"),
            RegisterDonor(reference="med", name="Medellín", kind="member_city", country="CO"),
            RegisterDonor(reference="jp", name="Japan", kind="country", country="JP"),
            *events,
        )

    def post(self, *events: Event) -> Posting:
        """Post the events; the posting of the last one."""
        posting = None
        for event in events:
            posting = post(event, self.books, actor=ACTOR, recorded_at=NOW)
            self.books = posting.books
        assert posting is not None
        return posting

    def lines(self, event: Event) -> str:
        """The lines an event posts, as text."""
        return written(self.post(event).entry)


def written(entry: JournalEntry) -> str:
    """The lines of an entry: side, account, what it is of, amount; one a line."""
    shown = []
    for line in entry.lines:
        place = line.subaccount
        named = [value for value in place.dimensions if value]
        side = "Dr" if line.signed > 0 else "Cr"
        shown.append(f"{side} {place.account} {' '.join(named)} {line.amount}")
    return "\n".join(shown)


def table(text: str) -> str:
    """An expected table with its indentation and spacing taken out."""
    return "\n".join(" ".join(row.split()) for row in text.strip().splitlines())


def pledge(reference: str = "P-1", amount: str = "1000.00", **fields: Any) -> Pledge:
    given = {"term": TERM, "donor": "ham", "on": date(2020, 2, 3), **fields}
    return Pledge(reference=reference, amount=given.pop("money", None) or usd(amount), **given)


def receipt(reference: str = "R-1", amount: str = "1000.00", **fields: Any) -> Receipt:
    given = {"on": date(2020, 3, 2), "bank_account": "uil", "bank_reference": f"B/{reference}", **fields}
    if "pledge" not in given:
        given = {"term": TERM, "donor": "ham", **given}
    return Receipt(reference=reference, amount=given.pop("money", None) or usd(amount), **given)


def allocation(reference: str = "A-1", amount: str = "600.00", **fields: Any) -> Allocation:
    given = {
        "term": TERM,
        "activity": "1.1",
        "on": date(2020, 4, 1),
        "decision": "SC-1",
        "approved_by": APPROVER,
        **fields,
    }
    return Allocation(reference=reference, amount=given.pop("money", None) or usd(amount), **given)


def expenditure(reference: str = "E-1", amount: str = "100.00", **fields: Any) -> Expenditure:
    given = {
        "allocation": "A-1",
        "category": "5",
        "bank_account": "uil",
        "purpose": "Travel",
        "on": date(2020, 5, 4),
        **fields,
    }
    return Expenditure(reference=reference, amount=given.pop("money", None) or usd(amount), **given)
