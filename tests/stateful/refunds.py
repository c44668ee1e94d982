"""Rules of refunds: what is owed back, in dollars or in the donor's own currency, and what pays it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import Amount, Refund, RefundPayment
from mdfm_ledger.journal import JournalEntry
from tests.stateful.fund import BANK, BANKS, CENTS, DAYS, DONOR, SMALL, TERM, usd
from tests.stateful.naive_model import Lines, Movement, added, nearest
from tests.stateful.promises import Promises
from tests.stateful.spending import Spending

OUT_OF = st.sampled_from(["held", "donor_balance"])


class Refunds(Promises, Spending):
    """What is left of a donor's money goes back to it."""

    def __init__(self) -> None:
        super().__init__()
        self.owed: dict[str, int] = {}
        """What is owed in euros, in cents, of the refunds that say so."""
        self.euros: dict[str, int] = {}
        """How much of it each payment paid."""

    @rule(
        term=TERM,
        donor=DONOR,
        cents=CENTS,
        on=DAYS,
        out_of=OUT_OF,
        whole=st.booleans(),
        in_euros=st.booleans(),
    )
    def refund(
        self, term: str, donor: str, cents: int, on: date, out_of: str, whole: bool, in_euros: bool
    ) -> None:
        """At most what is free; or what stands aside; in euros near what the dollars are worth."""
        minor = self.unspent(term, donor, on, out_of) if whole else cents
        event = Refund(
            reference=self.reference("RF"),
            term=term,
            donor=donor,
            amount=usd(minor or cents),
            out_of=out_of,
            owed=Amount(max((minor or cents) * 4 // 5, 1), "EUR") if in_euros else None,
            decision="d",
            approved_by="director",
            on=on,
        )
        self.record_refund(event)

    def record_refund(self, event: Refund) -> bool:
        """What is owed back leaves what is free, or what stands aside."""
        term, donor, minor = event.term, event.donor, event.amount.minor
        taken, enough = self._leaving(term, donor, minor, event.on, event.out_of)
        lines = added(taken, {("2060", term, donor): -minor})
        if event.owed:
            self.owed[event.reference] = event.owed.minor
            since = self.model.terms[term].starts_on
            enough = enough and self.model.is_plausible(minor, event.owed.minor, "EUR", since, event.on)
        return self.agree(event, lines, allowed=enough, about=f"RF:{event.reference}")

    def unspent(self, term: str, donor: str, on: date, out_of: str) -> int:
        """What could leave a donor's account from a day on."""
        if out_of == "held":
            return self.model.room(self.model.places("8110", term, donor), on)
        return max(self.model.low([("2070", term, donor)], on, sign=-1), 0)

    def _leaving(self, term: str, donor: str, minor: int, on: date, out_of: str) -> tuple[Lines, bool]:
        """What leaves a donor's account, and whether there is as much."""
        if out_of == "donor_balance":
            return {("2070", term, donor): minor}, True
        taken = self.model.taken(term, donor, minor, on)
        enough = taken.get(("8100", term, donor), 0) == -minor and self.model.is_backed(
            term, minor, on, donor
        )
        return added({("2010", term, donor): minor}, taken), enough

    @precondition(lambda self: self.has("refund"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, bank=BANK, whole=st.booleans(), says=st.booleans())
    def pay_a_refund(
        self, data: st.DataObject, cents: int, on: date, bank: str, whole: bool, says: bool
    ) -> None:
        """What is owed in euros is paid in euros, whatever leaves the bank; else dollars are."""
        refund = self.pick(data, "refund")
        found = self.model.find("refund", refund)
        (owed,) = [place for place in found.lines if place[0] == "2060"]
        paid = [one for one in self._changes(refund) if one.kind == "refund_payment"]
        left = -sum(one.lines.get(owed, 0) for one in self._changes(refund))
        in_euros = self.owed.get(refund, 0)
        open_euros = in_euros - sum(self.euros.get(one.reference, 0) for one in paid)
        says = bank != "uil-eur" if in_euros else says and bank != "uil-usd"
        goal = open_euros if in_euros else left
        if whole and goal and (says or BANKS[bank] == ("EUR" if in_euros else "USD")):
            cents, said = (goal if not says else max(goal * 5 // 4, 1)), goal
        else:
            said = cents
        event = RefundPayment(
            reference=self.reference("RFP"),
            refund=refund,
            amount=self.bank_amount(bank, cents),
            bank_account=bank,
            bank_reference="b",
            settles=Amount(said, "EUR" if in_euros else "USD") if says else None,
            on=on,
        )
        term, donor = owed[1:3]
        cash = self._leaving_bank(term, bank, cents, on)
        since = min(found.day, self.model.closed.get(term, found.day))
        if in_euros:
            part = said if says else cents
            minor = nearest(Fraction(found.lines[owed] * -(in_euros - open_euros + part), in_euros))
            minor -= -found.lines[owed] - left
            is_owed = part <= open_euros
            is_plausible = not says or self.model.is_plausible(cash, part, "EUR", since, on)
            self.euros[event.reference] = part
        else:
            minor = said if says else cash
            is_owed = minor <= left
            is_plausible = not says or self.model.is_plausible(minor, cents, BANKS[bank], since, on)
        gained = minor - cash
        lines = {owed: minor, ("1010", term, bank): -cash}
        own = self._own(term, donor, gained, on) if term in self.model.closed else {}
        if term in self.model.closed:
            bears = gained >= 0 or self.model.room(self.model.places("8110", term, donor), on) >= -gained
        else:
            bears = not gained or any(self.sharing(term, gained, on).values())

        def posted(entry: JournalEntry) -> Lines:
            is_shared = gained and term not in self.model.closed
            return added(lines, own, self.difference(entry, term, gained, on) if is_shared else {})

        allowed = on >= found.day and minor > 0 and cash > 0 and is_owed and is_plausible and bears
        allowed = allowed and self.model.allows(added(lines, own), on)
        self.split(event, posted, allowed=allowed, about=f"RF:{refund}")

    def _changes(self, refund: str) -> list[Movement]:
        return [one for one in self.model.movements if one.about == f"RF:{refund}" and not one.reversed_by]

    def _leaving_bank(self, term: str, bank: str, minor: int, on: date) -> int:
        """What leaves, in cents: by the rate of the day; of a closed term as booked."""
        currency = BANKS[bank]
        if term not in self.model.closed or currency == "USD":
            return self.model.price(minor, currency, on) or 0
        own = sum(one.own.get((term, bank), 0) for one in self.model.movements)
        booked = self.model.balance([("1010", term, bank)])
        there = min(minor, max(own, 0))
        share = nearest(Fraction(booked * there, own)) if there else 0
        return share + (self.model.price(minor - there, currency, self.model.closed[term]) or 0)

    def _own(self, term: str, donor: str, gained: int, on: date) -> Lines:
        """What a refund of a closed term came to less or more is its donor's own."""
        if gained > 0:
            return added({("2010", term, donor): -gained}, self.freed(term, donor, gained))
        return added({("2010", term, donor): -gained}, self.model.taken(term, donor, -gained, on))
