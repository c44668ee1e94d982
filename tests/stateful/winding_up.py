"""Rules of the end of a term: unspent money given back or carried on, months and terms closed."""

from __future__ import annotations

from datetime import date

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import (
    CarryForward,
    DonorBalance,
    PeriodClose,
    PeriodReopening,
    TermClose,
)
from mdfm_ledger.errors import StillOpenError
from mdfm_ledger.rules.held_in_trust import BankConfirmation
from tests.stateful.fund import (
    BANK,
    BANKS,
    CENTS,
    DAYS,
    DONOR,
    LAST,
    PARTNERS,
    TERM,
    TERMS,
    usd,
)
from tests.stateful.naive_model import added
from tests.stateful.promises import WHOSE
from tests.stateful.refunds import OUT_OF, Refunds

MONTHS = st.sampled_from([date(2019, 12, 31), date(2020, 1, 31), date(2020, 1, 31)])


class WindingUp(Refunds):
    """What is left goes back, goes on, or waits; then nothing more may come."""

    # -- unspent money ---------------------------------------------------------------------------------

    @rule(term=TERM, donor=DONOR, cents=CENTS, on=DAYS, whole=st.booleans())
    def put_aside(self, term: str, donor: str, cents: int, on: date, whole: bool) -> None:
        if closed := self.model.closed:
            # In a closed term, where there is one, and on a day it may be.
            term = term if term in closed else min(closed)
            on = max(on, closed[term])
        minor = (whole and self.unspent(term, donor, on, "held")) or cents
        event = DonorBalance(
            reference=self.reference("DB"), term=term, donor=donor, amount=usd(minor), notice="n", on=on
        )
        self.record_aside(event)

    def record_aside(self, event: DonorBalance) -> bool:
        """What waits for its donor's word, once the term is closed."""
        term, donor, on, minor = event.term, event.donor, event.on, event.amount.minor
        taken, enough = self._leaving(term, donor, minor, on, "held")
        is_closed = term in self.model.closed and on >= self.model.closed[term]
        lines = added(taken, {("2070", term, donor): -minor})
        return self.agree(event, lines, allowed=enough and is_closed)

    @rule(
        term=TERM,
        donor=DONOR,
        cents=CENTS,
        on=DAYS,
        out_of=OUT_OF,
        whose=WHOSE,
        whole=st.booleans(),
        bank=BANK,
    )
    def carry(
        self,
        term: str,
        donor: str,
        cents: int,
        on: date,
        out_of: str,
        whose: tuple[str, tuple[str, ...]],
        whole: bool,
        bank: str = "uil-usd",
    ) -> None:
        earmark, asks = whose
        to_term = "T2" if term == "T1" else "T1"
        on = LAST if whole else on
        if whole and bank == "uil-usd":
            cents = self.unspent(term, donor, on, out_of) or cents
        elif whole:
            cents = max(self._on_account(bank, on, term), 1)
        minor = self._leaving_bank(term, bank, cents, on)
        event = CarryForward(
            reference=self.reference("CF"),
            term=term,
            to_term=to_term,
            donor=donor,
            amount=self.bank_amount(bank, cents),
            bank_account=bank,
            out_of=out_of,
            earmark=earmark,
            preference=asks,
            notional_test=asks,
            consent="c",
            on=on,
        )
        taken, enough = self._leaving(term, donor, minor, on, out_of)
        parcels = {place[3]: part for place, part in taken.items() if place[0] == "8110"} or {"": minor}
        lines = added(
            taken,
            {("1010", term, bank): -minor, ("1010", to_term, bank): minor},
            {("2010", to_term, donor): -minor, ("8100", to_term, donor): minor},
            *({("8110", to_term, donor, earmark or kept): -part} for kept, part in parcels.items()),
        )
        days = {on} | {one.day for one in self.model.movements if one.day > on}
        has_cash = min(self._on_account(bank, day, term) for day in days) >= cents
        allowed = enough and has_cash and minor > 0 and term == "T1" and not (asks and earmark)
        self.agree(event, lines, allowed=allowed)

    # -- a month -----------------------------------------------------------------------------------------

    @rule(ends_on=MONTHS, on=DAYS)
    def close_a_month(self, ends_on: date, on: date) -> None:
        event = PeriodClose(reference=self.reference("PC"), ends_on=ends_on, approved_by="director", on=on)
        if self.agree(event, {}, allowed=on > ends_on > self.model.closed_through, about="periods"):
            self.model.periods.append((event.reference, ends_on))

    @precondition(lambda self: self.has("period_close"))
    @rule(data=st.data(), is_last=st.booleans(), on=DAYS)
    def reopen_a_month(self, data: st.DataObject, is_last: bool, on: date) -> None:
        standing = self.model.periods
        closing = standing[-1][0] if is_last and standing else self.pick(data, "period_close")
        event = PeriodReopening(
            reference=self.reference("PO"), closing=closing, reason="x", approved_by="director", on=on
        )
        allowed = bool(standing) and standing[-1][0] == closing
        if self.agree(event, {}, allowed=allowed, about="periods"):
            standing.pop()

    # -- a term ------------------------------------------------------------------------------------------

    @rule(term=TERM, on=DAYS, settles=st.booleans(), reconciles=st.booleans())
    def close_a_term(self, term: str, on: date, settles: bool, reconciles: bool) -> None:
        if settles:
            self._settle(term)
            on = LAST
        reconciles = reconciles or settles
        event = TermClose(
            reference=self.reference("TC"),
            term=term,
            decision="d",
            approved_by="director",
            on=on,
            confirmed=self._stated(on) if reconciles else (),
        )
        still_open = self.model.still_open(term, on)
        still_open |= self._not_revalued(term, on) | self.model.below_zero(term, on)
        if not reconciles:
            still_open |= self._banks_with_cash(term, on)
        begun = on >= self.model.terms[term].starts_on
        allowed = begun and not still_open and not self.model.has_later(term, on)
        could = self.is_open(event)
        if self.agree(event, self.model.settled(term), allowed=allowed, about=f"term:{term}"):
            self.model.closed[term] = on
        elif could and begun:
            assert isinstance(self.refusal, StillOpenError)
            said = self.refusal.items.replace(";", " ").split()
            assert still_open <= set(said), still_open

    def _stated(self, on: date) -> tuple[BankConfirmation, ...]:
        """What each bank states for all terms together."""
        return tuple(
            BankConfirmation(
                bank_account=bank, amount=self.bank_amount(bank, self._on_account(bank, on)), statement="s"
            )
            for bank in BANKS
        )

    def _on_account(self, bank: str, on: date, *terms: str) -> int:
        """What is on an account at the end of a day, in its own currency."""
        wanted = terms or tuple(TERMS)
        if BANKS[bank] == "USD":
            return self.model.balance([("1010", term, bank) for term in wanted], on)
        return sum(
            one.own.get((term, bank), 0) for one in self.model.movements if one.day <= on for term in wanted
        )

    def _banks_with_cash(self, term: str, on: date) -> set[str]:
        """The accounts with anything of a term, in their own currency or in dollars."""
        return {
            bank
            for bank in BANKS
            if self._on_account(bank, on, term) or self.model.balance([("1010", term, bank)], on)
        }

    def _not_revalued(self, term: str, on: date) -> set[str]:
        """The accounts whose dollars are not what their money is worth on a day, or with what is later."""
        found = set()
        for bank, currency in BANKS.items():
            for day in (on, date.max):
                own = self._on_account(bank, day, term)
                worth = self.model.price(own, currency, on) if own else 0
                if worth != self.model.balance([("1010", term, bank)], day):
                    found.add(bank)
        return found

    def _settle(self, term: str) -> None:
        """Everything that can be open in a term is brought to an end on the last day."""
        self._use_up(term)
        for party in PARTNERS:
            if owed := -self.model.balance([("2110", term, party)]):
                self.pay_to(term, party, owed, LAST)
        for place in self.model.places("2050", term):
            if waiting := -self.model.balance([place]):
                self.apply_from(place[2], waiting, LAST, "ham", "")
        for pledge in [one for one, promise in self.model.promises.items() if promise.term == term]:
            if left := self.model.balance(self.model.open_places(pledge)):
                self.write_off_from(pledge, left, LAST)
        self._price(term)

    def _price(self, term: str) -> None:
        """What is in other currencies is worth what it is, and nobody's money is below zero."""
        for bank in sorted(self._not_revalued(term, LAST)):
            self.revalue_account(term, bank, LAST)
        for donor in sorted(self.model.below_zero(term, LAST)):
            missing = -self.model.held(term, donor, LAST)
            self.receive(term=term, donor=donor, cents=missing, on=LAST, earmark="", bank="uil-usd")

    def _use_up(self, term: str) -> None:
        """Advances come back, then what is obligated and allotted is free again."""
        for code in ("1210", "1230"):
            for place in self.model.places(code, term):
                if left := self.model.balance([place]):
                    if code == "1230" and left % 2:
                        self.lose_of(place[2], left, LAST)
                    else:
                        self.repay_from(place[2], left, LAST, is_recovery=code == "1230")
        for code, end in (("8140", self.release_from), ("8120", self.give_back_from)):
            for document in sorted({place[2] for place in self.model.places(code, term)}):
                if left := -self.model.balance(self.model.places(code, term, document)):
                    end(document, left, LAST)
