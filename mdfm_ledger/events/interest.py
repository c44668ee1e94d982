"""Interest on the money of the fund: credited by the bank, or earned and returned by a receiver."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner
from mdfm_ledger.errors import PolicyError, WrongDayError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_reference, positive_amount, reference, text
from mdfm_ledger.journal import JournalLine, Lines, Subaccount, credit, subaccount
from mdfm_ledger.money import Amount, split
from mdfm_ledger.rules.banking import received
from mdfm_ledger.rules.free_money import added, balance_days


@frozen(kw_only=True)
class Interest(Event):
    """Interest earned from ``since`` to ``until``, both inclusive, credited on ``on``.

    It is the donors', by the average daily balance held for each over those days (largest
    remainder), unless the policy of the term leaves it to the host. It is free for any purpose.
    With a ``party`` it is what a receiver of the fund's money earned on it and returned; that is
    never the host's.
    """

    event_kind = "interest"
    described_by = "bank_reference"

    on: date = day()
    term: str = reference()
    amount: Amount = positive_amount()
    since: date = day()
    until: date = day()
    bank_account: str = reference()
    bank_reference: str = text()
    party: str = optional_reference()

    def __attrs_post_init__(self) -> None:
        if not self.since <= self.until <= self.on:
            problem = f"the period from {self.since} is not over by the day it is credited, {self.on}"
            raise WrongDayError(field="until", value=self.until, problem=problem)

    def post(self, books: Books) -> Lines:
        """Dr 1010, Cr 2020 (2021 where a receiver earned it) per donor; Dr 8100 Cr 8110 per donor."""
        term = books.term(self.term)
        cash = received(books, self.term, self.bank_account, self.amount, self.bank_day)
        if self.party:
            books.document(Partner, "partner", self.party)
        elif term.policy_on(self.on).interest_to != "donors":
            raise PolicyError(term=self.term, on=self.on, problem="interest is kept by the host")
        weights = balance_days(books.held(self.term), self.since, self.until)
        if not any(weight for _, weight in weights):
            problem = f"nobody's money was held from {self.since} to {self.until}"
            raise PolicyError(term=self.term, on=self.on, problem=problem)
        shares = zip(weights, split(cash.minor, weights), strict=True)
        lines: list[JournalLine] = [cash]
        for (donor, _), minor in shares:
            if minor:
                lines.append(credit(self._held(donor), minor))
                lines += added(term, donor, minor)
        return tuple(lines)

    def _held(self, donor: str) -> Subaccount:
        if self.party:
            return subaccount("2021", term=self.term, donor=donor, party=self.party)
        return subaccount("2020", term=self.term, donor=donor)
