"""The journal: lines on subaccounts, and entries. An entry cannot exist unbalanced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter, neg
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Self

from attrs import field, frozen

from mdfm_ledger.chart import DIMENSIONS, JournalSet, Side, account
from mdfm_ledger.errors import InvalidAmountError, UnbalancedError
from mdfm_ledger.money import MAX_MINOR, Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.series import day_number
from mdfm_ledger.subaccounts import DONOR_AT, Subaccount, is_place, places_like, subaccount

if TYPE_CHECKING:
    from mdfm_ledger.event import Event

__all__ = [
    "Alike",
    "JournalEntry",
    "JournalLine",
    "Lines",
    "OwnAmount",
    "Subaccount",
    "alike_in",
    "credit",
    "debit",
    "is_place",
    "moved",
    "places_like",
    "require_balanced",
    "subaccount",
]


@frozen
class OwnAmount:
    """What a line is in another currency, and the rate it was priced at.

    A line on a bank account in that currency has one, and one on a contribution that counts for what was
    sent and not for what the bank made of it. ``minor`` is positive on both sides, and zero where only what
    the money is worth has changed.
    """

    minor: int
    currency: str
    rate: RateUsed

    @property
    def amount(self) -> Amount:
        """The amount, zero or more, in its currency."""
        return Amount(self.minor, self.currency)


class _Line(NamedTuple):
    subaccount: Subaccount
    signed: int
    """Minor units, debit positive and credit negative; never zero."""
    own: OwnAmount | None = None
    """What the line is in another currency than the trust set's, where it was priced."""


class JournalLine(_Line):
    """One debit or credit on a subaccount. Made by :func:`debit`, :func:`credit` and :func:`moved`."""

    __slots__ = ()

    def __new__(cls, subaccount: Subaccount, signed: int, own: OwnAmount | None = None) -> Self:
        """The line of this signed amount. Raises InvalidAmountError where it is zero."""
        if not signed:
            raise InvalidAmountError(value="0", problem="a line is never zero")
        return _Line.__new__(cls, subaccount, signed, own)

    @property
    def side(self) -> Side:
        """Whether it is a debit or a credit."""
        return Side.DEBIT if self.signed > 0 else Side.CREDIT

    @property
    def minor(self) -> int:
        """The positive amount in minor units."""
        return abs(self.signed)

    @property
    def amount(self) -> Amount:
        """The positive amount in the subaccount's currency."""
        return Amount(self.minor, self.subaccount.currency)

    def mirrored(self) -> JournalLine:
        """The same line on the other side, as a reversal posts it."""
        return JournalLine(self.subaccount, -self.signed, self.own)

    @property
    def own_signed(self) -> int:
        """The own amount in its minor units, debit positive; nothing where there is none."""
        if self.own is None:
            return 0
        return self.own.minor if self.signed > 0 else -self.own.minor


Lines = tuple[JournalLine, ...]


def debit(place: Subaccount, minor: int, own: OwnAmount | None = None) -> JournalLine:
    """A debit line of ``minor`` units, more than zero. Raises InvalidAmountError."""
    if type(minor) is not int or not 0 < minor <= MAX_MINOR:
        _refuse_amount(minor)
    return _line((place, minor, own))


def credit(place: Subaccount, minor: int, own: OwnAmount | None = None) -> JournalLine:
    """A credit line of ``minor`` units, more than zero. Raises InvalidAmountError."""
    if type(minor) is not int or not 0 < minor <= MAX_MINOR:
        _refuse_amount(minor)
    return _line((place, -minor, own))


def moved(places: Iterable[Subaccount], to: Iterable[Subaccount], minors: Sequence[int]) -> Lines:
    """Dr each place Cr the one it moves to, two lines for each amount of minor units, more than zero.

    Raises InvalidAmountError.
    """
    if minors and (set(map(type, minors)) != {int} or not 0 < min(minors) <= max(minors) <= MAX_MINOR):
        _refuse_amount(
            next(minor for minor in minors if type(minor) is not int or not 0 < minor <= MAX_MINOR)
        )
    own = [None] * len(minors)
    debits = map(_line, zip(places, minors, own, strict=True))
    credits_ = map(_line, zip(to, map(neg, minors), own, strict=True))
    return tuple(chain.from_iterable(zip(debits, credits_, strict=True)))


# For amounts that are looked at already: a line is then no more than its tuple.
_line: Callable[[tuple[Subaccount, int, OwnAmount | None]], JournalLine] = partial(tuple.__new__, JournalLine)


def _refuse_amount(minor: object) -> NoReturn:
    raise InvalidAmountError(value=str(minor), problem="a line needs positive minor units")


@frozen(kw_only=True)
class JournalEntry:
    """The voucher of one event: its number, its three dates, who entered it, and its lines.

    ``on`` is the accounting date (the period), ``value_date`` the bank's or legal date, and
    ``recorded_at`` the UTC time of writing. Raises UnbalancedError where debits and credits differ
    within a set, a term or a currency.
    """

    number: int
    event: Event
    lines: Lines
    on: date
    value_date: date
    recorded_at: datetime
    actor: str
    about: str
    day: int = field(init=False, repr=False, eq=False)
    """The accounting date as YYYYMMDD."""
    alike: Sequence[Alike] = field(init=False, repr=False, eq=False)
    """Its lines where they are many, by what their places are but for the donor; else none."""
    accounts: frozenset[str] = field(init=False, repr=False, eq=False)
    """The accounts the entry posts to."""
    terms: frozenset[str] = field(init=False, repr=False, eq=False)
    """The terms the entry posts to."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "day", day_number(self.on))
        alike = alike_in(self.lines) if len(self.lines) > _FEW else ()
        on = [run.place for run in alike] if alike else [place for place, _, _ in self.lines]
        moved = [(run.place, sum(run.signed), None) for run in alike] if alike else self.lines
        object.__setattr__(self, "alike", alike)
        object.__setattr__(self, "accounts", frozenset([place.account for place in on]))
        object.__setattr__(self, "terms", require_balanced(moved))

    @property
    def key(self) -> tuple[str, str]:
        """Kind and reference: what the document is known by."""
        return (self.event.event_kind, self.event.reference)

    def lines_on(self, account: str) -> Sequence[JournalLine]:
        """Its lines on an account, in their order."""
        if account not in self.accounts:
            return ()
        if self.alike:
            runs = [run.at for run in self.alike if run.place.account == account]
            return [self.lines[at] for at in (runs[0] if len(runs) == 1 else sorted(chain(*runs)))]
        return [line for line in self.lines if line.subaccount.account == account]


_FEW = 16
"""Lines that are sooner looked through each time than told apart by their places."""


class Alike(NamedTuple):
    """Lines of an entry on places that differ in their donors only, in their order.

    What many lines are asked that depends on nothing else is then asked once.
    """

    at: Sequence[int]
    """Their positions."""
    places: Sequence[Subaccount]
    signed: Sequence[int]

    @property
    def place(self) -> Subaccount:
        """One of their places."""
        return self.places[0]


def alike_in(lines: Lines) -> list[Alike]:
    """The lines of an entry by what their places are but for the donor, in the order of their first ones."""
    places, signed, _ = zip(*lines, strict=True)
    # Where money moves, every second line is on the places it comes from, the others on those it goes to.
    if all(_are_alike(places[side::2]) for side in (0, 1)):
        return [Alike(range(side, len(lines), 2), places[side::2], signed[side::2]) for side in (0, 1)]
    found: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, place in enumerate(places):
        found[place[:DONOR_AT] + place[DONOR_AT + 1 :]].append(position)
    return [Alike(at, [places[one] for one in at], [signed[one] for one in at]) for at in found.values()]


def _are_alike(places: Sequence[Subaccount]) -> bool:
    told = list(map(_told_by(places[0].account), places))
    return told.count(told[0]) == len(told)


@lru_cache(maxsize=64)
def _told_by(code: str) -> Callable[[Subaccount], tuple[str, ...]]:
    """What places on an account can differ in but for the donor: they have no dimension it does not know."""
    knows = account(code).knows - {"donor"}
    return itemgetter(0, 1, 2, *(at for at, name in enumerate(DIMENSIONS, start=3) if name in knows))


def require_balanced(lines: Iterable[tuple[Subaccount, int, OwnAmount | None]]) -> frozenset[str]:
    """Raise UnbalancedError unless debits equal credits per set, term and currency; the terms there are."""
    sums: dict[tuple[bool, str, str], int] = {}
    for place, signed, _ in lines:
        # Memorandum accounts are 8xxx.
        key = (place.account >= "8", place.term, place.currency)
        sums[key] = sums.get(key, 0) + signed
    for (is_memorandum, term, currency), difference in sums.items():
        if difference:
            journal_set = JournalSet.MEMORANDUM if is_memorandum else JournalSet.TRUST
            raise UnbalancedError(
                journal_set=journal_set.value, term=term, currency=currency, difference=difference
            )
    return frozenset([term for _, term, _ in sums])
