"""Rules of what the fund costs and earns, of rates, budgets and policies."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import attrs
import hypothesis.strategies as st
from hypothesis.stateful import precondition, rule

from mdfm_ledger import (
    AgentFee,
    BankCharge,
    ClassifyCountries,
    Conversion,
    CountryGroup,
    CurrencyRate,
    Interest,
    PublishRates,
    ReviseBudget,
    RevisePolicy,
)
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.plans import shipped_plan
from tests.stateful.fund import (
    ACTIVITIES,
    BANK,
    BANKS,
    DAYS,
    DONOR,
    DONORS,
    PARTNER,
    SMALL,
    TERM,
    FundMachine,
    parts_on,
    usd,
)
from tests.stateful.naive_model import Lines, Place, Policy, added, check_proportion, nearest

FOREIGN = st.sampled_from(["uil-eur", "uil-jpy"])
RATES = {
    "EUR": (("0.736", "units_per_dollar"), ("0.9", "units_per_dollar"), ("1.10", "dollars_per_unit")),
    "JPY": (("104.35", "units_per_dollar"), ("151", "units_per_dollar")),
}


class Costs(FundMachine):
    """Fees, charges and interest; rates, what they change, and what is decided about all of it."""

    # -- what is decided -------------------------------------------------------------------------------

    @rule(
        term=TERM,
        on=DAYS,
        fee=st.sampled_from([0, 100, 333]),
        support=st.sampled_from([0, 700]),
        interest_to=st.sampled_from(["donors", "donors", "host"]),
        agent=st.sampled_from(["", "host"]),
        receipts_at=st.sampled_from(["proceeds", "operational_rate"]),
    )
    def revise_policy(
        self, term: str, on: date, fee: int, support: int, interest_to: str, agent: str, receipts_at: str
    ) -> None:
        event = RevisePolicy(
            reference=self.reference("RP"),
            term=term,
            on=on,
            agent_fee_basis_points=fee,
            support_cost_basis_points=support,
            interest_to=interest_to,
            agent=agent,
            rate_source="UN",
            receipts_at=receipts_at,
            decision="d",
        )
        policies = self.model.terms[term].policies
        if self.agree(event, {}, allowed=on >= policies[-1].since):
            policies.append(Policy(on, fee, support, interest_to, agent, receipts_at))

    @rule(term=TERM, on=DAYS, dollars=st.integers(-15_000, 15_000), area=st.sampled_from(["1", "1", "2"]))
    def revise_budget(self, term: str, on: date, dollars: int, area: str) -> None:
        """Money is moved from one line of the budget to another, and a line from one area to another."""
        known = self.model.terms[term]
        since, lines = known.budgets[-1]
        moved = {**lines, "2.2": lines["2.2"] + dollars * 100, "1.2": lines["1.2"] - dollars * 100}
        if moved["2.2"] <= 0 or moved["1.2"] <= 0:
            return
        plan = shipped_plan("mdfm")
        lines_then = [
            attrs.evolve(
                line,
                amount=usd(moved.get(line.code, line.amount.minor)),
                area=area if line.code == "1.2" else line.area,
            )
            for line in plan.lines
        ]
        event = ReviseBudget(
            reference=self.reference("RB"),
            term=term,
            on=on,
            plan=attrs.evolve(plan, lines=tuple(lines_then)),
            decision="d",
        )
        stays = all(self._fits(term, activity, moved[activity], on) for activity in ACTIVITIES)
        if self.agree(event, {}, allowed=on >= since and stays):
            known.budgets.append((on, moved))
            known.areas.append((on, area))

    def _fits(self, term: str, activity: str, budget: int, on: date) -> bool:
        places = [
            place
            for code in ("8120", "8140", "8150")
            for place in self.model.places(code, term)
            if self.model._activity(place) == activity
        ]
        return self.model.low(places, on, budget) >= 0

    @rule(data=st.data(), currency=st.sampled_from(["EUR", "JPY"]), since=DAYS)
    def publish(self, data: st.DataObject, currency: str, since: date) -> None:
        rate, quoted = data.draw(st.sampled_from(RATES[currency]))
        event = PublishRates(
            reference=self.reference("UN"),
            source="UN",
            since=since,
            rates=(CurrencyRate(currency=currency, rate=rate, quoted=quoted),),
            on=since,
        )
        if self.agree(event, {}):
            self.learn(currency, since, rate, quoted)

    @rule(since=DAYS, group=st.sampled_from(["low", "high"]))
    def classify(self, since: date, group: str) -> None:
        event = ClassifyCountries(
            reference=self.reference("CC"),
            scheme="income_group",
            since=since,
            groups=(CountryGroup(code=group, countries=("UG",)),),
            source="s",
            on=since,
        )
        self.agree(event, {})

    def learn(self, currency: str, since: date, rate: str, quoted: str) -> None:
        """The model's rates are dollars for a unit."""
        value = Fraction(rate) if quoted == "dollars_per_unit" else 1 / Fraction(rate)
        self.model.rates.append((since, currency, value))

    # -- fees, charges, interest -----------------------------------------------------------------------

    @precondition(lambda self: self.has("receipt"))
    @rule(data=st.data(), on=DAYS, is_paid=st.booleans())
    def take_a_fee(self, data: st.DataObject, on: date, is_paid: bool) -> None:
        self._take_a_fee_on("receipt", self.pick(data, "receipt"), on, is_paid=is_paid)

    @precondition(lambda self: self.has("receipt_application"))
    @rule(data=st.data(), on=DAYS, is_paid=st.booleans())
    def take_a_fee_on_what_was_applied(self, data: st.DataObject, on: date, is_paid: bool) -> None:
        kind = "receipt_application"
        self._take_a_fee_on(kind, self.pick(data, kind), on, is_paid=is_paid)

    def _take_a_fee_on(self, kind: str, receipt: str, on: date, *, is_paid: bool) -> None:
        """Once for each; references of the machine are used once, whatever they are of."""
        found = self.model.find(kind, receipt)
        event = AgentFee(
            reference=self.reference("F"),
            receipt=receipt,
            receipt_kind=kind,
            on=on,
            bank_account="uil-usd" if is_paid else "",
        )
        (credited,) = [place for place in found.lines if place[0] == "2010"]
        (free,) = [place for place in found.lines if place[0] == "8110"]
        term, donor = credited[1:3]
        policy = self.model.terms[term].policy(found.day)
        fee = nearest(Fraction(-found.lines[credited] * policy.fee, 10_000))
        agent = self.model.terms[term].policy(on).agent
        settled: Place = ("1010", term, "uil-usd") if is_paid else ("2110", term, agent)
        lines = {("2041", term, donor): fee, settled: -fee, free: fee, ("8100", term, donor): -fee}
        is_first = not self.model.changes_of(f"F:{receipt}")
        self.agree(
            event,
            lines if fee else {},
            allowed=fee > 0 and on >= found.day and is_first and (is_paid or agent != ""),
            about=f"F:{receipt}",
        )

    @rule(term=TERM, donor=DONOR, cents=SMALL, on=DAYS, bank=BANK)
    def charge_a_donor(self, term: str, donor: str, cents: int, on: date, bank: str) -> None:
        event = self._charge(term, cents, on, bank, donor)
        minor = self.model.price(cents, event.amount.currency, on) or 0
        taken = self.model.taken(term, donor, minor, on)
        enough = taken.get(("8100", term, donor), 0) == -minor
        lines = added({("2043", term, donor): minor, ("1010", term, bank): -minor}, taken)
        self.agree(event, lines, allowed=enough and minor > 0)

    @rule(term=TERM, cents=SMALL, on=DAYS, bank=BANK)
    def charge_everybody(self, term: str, cents: int, on: date, bank: str) -> None:
        event = self._charge(term, cents, on, bank, "")
        minor = self.model.price(cents, event.amount.currency, on) or 0
        free = {donor: self.model.room(self.model.places("8110", term, donor), on) for donor in DONORS}
        # Who holds nothing carries nothing, whatever of its money is free.
        able = {donor: room for donor, room in free.items() if room and self.model.held(term, donor, on) > 0}

        def lines(entry: JournalEntry) -> Lines:
            shares = {place[2]: part for place, part in parts_on(entry, "2043").items()}
            assert sum(shares.values()) == minor
            assert all(part <= able.get(donor, 0) for donor, part in shares.items())
            weights = {(donor,): self.model.held(term, donor, on) for donor in able}
            if all(
                minor * weight < able[donor] * sum(weights.values()) for (donor,), weight in weights.items()
            ):
                check_proportion({(donor,): shares.get(donor, 0) for donor in able}, weights, minor)
            taken = [self.model.taken(term, donor, part, on) for donor, part in shares.items()]
            return added(parts_on(entry, "2043"), {("1010", term, bank): -minor}, *taken)

        self.split(event, lines, allowed=0 < minor <= sum(able.values()))

    def _charge(self, term: str, cents: int, on: date, bank: str, donor: str) -> BankCharge:
        return BankCharge(
            reference=self.reference("C"),
            term=term,
            amount=self.bank_amount(bank, cents),
            bank_account=bank,
            bank_reference="b",
            donor=donor,
            on=on,
        )

    @rule(
        term=TERM,
        cents=SMALL,
        since=DAYS,
        until=DAYS,
        on=DAYS,
        bank=BANK,
        party=st.one_of(st.just(""), PARTNER),
    )
    def earn_interest(
        self, term: str, cents: int, since: date, until: date, on: date, bank: str, party: str
    ) -> None:
        since, until, on = sorted((since, until, on))
        event = Interest(
            reference=self.reference("I"),
            term=term,
            amount=self.bank_amount(bank, cents),
            since=since,
            until=until,
            bank_account=bank,
            bank_reference="b",
            party=party,
            on=on,
        )
        minor = self.model.price(cents, event.amount.currency, on) or 0
        weights = {donor: self.model.balance_days(term, donor, since, until) for donor in DONORS}
        code, names = ("2021", (party,)) if party else ("2020", ())

        def lines(entry: JournalEntry) -> Lines:
            parts = {donor: parts_on(entry, code).get((code, term, donor, *names), 0) for donor in DONORS}
            check_proportion(
                {(donor,): part for donor, part in parts.items()},
                {(donor,): weight for donor, weight in weights.items()},
                minor,
            )
            credited = {(code, term, donor, *names): -part for donor, part in parts.items()}
            return added(
                {("1010", term, bank): minor},
                credited,
                *(self.freed(term, one, parts[one]) for one in DONORS),
            )

        is_donors = bool(party) or self.model.terms[term].policy(on).interest_to == "donors"
        self.split(event, lines, allowed=minor > 0 and is_donors and any(weights.values()))

    # -- other currencies ------------------------------------------------------------------------------

    @rule(term=TERM, sold=SMALL, bought=SMALL, ways=st.permutations(sorted(BANKS)), on=DAYS)
    def convert(self, term: str, sold: int, bought: int, ways: list[str], on: date) -> None:
        out, to = ways[:2]
        event = Conversion(
            reference=self.reference("X"),
            term=term,
            sold=self.bank_amount(out, sold),
            from_account=out,
            bought=self.bank_amount(to, bought),
            to_account=to,
            bank_reference="b",
            on=on,
        )
        gone = self.model.price(sold, BANKS[out], on) or 0
        came = self.model.price(bought, BANKS[to], on) or 0
        cash = {("1010", term, to): came, ("1010", term, out): -gone}
        self.differ(event, term, came - gone, cash, allowed=came > 0 and gone > 0)

    @rule(term=TERM, bank=FOREIGN, on=DAYS)
    def revalue(self, term: str, bank: str, on: date) -> None:
        self.revalue_account(term, bank, on)
