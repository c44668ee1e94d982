"""A naive model of the fund: a list of movements, added up anew for every question.

Written from the accounting model alone. It knows nothing of books, invariants or how cents are drawn: the
parts of a split are taken from what was posted and checked against the rule for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

Bucket = tuple[str, ...]
AREA_OF = {"1.1": "1", "1.2": "1", "2.2": "2"}
BUDGET = {"1.1": 20_000_000, "1.2": 20_000_000, "2.2": 2_000_000}


@dataclass
class Movement:
    """What one document changed, by bucket, in cents, on a day."""

    kind: str
    reference: str
    day: date
    effects: dict[Bucket, int]
    reversed_by: str = ""


@dataclass
class Promise:
    """A pledge as the model knows it: its day, and its amounts and their days, the last one in force."""

    day: date
    amounts: list[tuple[str, int]]
    days: list[date]


@dataclass
class Model:
    """The fund as a list of movements."""

    movements: list[Movement] = field(default_factory=list)
    promises: dict[str, Promise] = field(default_factory=dict)
    shares: dict[str, dict[Bucket, int]] = field(default_factory=dict)
    had_draw_reversed: set[str] = field(default_factory=set)

    def series(self, bucket: Bucket, extra: tuple[date, int] | None = None) -> Iterator[tuple[date, int]]:
        """(day, balance) at the end of each day with a movement, in order."""
        by_day: dict[date, int] = defaultdict(int)
        for movement in self.movements:
            if bucket in movement.effects:
                by_day[movement.day] += movement.effects[bucket]
        if extra:
            by_day[extra[0]] += extra[1]
        balance = 0
        for day in sorted(by_day):
            balance += by_day[day]
            yield day, balance

    def at(self, bucket: Bucket, day: date) -> int:
        """The balance at the end of a day."""
        return ([0] + [balance for on, balance in self.series(bucket) if on <= day])[-1]

    def low(self, bucket: Bucket, day: date, extra: int = 0) -> int:
        """The lowest balance on a day or any later one, with ``extra`` more on that day."""
        before = self.at(bucket, day) + extra
        later = [balance for on, balance in self.series(bucket, (day, extra)) if on > day]
        return min([before, *later])

    def high(self, bucket: Bucket, day: date, extra: int) -> int:
        """The highest balance on a day or any later one, with ``extra`` more on that day."""
        before = self.at(bucket, day) + extra
        return max([before, *(balance for on, balance in self.series(bucket, (day, extra)) if on > day)])

    def buckets(self, *prefix: str) -> list[Bucket]:
        """Every bucket that begins so and was ever touched."""
        found = {bucket for movement in self.movements for bucket in movement.effects}
        return sorted(bucket for bucket in found if bucket[: len(prefix)] == prefix)

    def find(self, kind: str, reference: str) -> Movement | None:
        """The movement of a document."""
        for movement in self.movements:
            if (movement.kind, movement.reference) == (kind, reference):
                return movement
        return None

    # -- may it be? ------------------------------------------------------------------------------

    def allows(self, effects: dict[Bucket, int], day: date) -> bool:
        """Whether these effects on that day leave nothing below zero, and no budget exceeded, later."""
        for bucket, change in effects.items():
            if bucket[0] in ("free", "parcel") and self.low(bucket, day, change) < 0:
                return False
            if bucket[0] == "open":
                promise = self.promises.get(bucket[1])
                since = max(day, promise.day) if promise else day
                balances = [balance for on, balance in self.series(bucket, (day, change)) if on >= since]
                settled = self.total(bucket) + change
                if min([settled, *balances], default=0) < 0:
                    return False
            if bucket[0] == "allocated" and change > 0 and self.high(bucket, day, change) > BUDGET[bucket[1]]:
                return False
        return True

    def total(self, bucket: Bucket) -> int:
        """The balance over all days."""
        return sum(movement.effects.get(bucket, 0) for movement in self.movements)

    def pools(self, activity: str, day: date) -> list[dict[Bucket, int]]:
        """What may be allotted to an activity: earmarked for it, for its area, and the pool."""
        pools = []
        for earmark in (activity, AREA_OF[activity], ""):
            free = {bucket: self.low(bucket, day) for bucket in self.buckets("free") if bucket[2] == earmark}
            pools.append({bucket: low for bucket, low in free.items() if low > 0})
        return pools

    def left(self, allocation: str, day: date) -> int:
        """What may be drawn on an allocation on a day, given what is drawn later."""
        return sum(max(self.low(bucket, day), 0) for bucket in self.buckets("parcel", allocation))

    # -- are the cents right? ----------------------------------------------------------------------

    def check_allocation(self, parts: dict[Bucket, int], activity: str, amount: int, day: date) -> None:
        """Earmarked first, then area, then the pool; each within a cent of its proportion."""
        assert sum(parts.values()) == amount
        wanted = amount
        for pool in self.pools(activity, day):
            take, whole = min(wanted, sum(pool.values())), sum(pool.values())
            taken = {bucket: parts.get(bucket, 0) for bucket in pool}
            assert sum(taken.values()) == take
            for bucket, part in taken.items():
                assert 0 <= part <= pool[bucket]
                assert abs(part - Fraction(take * pool[bucket], whole)) < 1
            wanted -= take

    def check_draw(self, allocation: str, parts: dict[Bucket, int], amount: int) -> None:
        """Each donor within a cent of its exact share of all drawn, unless a draw was reversed."""
        assert sum(parts.values()) == amount
        assert all(part > 0 for part in parts.values())
        shares = self.shares[allocation]
        drawn: dict[str, int] = defaultdict(int)
        of_donor: dict[str, int] = defaultdict(int)
        for bucket, share in shares.items():
            before = share - self.total(bucket)
            assert before + parts.get(bucket, 0) <= share
            drawn[bucket[2]] += before + parts.get(bucket, 0)
            of_donor[bucket[2]] += share
        if allocation not in self.had_draw_reversed:
            for donor, share in of_donor.items():
                exact = Fraction(share * sum(drawn.values()), sum(of_donor.values()))
                assert abs(drawn[donor] - exact) < 1
