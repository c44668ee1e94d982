"""A naive model of the fund: a list of journal lines, added up anew for every question.

Written from the accounting model alone. It knows nothing of books, invariants, series or how cents are
drawn: it says of every document which lines it posts and whether it may be; only whose cents a split takes
is read from what was posted, and checked against the rule for it.

A line is a place and whole minor units, debit positive. A place is a tuple: account, term, then what
the line is of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Place = tuple[str, ...]
Lines = dict[Place, int]
Given = Mapping[Any, int]
"""Lines as a rule writes them down: places of any length."""

AREA_OF = {"1.1": "1", "1.2": "1", "2.2": "2"}
HELD = ("2010", "2020", "2021", "2030", "2040", "2041", "2042", "2043", "2044", "2045")
OPEN = ("8010", "8020", "8030")
CONTRIBUTED = ("receipt", "receipt_application")
STILL_OPEN = ("1210", "1230", "2050", "2110", *OPEN, "8120", "8140")
"""Accounts that are empty before a term can be closed."""
FLOORS = {"8120": -1, "8140": -1, "1210": 1, "1230": 1, "2050": -1, "2060": -1, "2070": -1, "2110": -1}
"""Accounts whose places never go below zero, and the sign of their normal side."""


@dataclass
class Movement:
    """A document as recorded: its lines, its own amounts by bank account, what it began or changed."""

    kind: str
    reference: str
    day: date
    lines: Lines
    own: dict[tuple[str, str], int]
    about: str
    reversed_by: str = ""


Schedule = tuple[tuple[date, int], ...]
"""When how much is payable; empty where the whole is, on the day of the pledge."""

State = tuple[str, int, str, Schedule]
"""What made a pledge what it is: the document, the amount, the status, the schedule."""


@dataclass
class Promise:
    """A pledge: its day, what it was by each document that made it so, the day of its last change."""

    term: str
    donor: str
    earmark: str
    currency: str
    day: date
    states: list[State]
    changed_on: date

    @property
    def amount(self) -> int:
        """What is promised now."""
        return self.states[-1][1]

    @property
    def open_account(self) -> str:
        """Where what is open stands."""
        return "8010" if self.states[-1][2] == "announced" else "8020"

    def payable(self) -> Schedule:
        """When how much is payable, the whole on its own day unless agreed otherwise."""
        return self.states[-1][3] or ((self.day, self.amount),)

    def changed(self, amount: int, status: str, on: date) -> Schedule:
        """The schedule of another amount or status from a day on."""
        _, _, before, agreed = self.states[-1]
        if before == "announced" and not agreed:
            return ((on, amount),) if status == "signed" and amount else ()
        if amount == self.amount:
            return agreed
        parts = sorted([*self.payable(), (on, max(amount - self.amount, 0))])
        kept, left = [], amount
        for day, minor in parts:
            kept.append((day, min(minor, left)))
            left -= min(minor, left)
        return tuple((day, minor) for day, minor in kept if minor)


def asked(schedule: Schedule, status: str, day: date) -> int:
    """What is payable by the end of a day, nothing while only announced."""
    return sum(minor for due, minor in schedule if due <= day and status == "signed")


@dataclass
class Policy:
    """The rates and rules of a term from a day on."""

    since: date
    fee: int = 0
    support: int = 0
    interest_to: str = "donors"
    agent: str = ""
    receipts_at: str = "proceeds"


@dataclass
class Term:
    """A term: the day it begins, its budgets and policies, the first ones holding before that day too."""

    starts_on: date
    budgets: list[tuple[date, dict[str, int]]]
    policies: list[Policy]
    areas: list[tuple[date, str]] = field(default_factory=list)
    """The areas 1.2 was put into since, and from when."""

    def area(self, activity: str, day: date) -> str:
        """The area of an activity by the budget of a day."""
        since = self.areas[::-1] if activity == "1.2" else ()
        return next((area for first, area in since if first <= day), AREA_OF[activity])

    def budget(self, activity: str, day: date) -> int:
        """The budget line of an activity on a day."""
        return next((lines for since, lines in self.budgets[::-1] if since <= day), self.budgets[0][1])[
            activity
        ]

    def policy(self, day: date) -> Policy:
        """The policy of a day."""
        return next((one for one in self.policies[::-1] if one.since <= day), self.policies[0])


def nearest(value: Fraction) -> int:
    """To the nearest whole number, a half away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


@dataclass
class Model:
    """The fund as a list of lines."""

    movements: list[Movement] = field(default_factory=list)
    posted: dict[Place, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    terms: dict[str, Term] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    activity_of: dict[str, str] = field(default_factory=dict)
    obligation_of: dict[str, str] = field(default_factory=dict)
    """The obligation of an advance."""
    allocation_of: dict[str, str] = field(default_factory=dict)
    """The allocation of an obligation."""
    shares: dict[str, Lines] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    """Allocations and obligations on which a draw was reversed or bound by a later one: not to the cent."""
    rates: list[tuple[date, str, Fraction]] = field(default_factory=list)
    closed: dict[str, date] = field(default_factory=dict)
    """The terms that are closed, and since when."""
    periods: list[tuple[str, date]] = field(default_factory=list)
    """The closes that stand, and the last day each closed."""

    @property
    def closed_through(self) -> date:
        """The last day of the last closed month."""
        return self.periods[-1][1] if self.periods else date.min

    # -- adding up -----------------------------------------------------------------------------------

    def add(self, movement: Movement) -> None:
        """One more document."""
        self.movements.append(movement)
        for place, cents in movement.lines.items():
            self.posted[place].append((movement.day, cents))

    def places(self, account: str, *prefix: str) -> list[Place]:
        """The places of an account that begin so."""
        wanted = (account, *prefix)
        return sorted(place for place in self.posted if place[: len(wanted)] == wanted)

    def balance(self, places: Iterable[Place], day: date = date.max) -> int:
        """Debits less credits up to the end of a day."""
        return sum(cents for place in places for on, cents in self.posted[place] if on <= day)

    def run(self, places: Iterable[Place], day: date, extra: int = 0) -> list[tuple[date, int]]:
        """(day, balance) on a day and on each later one with a movement, with ``extra`` more all along."""
        known = list(places)
        days = {on for place in known for on, _ in self.posted[place] if on > day}
        return [(on, self.balance(known, on) + extra) for on in [day, *sorted(days)]]

    def low(self, places: Iterable[Place], day: date, extra: int = 0, sign: int = 1) -> int:
        """The lowest balance on a day or any later one, on the side of ``sign``."""
        return min(sign * balance for _, balance in self.run(places, day, extra))

    def room(self, places: Iterable[Place], day: date) -> int:
        """What can be taken from credit places from a day on, each on its own."""
        return sum(max(self.low([place], day, sign=-1), 0) for place in places)

    def is_backed(self, term: str, minor: int, day: date, donor: str = "") -> bool:
        """Whether so much can be taken, of a donor or of all, after losses that left others below zero."""
        lows = {place: self.low([place], day, sign=-1) for place in self.places("8110", term)}
        if min(lows.values(), default=0) >= 0:
            return True
        own = [low for place, low in lows.items() if donor in ("", place[2])]
        return minor <= min(sum(lows.values()), sum(own))

    def held(self, term: str, donor: str, day: date) -> int:
        """What is held for a donor at the end of a day."""
        return -self.balance([place for code in HELD for place in self.places(code, term, donor)], day)

    def contributed(self, term: str, donor: str, day: date) -> int:
        """What came in for a donor until a day, new money or carried in; what was taken back did not."""
        kinds = CONTRIBUTED if term == "T1" else (*CONTRIBUTED, "carry_forward")
        came = [one for one in self.movements if one.kind in kinds]
        undone = {one.reversed_by for one in came}
        return -sum(
            one.lines.get(("2010", term, donor), 0)
            for one in self.movements
            if one.day <= day and (one in came or one.reference in undone)
        )

    def find(self, kind: str, reference: str) -> Movement:
        """A document as recorded."""
        return next(one for one in self.movements if (one.kind, one.reference) == (kind, reference))

    def standing(self, kind: str) -> list[str]:
        """The references of the documents of a kind that are not reversed."""
        return [one.reference for one in self.movements if one.kind == kind and not one.reversed_by]

    def changes_of(self, about: str) -> list[tuple[str, str]]:
        """The documents that began or changed one, and stand."""
        return [
            (one.kind, one.reference) for one in self.movements if one.about == about and not one.reversed_by
        ]

    def stands_under(self, document: tuple[str, str], begun: Movement) -> bool:
        """Whether anything recorded later and standing is of a pledge, allocation, obligation or advance."""
        later = self.movements[self.movements.index(begun) + 1 :]
        return any(
            document in self._of(place)
            for one in later
            if not one.reversed_by and one.kind != "reversal"
            for place in one.lines
        )

    def _of(self, place: Place) -> set[tuple[str, str]]:
        """The documents a line is of."""
        account = place[0]
        if account in ("8120", "8150"):
            return {("allocation", place[2])}
        if account in ("2040", "2042"):
            return {("allocation", place[3])}
        if account == "8140":
            return {("obligation", place[2]), ("allocation", self.allocation_of[place[2]])}
        if account in ("1210", "1230"):
            obligation = self.obligation_of[place[2]]
            return {
                ("advance", place[2]),
                ("obligation", obligation),
                ("allocation", self.allocation_of[obligation]),
            }
        return {("pledge", place[2])} if account in (*OPEN, "8040", "8050", "8090") else set()

    # -- may it be? ------------------------------------------------------------------------------------

    def allows(self, lines: Mapping[Place, int], day: date) -> bool:
        """Whether these lines on that day break no rule on it or any later one."""
        return (
            all(
                self.low([place], day, cents, FLOORS[place[0]]) >= 0
                for place, cents in lines.items()
                if place[0] in FLOORS
            )
            and self._keeps_free(lines, day)
            and all(
                self._keeps_pledge(pledge, lines, day) for pledge in _named(lines, (*OPEN, "8040", "8050"))
            )
            and self._keeps_budget(lines, day)
            and all(
                self.covers(obligation, day, self._of_obligation(lines, obligation))
                for obligation in self._obligations(lines)
            )
            and all(day >= self.terms[place[1]].starts_on for place in lines if place[0] in ("8120", "8140"))
        )

    def _keeps_free(self, lines: Mapping[Place, int], day: date) -> bool:
        """Free money stays at zero or more, but for what an exchange loss of the same document takes."""
        for term, donor in {place[1:3] for place in lines if place[0] == "8110"}:
            own = {place: cents for place, cents in lines.items() if place[1:3] == (term, donor)}
            lowered = sum(cents for place, cents in own.items() if place[0] == "8110")
            lost = sum(cents for place, cents in own.items() if place[0] == "2030")
            if not 0 < lost >= lowered:
                touched = [(place, cents) for place, cents in own.items() if place[0] == "8110" and cents > 0]
                if any(self.low([place], day, cents, -1) < 0 for place, cents in touched):
                    return False
        return True

    def open_places(self, pledge: str) -> list[Place]:
        """Where what is open on a pledge stands."""
        return [(code, self.promises[pledge].term, pledge) for code in OPEN]

    def _keeps_pledge(self, pledge: str, lines: Mapping[Place, int], day: date) -> bool:
        places = [place for place in {*self.posted, *lines} if place[0] in OPEN and place[2] == pledge]
        extra = sum(lines.get(place, 0) for place in places)
        promise = self.promises.get(pledge)
        # Money may come before the pledge is made; from its day on no more is settled than promised.
        since = max(promise.day, day) if promise else day
        # Nor is, once all is recorded, any of its states below zero: announced, signed, due.
        states = (self.balance([place]) + lines.get(place, 0) for place in places)
        return self.low(places, since, extra) >= 0 and min(states, default=0) >= 0

    def _keeps_budget(self, lines: Mapping[Place, int], day: date) -> bool:
        changed: dict[tuple[str, str], int] = defaultdict(int)
        for place, cents in lines.items():
            if place[0] in ("8120", "8140", "8150"):
                changed[place[1], self._activity(place)] += cents
        return all(
            self.has_budget(term, activity, -cents, day)
            for (term, activity), cents in changed.items()
            if cents
        )

    def has_budget(self, term: str, activity: str, minor: int, day: date) -> bool:
        """Whether so much more for an activity stays within its line, that day and later."""
        places = [
            place
            for code in ("8120", "8140", "8150")
            for place in self.places(code, term)
            if self._activity(place) == activity
        ]
        known = self.terms[term]
        return all(-balance <= known.budget(activity, on) for on, balance in self.run(places, day, -minor))

    def _activity(self, place: Place) -> str:
        allocation = place[2] if place[0] != "8140" else self.allocation_of[place[2]]
        return self.activity_of[allocation]

    def covers(self, obligation: str, day: date, extra: int) -> bool:
        """Whether what is left of an obligation covers what its partner holds or owes of advances."""
        left = [place for place in self.posted if place[0] == "8140" and place[2] == obligation]
        held = [
            place
            for place in self.posted
            if place[0] in ("1210", "1230") and self.obligation_of.get(place[2]) == obligation
        ]
        return self.low([*left, *held], day, extra, -1) >= 0

    def _obligations(self, lines: Mapping[Place, int]) -> set[str]:
        advances = {self.obligation_of[one] for one in _named(lines, ("1210", "1230"))}
        return advances | _named(lines, ("8140",))

    def _of_obligation(self, lines: Mapping[Place, int], obligation: str) -> int:
        return sum(
            cents
            for place, cents in lines.items()
            if (place[0] == "8140" and place[2] == obligation)
            or (place[0] in ("1210", "1230") and self.obligation_of[place[2]] == obligation)
        )

    # -- the end of a term -----------------------------------------------------------------------------

    def still_open(self, term: str, day: date) -> set[str]:
        """What is open in a term at the end of a day, each by the name of its document."""
        balances: dict[str, int] = defaultdict(int)
        for code in STILL_OPEN:
            for place in self.places(code, term):
                balances[place[2]] += self.balance([place], day)
        return {name for name, balance in balances.items() if balance}

    def below_zero(self, term: str, day: date) -> set[str]:
        """The donors whose money losses left below zero, on a day or in the end."""
        donors = {place[2] for code in HELD for place in self.places(code, term)}
        return {one for one in donors if min(self.held(term, one, day), self.held(term, one, date.max)) < 0}

    def has_later(self, term: str, day: date) -> bool:
        """Whether anything is dated after a day that may not follow a close; cash may only leave."""
        banks = self.places("1010", term)
        if any(self.balance([place]) > self.balance([place], day) for place in banks):
            return True
        return self._contributed_later(term, day) or any(
            on > day
            for code in (*STILL_OPEN, *HELD[1:])
            for place in self.places(code, term)
            for on, _ in self.posted[place]
        )

    def _contributed_later(self, term: str, day: date) -> bool:
        """Whether money held is dated after a day and is neither given back nor carried on nor aside."""
        for one in self.movements:
            undone = one.about.removeprefix("reversal of ") if one.kind == "reversal" else one.reference
            kind = next(other.kind for other in self.movements if other.reference == undone)
            leaves = {"refund", "refund_payment", "donor_balance"} | (
                {"carry_forward"} if term == "T1" else set()
            )
            held = any(place[:2] == ("2010", term) for place in one.lines)
            if one.day > day and held and kind not in leaves:
                return True
        return False

    def settled(self, term: str) -> Lines:
        """What was earned and used, into what each donor contributed."""
        lines: Lines = {}
        for code in HELD[1:]:
            for place in self.places(code, term):
                balance = self.balance([place])
                lines[place] = -balance
                own = ("2010", *place[1:3])
                lines[own] = lines.get(own, 0) + balance
        return lines

    # -- are the cents right? --------------------------------------------------------------------------

    def pools(self, term: str, activity: str, day: date) -> list[Lines]:
        """What may be allotted to an activity: earmarked for it, for its area, and the pool."""
        pools = []
        for earmark in (activity, self.terms[term].area(activity, day), ""):
            free = {
                place: self.low([place], day, sign=-1)
                for place in self.places("8110", term)
                if place[3] == earmark
            }
            pools.append({place: low for place, low in free.items() if low > 0})
        return pools

    def check_allocation(self, parts: Lines, term: str, activity: str, amount: int, day: date) -> None:
        """Earmarked first, then area, then the pool; each within a cent of its proportion."""
        assert sum(parts.values()) == amount
        wanted = amount
        for pool in self.pools(term, activity, day):
            take = min(wanted, sum(pool.values()))
            check_proportion({place: parts.get(place, 0) for place in pool}, pool, take)
            assert all(parts.get(place, 0) <= pool[place] for place in pool)
            wanted -= take

    def check_draw(self, document: str, parts: Lines, amount: int, day: date) -> None:
        """No donor more than it has; each within a cent of its exact share, where nothing bound."""
        assert sum(parts.values()) == amount
        shares = self.shares[document]
        assert all(part > 0 for part in parts.values())
        for place, part in parts.items():
            assert part <= max(self.low([place], day, sign=-1), 0)
        if any(self.low([place], day, sign=-1) != -self.balance([place]) for place in shares):
            self.loose.add(document)
        if document in self.loose:
            return
        drawn: dict[str, int] = defaultdict(int)
        of_donor: dict[str, int] = defaultdict(int)
        for place, share in shares.items():
            drawn[place[3]] += share + self.balance([place]) + parts.get(place, 0)
            of_donor[place[3]] += share
        for donor, share in of_donor.items():
            exact = Fraction(share * sum(drawn.values()), sum(of_donor.values()))
            assert abs(drawn[donor] - exact) < 1

    # -- what costs and rates come to ------------------------------------------------------------------

    def price(self, minor: int, currency: str, day: date) -> int | None:
        """What an amount is in cents by the last rate on the day or before; None where there is none."""
        if currency == "USD":
            return minor
        known = [
            (since, position, rate)
            for position, (since, of, rate) in enumerate(self.rates)
            if of == currency and since <= day
        ]
        if not known:
            return None
        digits = 0 if currency == "JPY" else 2
        return nearest(Fraction(minor, 10**digits) * max(known)[2] * 100)

    def is_plausible(self, cents: int, own: int, currency: str, since: date, until: date) -> bool:
        """Whether an amount was worth these cents at a rate published since, give or take a tenth."""
        last = self.price(own, currency, until)
        if last is None:
            return False
        digits = 0 if currency == "JPY" else 2
        first = since - timedelta(days=31)
        rates = [rate for day, of, rate in self.rates if of == currency and first <= day <= until]
        worths = [last, *(nearest(Fraction(own, 10**digits) * rate * 100) for rate in rates)]
        return min(worths) * 9 - 10 <= cents * 10 <= max(worths) * 11 + 10

    def taken(self, term: str, donor: str, minor: int, day: date) -> Lines:
        """Dr 8110 Cr 8100: the unearmarked free money first, then by earmark, as far as it goes."""
        lines: Lines = {}
        wanted = minor
        for place in self.places("8110", term, donor):
            part = min(wanted, max(self.low([place], day, sign=-1), 0))
            if part:
                lines[place] = part
                wanted -= part
        if minor - wanted:
            lines["8100", term, donor] = -(minor - wanted)
        return lines

    def balance_days(self, term: str, donor: str, since: date, until: date) -> int:
        """What was held for a donor at the end of each day, added up."""
        days = [since + timedelta(days=one) for one in range((until - since).days + 1)]
        return sum(max(self.held(term, donor, day), 0) for day in days)


def check_proportion(parts: Given, weights: Given, amount: int) -> None:
    """The parts add up, and each is within a cent of its proportion."""
    assert sum(parts.values()) == amount
    whole = sum(weights.values())
    for place, part in parts.items():
        assert part >= 0
        assert abs(part - Fraction(amount * weights[place], whole or 1)) < 1


def _named(lines: Mapping[Place, int], accounts: tuple[str, ...]) -> set[str]:
    """What the lines on these accounts are of: a pledge, an advance, an obligation."""
    return {place[2] for place in lines if place[0] in accounts}


def added(*several: Given) -> Lines:
    """Lines added up by place, those of nothing left out unless they are all of the document."""
    total: Lines = defaultdict(int)
    for lines in several:
        for place, cents in lines.items():
            total[place] += cents
    return dict(total)
