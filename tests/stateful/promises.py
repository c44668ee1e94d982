"""Rules of promises and of money coming in: pledges, receipts, what is not identified yet."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import (
    Amount,
    EarmarkChange,
    Instalment,
    Pledge,
    PledgeAmendment,
    PledgesDue,
    PledgeWriteOff,
    Receipt,
    ReceiptApplication,
    ReceiptReturn,
    UnidentifiedReceipt,
)
from mdfm_ledger.journal import JournalEntry
from tests.stateful.fund import BANK, CENTS, DAYS, DONOR, EARMARK, TERM, FundMachine, usd
from tests.stateful.naive_model import OPEN, Lines, Place, Promise, Schedule, added, asked

CURRENCY = st.sampled_from(["USD", "USD", "EUR", "JPY"])
ASKS = st.sampled_from([(), (), (), ("1.1",), ("1", "2.2")])
"""What a donor asks for without binding its money, as a preference and as a notional test."""
WHOSE = st.tuples(EARMARK, ASKS)
STATUS = st.sampled_from(["announced", "signed"])


class Promises(FundMachine):
    """A donor promises, pays, and sometimes nobody knows who paid."""

    @rule(
        term=TERM,
        donor=DONOR,
        cents=CENTS,
        on=DAYS,
        earmark=EARMARK,
        currency=CURRENCY,
        status=STATUS,
        later=st.integers(0, 5),
        asks=ASKS,
    )
    def pledge(
        self,
        term: str,
        donor: str,
        cents: int,
        on: date,
        earmark: str,
        currency: str,
        status: str,
        later: int,
        asks: tuple[str, ...],
    ) -> None:
        """Payable in two instalments, or at once."""
        half = ((on, cents // 2), (on + timedelta(days=later), cents - cents // 2))
        schedule = half if later and cents > 1 else ()
        reference = self.reference("P")
        event = Pledge(
            reference=reference,
            term=term,
            donor=donor,
            amount=Amount(cents, currency),
            on=on,
            earmark=earmark,
            preference=asks,
            notional_test=asks,
            status=status,
            instalments=tuple(
                Instalment(due_on=day, amount=Amount(minor, currency)) for day, minor in schedule
            ),
        )
        promise = Promise(term, donor, earmark, currency, on, [(reference, cents, status, schedule)], on)
        self.model.promises[reference] = promise
        self.donor_of[reference] = donor
        lines: Lines = {
            (promise.open_account, term, reference): cents,
            ("8090", term, reference): -cents,
        }
        if not self.agree(event, lines, allowed=not (asks and earmark), about=f"pledge:{reference}"):
            del self.model.promises[reference]

    @precondition(lambda self: self.has("pledge"))
    @rule(
        data=st.data(),
        cents=CENTS,
        on=DAYS,
        is_signed=st.booleans(),
        keeps_amount=st.booleans(),
        asks=st.none() | ASKS,
    )
    def amend(
        self,
        data: st.DataObject,
        cents: int,
        on: date,
        is_signed: bool,
        keeps_amount: bool,
        asks: tuple[str, ...] | None,
    ) -> None:
        pledge = self.pick(data, "pledge")
        promise = self.model.promises[pledge]
        amount = promise.amount if keeps_amount else cents
        event = PledgeAmendment(
            reference=self.reference("PA"),
            pledge=pledge,
            amount=Amount(amount, promise.currency),
            status="signed" if is_signed else "",
            preference=asks,
            notional_test=asks,
            on=on,
            reason="x",
        )
        status = "signed" if is_signed else promise.states[-1][2]
        schedule = promise.changed(amount, status, on)
        state = (event.reference, amount, status, schedule)
        places = self.model.open_places(pledge)
        change = amount - promise.amount
        left = self.model.balance(places) + change
        # Everything open stands where the pledge now has it, whatever was taken back in between.
        due = self._stays_due(pledge, amount - left, schedule or ((promise.day, amount),), status, on)
        after = dict.fromkeys(OPEN, 0) | {"8030": due}
        after["8010" if status == "announced" else "8020"] = left - due
        moves = {place: after[place[0]] - self.model.balance([place]) for place in places}
        moves["8090", promise.term, pledge] = -change
        lines: Lines = {place: minor for place, minor in moves.items() if minor}
        allowed = on >= promise.changed_on and left >= 0 and not (asks and promise.earmark)
        if self.agree(event, lines, allowed=allowed, about=f"pledge:{pledge}"):
            promise.states.append(state)
            promise.changed_on = on

    def _stays_due(self, pledge: str, settled: int, schedule: Schedule, status: str, on: date) -> int:
        """What was recorded as due and is still, by the schedule until the last day it was looked at."""
        place = ("8030", self.model.promises[pledge].term, pledge)
        by_day: dict[date, int] = defaultdict(int)
        for day, minor in self.model.posted.get(place, ()):
            by_day[day] += minor
        until = max([on, *(day for day, minor in by_day.items() if minor > 0)])
        return min(self.model.balance([place]), max(asked(schedule, status, until) - settled, 0))

    @precondition(lambda self: self.has("pledge"))
    @rule(term=TERM, on=DAYS)
    def fall_due(self, term: str, on: date) -> None:
        """What is payable by the day and neither paid, written off nor recorded as due."""
        lines: Lines = {}
        for pledge, promise in self.model.promises.items():
            if promise.term == term:
                signed, due = (("8020", term, pledge), ("8030", term, pledge))
                left = self.model.balance(self.model.open_places(pledge))
                payable = asked(promise.payable(), promise.states[-1][2], on)
                fallen = payable - (promise.amount - left) - self.model.balance([due])
                minor = min(max(fallen, 0), self.model.balance([signed]))
                if minor > 0:
                    lines |= {signed: -minor, due: minor}
        event = PledgesDue(reference=self.reference("D"), term=term, on=on)
        self.agree(event, lines, allowed=bool(lines))

    @precondition(lambda self: self.has("pledge"))
    @rule(data=st.data(), cents=CENTS, on=DAYS)
    def write_off(self, data: st.DataObject, cents: int, on: date) -> None:
        self.write_off_from(self.pick(data, "pledge"), cents, on)

    def write_off_from(self, pledge: str, cents: int, on: date) -> None:
        """So much of a pledge is given up."""
        promise = self.model.promises[pledge]
        event = PledgeWriteOff(
            reference=self.reference("PW"),
            pledge=pledge,
            amount=Amount(cents, promise.currency),
            on=on,
            reason="x",
        )
        lines = self.cleared("8050", pledge, cents)
        allowed = self.model.balance(self.model.open_places(pledge)) >= cents
        self.agree(event, lines, allowed=allowed)

    # -- money -----------------------------------------------------------------------------------------

    def contributed(self, source: Lines, term: str, donor: str, earmark: str, minor: int) -> Lines:
        """Money that is a donor's from now on."""
        return {
            **source,
            ("2010", term, donor): -minor,
            ("8100", term, donor): minor,
            ("8110", term, donor, earmark): -minor,
        }

    def paid(self, pledge: str, minor: int) -> Lines:
        """What it counts for on a pledge, in the pledge's currency."""
        return self.cleared("8040", pledge, minor)

    def cleared(self, account: str, pledge: str, minor: int) -> Lines:
        """Paid or written off: what is due first, then what is signed, then what is announced."""
        lines: Lines = {(account, self.model.promises[pledge].term, pledge): minor}
        for place in sorted(self.model.open_places(pledge), reverse=True):
            part = min(minor, max(self.model.balance([place]), 0))
            if part:
                lines[place] = -part
                minor -= part
        return lines

    @rule(term=TERM, donor=DONOR, cents=CENTS, on=DAYS, earmark=EARMARK, bank=BANK, asks=ASKS)
    def receive(
        self,
        term: str,
        donor: str,
        cents: int,
        on: date,
        earmark: str,
        bank: str,
        asks: tuple[str, ...] = (),
    ) -> None:
        event = Receipt(
            reference=self.reference("R"),
            term=term,
            donor=donor,
            amount=self.bank_amount(bank, cents),
            on=on,
            bank_account=bank,
            bank_reference="b",
            earmark=earmark,
            preference=asks,
            notional_test=asks,
        )
        minor = self.model.price(cents, event.amount.currency, on)
        lines = self.contributed({("1010", term, bank): minor or 0}, term, donor, earmark, minor or 0)
        self.agree(event, lines, allowed=bool(minor) and not (asks and earmark))

    @rule(term=TERM, donor=DONOR, cents=CENTS, on=DAYS, before=EARMARK, after=EARMARK, whole=st.booleans())
    def change_the_earmark(
        self, term: str, donor: str, cents: int, on: date, before: str, after: str, whole: bool
    ) -> None:
        """Free money of a donor is bound to something else, as much as there is or any amount."""
        if before == after:
            return
        place: Place = ("8110", term, donor, before)
        free = self.model.low([place], on, sign=-1)
        minor = free if whole and free > 0 else cents
        event = EarmarkChange(
            reference=self.reference("EC"),
            term=term,
            donor=donor,
            amount=usd(minor),
            from_earmark=before,
            to_earmark=after,
            agreement="a",
            reason="x",
            on=on,
        )
        self.agree(event, {place: minor, ("8110", term, donor, after): -minor})

    @precondition(lambda self: self.has("pledge"))
    @rule(data=st.data(), cents=CENTS, on=DAYS, fulfils=CENTS, through_usd=st.booleans())
    def receive_on_a_pledge(
        self, data: st.DataObject, cents: int, on: date, fulfils: int, through_usd: bool
    ) -> None:
        """In the pledge's currency, or turned into dollars by the bank."""
        pledge = self.pick(data, "pledge")
        promise = self.model.promises[pledge]
        through_usd = through_usd or promise.currency == "USD"
        bank = "uil-usd" if through_usd else f"uil-{promise.currency.lower()}"
        counts_for = fulfils if through_usd and promise.currency != "USD" else None
        event = Receipt(
            reference=self.reference("R"),
            pledge=pledge,
            amount=self.bank_amount(bank, cents),
            fulfils=None if counts_for is None else Amount(counts_for, promise.currency),
            on=on,
            bank_account=bank,
            bank_reference="b",
        )
        term, donor = promise.term, promise.donor
        minor = self.model.price(cents, event.amount.currency, on) or 0
        counted: int | None = minor
        if counts_for is not None and self.model.terms[term].policy(on).receipts_at == "operational_rate":
            counted = self.model.price(counts_for, promise.currency, on)
        paid = counts_for if counts_for is not None else cents
        # What exceeds the pledge in its own currency waits apart; where nothing is open it is refused.
        excess = max(paid - self.open_from(pledge, on), 0) if counts_for is None else 0
        waiting = 0
        if 0 < excess < paid:
            paid -= excess
            waiting = max(self.model.price(excess, event.amount.currency, on) or 0, 1)
        kept = minor - waiting
        lines = self.contributed({("1010", term, bank): minor}, term, donor, promise.earmark, kept)
        lines["2010", term, donor] = -((counted or 0) - waiting)
        if waiting:
            lines["2050", term, event.reference] = -waiting
        if counted != minor:
            lines["2030", term, donor] = (counted or 0) - minor
        allowed = self.model.balance(self.model.open_places(pledge)) >= paid and bool(kept and counted)
        about = f"unidentified_receipt:{event.reference}" if waiting else ""
        self.agree(event, added(lines, self.paid(pledge, paid)), allowed=allowed, about=about)

    def open_from(self, pledge: str, on: date) -> int:
        """The least that is open on a pledge on a day, or on any later one, since its own."""
        promise = self.model.promises[pledge]
        return self.model.low(self.model.open_places(pledge), max(on, promise.day))

    @rule(term=TERM, cents=CENTS, on=DAYS, bank=BANK)
    def receive_unidentified(self, term: str, cents: int, on: date, bank: str) -> None:
        event = UnidentifiedReceipt(
            reference=self.reference("U"),
            term=term,
            amount=self.bank_amount(bank, cents),
            on=on,
            bank_account=bank,
            bank_reference="b",
        )
        minor = self.model.price(cents, event.amount.currency, on)
        lines: Lines = {("1010", term, bank): minor or 0, ("2050", term, event.reference): -(minor or 0)}
        self.agree(event, lines, allowed=bool(minor))

    @precondition(lambda self: self.has("unidentified_receipt"))
    @rule(data=st.data(), cents=CENTS, on=DAYS, donor=DONOR, whose=WHOSE, whole=st.booleans())
    def apply(
        self,
        data: st.DataObject,
        cents: int,
        on: date,
        donor: str,
        whose: tuple[str, tuple[str, ...]],
        whole: bool,
    ) -> None:
        receipt = self.pick(data, "unidentified_receipt")
        self.apply_from(receipt, None if whole else cents, on, donor, *whose)

    def apply_from(
        self,
        receipt: str,
        cents: int | None,
        on: date,
        donor: str,
        earmark: str,
        asks: tuple[str, ...] = (),
    ) -> None:
        """So much of what is not identified, or all that came, is a donor's."""
        found = next(one for one in self.model.movements if one.reference == receipt)
        (waiting,) = [place for place in found.lines if place[0] == "2050"]
        minor = -found.lines[waiting] if cents is None else cents
        event = ReceiptApplication(
            reference=self.reference("UA"),
            receipt=receipt,
            term=waiting[1],
            donor=donor,
            amount=usd(minor),
            earmark=earmark,
            preference=asks,
            notional_test=asks,
            on=on,
        )
        lines = self.contributed({waiting: minor}, waiting[1], donor, earmark, minor)
        self.agree(event, lines, allowed=not (asks and earmark))

    @precondition(lambda self: self.has("unidentified_receipt"))
    @rule(data=st.data(), cents=CENTS, on=DAYS, bank=BANK, whole=st.booleans(), says=st.booleans())
    def give_a_receipt_back(
        self, data: st.DataObject, cents: int, on: date, bank: str, whole: bool, says: bool
    ) -> None:
        """In dollars what is paid, in another currency what it is worth or what the document says."""
        found = self.model.find("unidentified_receipt", self.pick(data, "unidentified_receipt"))
        (waiting,) = [place for place in found.lines if place[0] == "2050"]
        left = -self.model.balance([waiting])
        cents = left if whole and left and bank == "uil-usd" else cents
        amount = self.bank_amount(bank, cents)
        worth = self.model.price(cents, amount.currency, on) or 0
        says = says and bank != "uil-usd" and any(self.holding(waiting[1], on).values())
        minor = (left if whole and left else cents) if says else worth
        event = ReceiptReturn(
            reference=self.reference("UR"),
            receipt=found.reference,
            amount=amount,
            bank_account=bank,
            bank_reference="b",
            reason="x",
            settles=usd(minor) if says else None,
            on=on,
        )
        moved = {waiting: minor, ("1010", waiting[1], bank): -worth}

        def lines(entry: JournalEntry) -> Lines:
            gained = minor - worth
            return added(moved, self.difference(entry, waiting[1], gained, on) if gained else {})

        allowed = worth > 0 and self.model.allows({waiting: minor}, on)
        if says:
            since = self.model.terms[waiting[1]].starts_on
            allowed = allowed and self.model.is_plausible(minor, cents, amount.currency, since, on)
        self.split(event, lines, allowed=allowed)
