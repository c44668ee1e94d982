"""Rules of using money: allocations, obligations, expenditure, advances, transfers, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import (
    Advance,
    AdvanceLiquidation,
    AdvanceReturn,
    Allocation,
    AllocationReturn,
    Expenditure,
    Obligation,
    ObligationIncrease,
    ObligationRelease,
    Payment,
    RecoverableWriteOff,
    Recovery,
    Transfer,
    TransferRefund,
)
from mdfm_ledger.journal import JournalEntry
from tests.stateful.fund import ACTIVITY, BANK, CENTS, DAYS, PARTNER, SMALL, TERM, FundMachine, parts_on, usd
from tests.stateful.naive_model import Given, Lines, Place, added, nearest


def negated(lines: Given) -> Lines:
    return {place: -cents for place, cents in lines.items()}


def by_donor(account: str, parts: Lines, *names: str) -> Lines:
    """Parts of an allocation or obligation added up by donor, on an account of what was applied."""
    lines: Lines = {}
    for place, cents in parts.items():
        key: Place = (account, place[1], place[3], *names)
        lines[key] = lines.get(key, 0) + cents
    return lines


class Spending(FundMachine):
    """Money is allotted, committed, spent, advanced, passed on, and given back."""

    def __init__(self) -> None:
        super().__init__()
        self.party_of: dict[str, str] = {}
        """With whom each obligation was made."""
        self.due: dict[str, tuple[str, date]] = {}
        """Whose each advance is, and when its report is due."""

    def parcels(self, allocation: str) -> list[Place]:
        """The donors' parts of an allocation."""
        return list(self.model.shares[allocation])

    def term_of(self, allocation: str) -> str:
        return self.parcels(allocation)[0][1]

    def moved(self, parts: Lines, account: str, document: str) -> Lines:
        """Parts drawn, and where they go in the memorandum set."""
        return added(
            parts, {(account, place[1], document, *place[3:]): -cents for place, cents in parts.items()}
        )

    @rule(term=TERM, activity=ACTIVITY, cents=CENTS, on=DAYS)
    def allocate(self, term: str, activity: str, cents: int, on: date) -> None:
        event = Allocation(
            reference=self.reference("A"),
            term=term,
            activity=activity,
            amount=usd(cents),
            on=on,
            decision="d",
            approved_by="director",
        )
        funded = sum(sum(pool.values()) for pool in self.model.pools(term, activity, on)) >= cents
        begun = on >= self.model.terms[term].starts_on
        self.model.activity_of[event.reference] = activity

        def lines(entry: JournalEntry) -> Lines:
            parts = parts_on(entry, "8110")
            self.model.check_allocation(parts, term, activity, cents, on)
            parcels: Lines = {
                ("8120", term, event.reference, place[2], place[3]): part for place, part in parts.items()
            }
            self.model.shares[event.reference] = parcels
            return {**parts, **negated(parcels)}

        allowed = funded and begun and self.model.has_budget(term, activity, cents, on)
        allowed = allowed and self.model.is_backed(term, cents, on)
        self.split(event, lines, allowed=allowed)

    def drawn(
        self,
        event: Any,
        cents: int,
        lines: Callable[[Lines], Lines],
        *,
        allowed: bool = True,
        about: str = "",
    ) -> bool:
        """An event that draws ``cents`` on its allocation; its lines follow from the parts."""
        allocation = event.allocation
        to_come = self.to_come(allocation, event.on, cents if isinstance(event, Obligation) else 0)
        allowed = (
            allowed
            and self.model.room(self.parcels(allocation), event.on) >= cents + to_come
            and event.on >= self.model.terms[self.term_of(allocation)].starts_on
        )

        def made(entry: JournalEntry) -> Lines:
            parts = parts_on(entry, "8120")
            self.model.check_draw(allocation, parts, cents, event.on)
            return lines(parts)

        return self.split(event, made, allowed=allowed, about=about)

    @precondition(lambda self: self.has("allocation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS)
    def give_back(self, data: st.DataObject, cents: int, on: date) -> None:
        self.give_back_from(self.pick(data, "allocation"), cents, on)

    def give_back_from(self, allocation: str, cents: int, on: date) -> None:
        """So much of an allocation is free again."""
        event = AllocationReturn(
            reference=self.reference("AR"),
            allocation=allocation,
            amount=usd(cents),
            on=on,
            reason="x",
        )

        def lines(parts: Lines) -> Lines:
            free: Lines = {("8110", place[1], place[3], place[4]): -part for place, part in parts.items()}
            return {**parts, **free}

        self.drawn(event, cents, lines)

    # -- obligations -----------------------------------------------------------------------------------

    @precondition(lambda self: self.has("allocation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, party=PARTNER)
    def obligate(self, data: st.DataObject, cents: int, on: date, party: str) -> None:
        self.commit(self.pick(data, "allocation"), party, cents, on)

    def commit(self, allocation: str, party: str, cents: int, on: date) -> None:
        """An obligation under an allocation, with a partner."""
        event = Obligation(
            reference=self.reference("O"),
            allocation=allocation,
            party=party,
            amount=usd(cents),
            purpose="p",
            on=on,
        )
        self.model.allocation_of[event.reference] = event.allocation
        self.party_of[event.reference] = party
        about = f"O:{event.reference}"
        self.drawn(event, cents, lambda parts: self._committed(event.reference, parts), about=about)

    def _committed(self, obligation: str, parts: Lines) -> Lines:
        shares = self.model.shares.setdefault(obligation, {})
        for place, part in parts.items():
            key: Place = ("8140", place[1], obligation, *place[3:])
            shares[key] = shares.get(key, 0) + part
        return self.moved(parts, "8140", obligation)

    @precondition(lambda self: self.has("obligation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS)
    def increase(self, data: st.DataObject, cents: int, on: date) -> None:
        obligation = self.pick(data, "obligation")
        event = ObligationIncrease(
            reference=self.reference("OI"), obligation=obligation, amount=usd(cents), on=on, reason="x"
        )
        allocation = self.model.allocation_of[obligation]
        whole = cents + self.to_come(allocation, on, cents)
        room = self.model.room(self.parcels(allocation), on) >= whole
        begun = self._begun(allocation, on) and on >= self.model.find("obligation", obligation).day

        def lines(entry: JournalEntry) -> Lines:
            parts = parts_on(entry, "8120")
            self.model.check_draw(allocation, parts, cents, on)
            self.model.loose.add(obligation)
            return self._committed(obligation, parts)

        self.split(event, lines, allowed=room and begun, about=f"O:{obligation}")

    def can_use(self, obligation: str, cents: int, on: date, *, reported: int = 0) -> bool:
        """Whether an obligation has so much left and still covers the advances, less what is reported."""
        room = self.model.room(self.model.shares[obligation], on) >= cents
        return room and self.model.covers(obligation, on, cents - reported)

    @precondition(lambda self: self.has("obligation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS)
    def release(self, data: st.DataObject, cents: int, on: date) -> None:
        self.release_from(self.pick(data, "obligation"), cents, on)

    def release_from(self, obligation: str, cents: int, on: date) -> None:
        """So much of an obligation is not needed."""
        event = ObligationRelease(
            reference=self.reference("OR"), obligation=obligation, amount=usd(cents), on=on, reason="x"
        )
        allocation = self.model.allocation_of[obligation]

        def lines(entry: JournalEntry) -> Lines:
            parts = parts_on(entry, "8140")
            self.model.check_draw(obligation, parts, cents, on)
            self.model.loose.add(allocation)
            return self.moved(parts, "8120", allocation)

        self.split(event, lines, allowed=self._begun(allocation, on) and self.can_use(obligation, cents, on))

    def _begun(self, allocation: str, on: date) -> bool:
        return on >= self.model.terms[self.term_of(allocation)].starts_on

    # -- expenditure -----------------------------------------------------------------------------------

    def burden(self, term: str, cents: int, category: str, on: date) -> int:
        """Programme support cost by the policy of the day; there is none on support itself."""
        if category == "8":
            return 0
        return nearest(Fraction(cents * self.model.terms[term].policy(on).support, 10_000))

    def to_come(self, allocation: str, on: date, more: int = 0) -> int:
        """Support cost of what is obligated under an allocation and not used, and of so much more."""
        under = [name for name, above in self.model.allocation_of.items() if above == allocation]
        left = -sum(self.model.balance(self.model.shares.get(name, {})) for name in under)
        return self.burden(self.term_of(allocation), left + more, "4", on)

    def burden_owed(self, term: str, cents: int, bank: str, on: date) -> Lines | None:
        """Where support cost is paid from, or owed; None where nobody is named to owe it to."""
        if not cents:
            return {}
        if bank == "uil-usd":
            return {("1010", term, bank): -cents}
        agent = self.model.terms[term].policy(on).agent
        return {("2110", term, agent): -cents} if agent else None

    @precondition(lambda self: self.has("allocation"))
    @rule(
        data=st.data(),
        cents=SMALL,
        on=DAYS,
        bank=BANK,
        party=PARTNER,
        is_paid=st.booleans(),
        category=st.sampled_from(["5", "8"]),
    )
    def spend(
        self,
        data: st.DataObject,
        cents: int,
        on: date,
        bank: str,
        party: str,
        is_paid: bool,
        category: str,
    ) -> None:
        allocation = self.pick(data, "allocation")
        event = Expenditure(
            reference=self.reference("E"),
            allocation=allocation,
            amount=self.bank_amount(bank, cents) if is_paid else usd(cents),
            category=category,
            bank_account=bank if is_paid else "",
            party="" if is_paid else party,
            purpose="p",
            on=on,
        )
        term = self.term_of(allocation)
        minor = self.model.price(cents, event.amount.currency, on) or 0
        burden = self.burden(term, minor, category, on)
        owed = self.burden_owed(term, burden, event.bank_account, on)
        settled = {("1010", term, bank): -minor} if is_paid else {("2110", term, party): -minor}
        whole = minor + burden
        allowed = (
            minor > 0
            and owed is not None
            and self._begun(allocation, on)
            and self.model.room(self.parcels(allocation), on) >= whole + self.to_come(allocation, on)
        )

        def lines(entry: JournalEntry) -> Lines:
            parts = parts_on(entry, "8120")
            self.model.check_draw(allocation, parts, whole, on)
            carried = parts_on(entry, "2042")
            assert sum(carried.values()) == burden
            applied = by_donor("2040", parts, allocation, category)
            for place, part in carried.items():
                applied["2040", term, place[2], allocation, category] -= part
            assert min(applied.values()) >= 0
            return added(applied, carried, settled, owed or {}, self.moved(parts, "8150", allocation))

        self.split(event, lines, allowed=allowed)

    @precondition(lambda self: self.has("obligation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS)
    def spend_on_an_obligation(self, data: st.DataObject, cents: int, on: date) -> None:
        obligation = self.pick(data, "obligation")
        allocation = self.model.allocation_of[obligation]
        event = Expenditure(
            reference=self.reference("E"),
            obligation=obligation,
            amount=usd(cents),
            category="4",
            bank_account="uil-usd",
            purpose="p",
            on=on,
        )
        term = self.term_of(allocation)
        burden = self.burden(term, cents, "4", on)
        paid = {("1010", term, "uil-usd"): -(cents + burden)}
        allowed = (
            self._begun(allocation, on)
            and self.can_use(obligation, cents, on)
            and (not burden or self.model.room(self.parcels(allocation), on) >= burden)
        )
        self.split(
            event, lambda entry: self._used(entry, obligation, cents, burden, "4", paid, on), allowed=allowed
        )

    def _used(
        self,
        entry: JournalEntry,
        obligation: str,
        cents: int,
        burden: int,
        category: str,
        other: Given,
        on: date,
    ) -> Lines:
        allocation = self.model.allocation_of[obligation]
        parts, carried = parts_on(entry, "8140"), parts_on(entry, "8120")
        self.model.check_draw(obligation, parts, cents, on)
        if burden:
            self.model.check_draw(allocation, carried, burden, on)
        return added(
            by_donor("2040", parts, allocation, category),
            by_donor("2042", carried, allocation),
            other,
            self.moved(parts, "8150", allocation),
            self.moved(carried, "8150", allocation),
        )

    @rule(term=TERM, party=PARTNER, cents=SMALL, on=DAYS)
    def pay(self, term: str, party: str, cents: int, on: date) -> None:
        owed = -self.model.balance([("2110", term, party)])
        self.pay_to(term, party, owed if owed > 0 and cents % 2 else cents, on)

    def pay_to(self, term: str, party: str, minor: int, on: date) -> None:
        """So much of what is owed is paid."""
        event = Payment(
            reference=self.reference("PAY"),
            term=term,
            party=party,
            amount=usd(minor),
            bank_account="uil-usd",
            bank_reference="b",
            on=on,
        )
        self.agree(event, {("2110", term, party): minor, ("1010", term, "uil-usd"): -minor})

    # -- advances --------------------------------------------------------------------------------------

    @precondition(lambda self: self.has("obligation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, due=st.integers(0, 6), is_decided=st.booleans())
    def advance(self, data: st.DataObject, cents: int, on: date, due: int, is_decided: bool) -> None:
        self.advance_under(
            self.pick(data, "obligation"), cents, on, due=due, decision="SC" if is_decided else ""
        )

    def advance_under(self, obligation: str, cents: int, on: date, *, due: int, decision: str) -> None:
        """An advance to the partner of an obligation, due so many days later."""
        party = self.party_of[obligation]
        event = Advance(
            reference=self.reference("ADV"),
            obligation=obligation,
            amount=usd(cents),
            due_on=on + timedelta(days=due),
            bank_account="uil-usd",
            bank_reference="b",
            on=on,
            despite_overdue=decision,
        )
        term = self.term_of(self.model.allocation_of[obligation])
        overdue = any(
            self.model.balance(self.model.places("1210", one_term, one), on) > 0
            for one, (whose, due_on) in self.due.items()
            for one_term in ("T1", "T2")
            if whose == party and due_on < on
        )
        self.model.obligation_of[event.reference] = obligation
        lines = {("1210", term, event.reference): cents, ("1010", term, "uil-usd"): -cents}
        if self.agree(event, lines, allowed=bool(decision) or not overdue, about=f"ADV:{event.reference}"):
            self.due[event.reference] = (party, event.due_on)

    @precondition(lambda self: self.has("advance"))
    @rule(data=st.data(), cents=SMALL, bad=st.integers(0, 20), on=DAYS, whole=st.booleans())
    def liquidate(self, data: st.DataObject, cents: int, bad: int, on: date, whole: bool) -> None:
        advance = self.pick(data, "advance")
        obligation = self.model.obligation_of[advance]
        allocation = self.model.allocation_of[obligation]
        term = self.term_of(allocation)
        place = ("1210", term, advance)
        cents = max(self.model.balance([place]) - bad, 1) if whole else cents
        event = AdvanceLiquidation(
            reference=self.reference("AL"),
            advance=advance,
            report="r",
            amount=usd(cents),
            ineligible=usd(bad) if bad else None,
            bank_account="uil-usd",
            on=on,
        )
        burden = self.burden(term, cents, "6", on)
        other = added(
            {place: -cents - bad},
            {("1230", term, advance): bad} if bad else {},
            {("1010", term, "uil-usd"): -burden} if burden else {},
        )
        allowed = (
            self._begun(allocation, on)
            and self.model.low([place], on, -cents - bad) >= 0
            and self.can_use(obligation, cents, on, reported=cents + bad)
            and (not burden or self.model.room(self.parcels(allocation), on) >= burden)
        )
        self.split(
            event, lambda entry: self._used(entry, obligation, cents, burden, "6", other, on), allowed=allowed
        )

    @precondition(lambda self: self.has("advance"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, whole=st.booleans(), is_recovery=st.booleans())
    def repay(self, data: st.DataObject, cents: int, on: date, whole: bool, is_recovery: bool) -> None:
        advance = self.pick(data, "advance")
        term = self.term_of(self.model.allocation_of[self.model.obligation_of[advance]])
        place = ("1230" if is_recovery else "1210", term, advance)
        minor = max(self.model.balance([place]), 1) if whole else cents
        self.repay_from(advance, minor, on, is_recovery=is_recovery)

    def repay_from(self, advance: str, minor: int, on: date, *, is_recovery: bool) -> None:
        """So much of an advance, or of what was not eligible, comes back."""
        term = self.term_of(self.model.allocation_of[self.model.obligation_of[advance]])
        place = ("1230" if is_recovery else "1210", term, advance)
        kind = Recovery if is_recovery else AdvanceReturn
        event = kind(
            reference=self.reference("AB"),
            advance=advance,
            amount=usd(minor),
            bank_account="uil-usd",
            bank_reference="b",
            on=on,
        )
        self.agree(event, {("1010", term, "uil-usd"): minor, place: -minor})

    @precondition(lambda self: self.has("advance"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, whole=st.booleans())
    def lose(self, data: st.DataObject, cents: int, on: date, whole: bool) -> None:
        advance = self.pick(data, "advance")
        term = self.term_of(self.model.allocation_of[self.model.obligation_of[advance]])
        left = self.model.balance([("1230", term, advance)])
        self.lose_of(advance, left if whole and left > 0 else cents, on)

    def lose_of(self, advance: str, cents: int, on: date) -> None:
        """So much of what is to be recovered is written off, and bears no support cost."""
        obligation = self.model.obligation_of[advance]
        allocation = self.model.allocation_of[obligation]
        place = ("1230", self.term_of(allocation), advance)
        event = RecoverableWriteOff(
            reference=self.reference("WO"),
            advance=advance,
            amount=usd(cents),
            decision="d",
            reason="x",
            approved_by="director",
            on=on,
        )
        allowed = (
            self._begun(allocation, on)
            and self.model.low([place], on, -cents) >= 0
            and self.can_use(obligation, cents, on, reported=cents)
        )
        self.split(
            event,
            lambda entry: self._used(entry, obligation, cents, 0, "7", {place: -cents}, on),
            allowed=allowed,
        )

    # -- pass-through ----------------------------------------------------------------------------------

    @precondition(lambda self: self.has("allocation"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, bank=BANK)
    def transfer(self, data: st.DataObject, cents: int, on: date, bank: str) -> None:
        allocation = self.pick(data, "allocation")
        event = Transfer(
            reference=self.reference("T"),
            allocation=allocation,
            party="org",
            amount=self.bank_amount(bank, cents),
            bank_account=bank,
            agreement="a",
            on=on,
        )
        minor = self.model.price(cents, event.amount.currency, on) or 0
        paid = {("1010", self.term_of(allocation), bank): -minor}

        def lines(parts: Lines) -> Lines:
            self.model.shares[event.reference] = parts
            return added(by_donor("2044", parts, "org"), paid, self.moved(parts, "8150", allocation))

        self.drawn(event, minor, lines, allowed=minor > 0, about=f"T:{event.reference}")

    @precondition(lambda self: self.has("transfer"))
    @rule(data=st.data(), cents=SMALL, on=DAYS, bank=BANK, whole=st.booleans(), says=st.booleans())
    def refund_a_transfer(
        self, data: st.DataObject, cents: int, on: date, bank: str, whole: bool, says: bool
    ) -> None:
        """In dollars what comes back, in another currency what it is worth or what the document says."""
        transfer = self.pick(data, "transfer")
        found = self.model.find("transfer", transfer)
        shares = self.model.shares[transfer]
        term, allocation = next(iter(shares))[1:3]
        back = self.refunded(transfer)
        left = sum(shares.values()) - sum(back.values())
        cents = left if whole and left and bank == "uil-usd" else cents
        amount = self.bank_amount(bank, cents)
        worth = self.model.price(cents, amount.currency, on) or 0
        says = says and bank != "uil-usd" and any(self.holding(term, on).values())
        minor = (left if whole and left else cents) if says else worth
        event = TransferRefund(
            reference=self.reference("TR"),
            transfer=transfer,
            amount=amount,
            bank_account=bank,
            bank_reference="b",
            settles=usd(minor) if says else None,
            on=on,
        )

        def lines(entry: JournalEntry) -> Lines:
            parts = parts_on(entry, "8120")
            assert sum(parts.values()) == minor
            for place, part in parts.items():
                assert back.get(place, 0) + part <= shares[place]
            self.model.loose.add(allocation)
            coming: dict[str, int] = {}
            for place, part in parts.items():
                coming[place[3]] = coming.get(place[3], 0) + part
            return added(
                {("1010", term, bank): worth},
                negated(by_donor("2045", parts, "org")),
                negated(self.moved(parts, "8150", allocation)),
                self.difference(entry, term, worth - minor, on, coming) if worth != minor else {},
            )

        allowed = on >= found.day and 0 < minor <= left and worth > 0
        if says:
            allowed = allowed and self.model.is_plausible(minor, cents, amount.currency, found.day, on)
        self.split(event, lines, allowed=allowed, about=f"T:{transfer}")

    def refunded(self, transfer: str) -> Lines:
        """What came back of each part of a transfer, by refunds that stand."""
        refunds = [
            negated({place: cents for place, cents in one.lines.items() if place[0] == "8120"})
            for one in self.model.movements
            if one.about == f"T:{transfer}" and one.kind == "transfer_refund" and not one.reversed_by
        ]
        return added(*refunds)
