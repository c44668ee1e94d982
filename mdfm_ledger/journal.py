"""The journal: subaccounts, lines and entries. An entry cannot exist unbalanced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Self

from attrs import field, frozen

from mdfm_ledger.chart import BASE_CURRENCY, CHART, DIMENSIONS, JournalSet, Side, account
from mdfm_ledger.errors import InvalidAmountError, InvalidFieldError, UnbalancedError
from mdfm_ledger.money import MAX_MINOR, Amount
from mdfm_ledger.rates import RateUsed
from mdfm_ledger.series import day_number

if TYPE_CHECKING:
    from mdfm_ledger.event import Event


class _Place(NamedTuple):
    account: str
    term: str
    currency: str
    donor: str = ""
    pledge: str = ""
    allocation: str = ""
    obligation: str = ""
    advance: str = ""
    activity: str = ""
    earmark: str = ""
    category: str = ""
    country: str = ""
    bank_account: str = ""
    bank_reference: str = ""
    party: str = ""
    flow: str = ""


class Subaccount(_Place):
    """An account with its term, currency and dimensions: the place a line is posted to.

    A dimension that does not apply is the empty string. It is the tuple of account, term, currency
    and the dimensions in the order of DIMENSIONS, since places are looked up by the million. Build it
    with :func:`subaccount`, which keeps one object for equal places: the same few are posted to again
    and again.
    """

    __slots__ = ()

    def __new__(cls, *values: str, **named: str) -> Self:
        """The place of these values. Raises where the chart asks for more dimensions or knows less."""
        place = _Place.__new__(cls, *values, **named)
        if not is_place(place):
            _refuse(place)
        return place

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The values of the dimensions, in the order of DIMENSIONS; empty where none applies."""
        return self[3:]


def _refuse(place: _Place) -> NoReturn:
    known = account(place.account)
    given = {name for name in DIMENSIONS if getattr(place, name)}
    unknown, missing = sorted(given - known.knows), sorted(known.needs - given)
    if unknown:
        raise InvalidFieldError(field=unknown[0], problem=f"account {place.account} has no {unknown[0]}")
    if missing or not place.term:
        name = missing[0] if missing else "term"
        raise InvalidFieldError(field=name, problem=f"account {place.account} needs a {name}")
    raise InvalidFieldError(field="currency", problem=f"trust lines are in {BASE_CURRENCY}")


def is_place(values: Sequence[str]) -> bool:
    """Whether an account, a term, a currency and the dimensions in their order make a subaccount."""
    code, term, currency = values[:3]
    if code not in CHART or not term or not _fits(code, tuple(map(bool, values[3:]))):
        return False
    return currency == BASE_CURRENCY or CHART[code].journal_set is JournalSet.MEMORANDUM


@lru_cache(maxsize=1_024)
def _fits(code: str, given: tuple[bool, ...]) -> bool:
    """Whether an account has the dimensions it needs and no other; there are few such patterns."""
    known = account(code)
    return (
        known.needs
        <= {name for name, is_given in zip(DIMENSIONS, given, strict=True) if is_given}
        <= known.knows
    )


@lru_cache(maxsize=16_384)
def subaccount(account: str, *, term: str, currency: str = BASE_CURRENCY, **dimensions: str) -> Subaccount:
    """The subaccount of these dimensions; raises where the chart asks for more or knows less."""
    return Subaccount(account, term, currency, **dimensions)


def places_like(place: Subaccount, money: Iterable[tuple[str, str]]) -> list[Subaccount]:
    """Places as this one is, one for money of each donor with its earmark, or with none.

    Lines over many donors stand on places that differ in nothing else, so the chart is asked of one
    with an earmark and of one without. Raises where it asks for more or knows less.
    """
    head, between, tail = place[:3], place[4:_EARMARK], place[_EARMARK + 1 :]
    places = [_place((*head, donor, *between, earmark, *tail)) for donor, earmark in money]
    for one in {(not one.donor, not one.earmark): one for one in places}.values():
        Subaccount(*one)
    return places


_EARMARK = 3 + DIMENSIONS.index("earmark")
_place: Callable[[tuple[str, ...]], Subaccount] = partial(tuple.__new__, Subaccount)


@frozen
class OwnAmount:
    """What a line on a bank account in another currency is in that currency, and the rate it was priced at.

    ``minor`` is positive on both sides, and zero where only what the money is worth has changed.
    """

    minor: int
    currency: str
    rate: RateUsed

    @property
    def amount(self) -> Amount:
        """The amount, zero or more, in the currency of the bank account."""
        return Amount(self.minor, self.currency)


class _Line(NamedTuple):
    subaccount: Subaccount
    signed: int
    """Minor units, debit positive and credit negative; never zero."""
    own: OwnAmount | None = None
    """On a bank account in another currency than the trust set's: the amount in that currency."""


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


def moved(moves: Iterable[tuple[Subaccount, Subaccount, int]]) -> Lines:
    """Dr the first place Cr the second, two lines for each move of minor units. Raises InvalidAmountError."""
    lines: list[JournalLine] = []
    for place, to, minor in moves:
        if type(minor) is not int or not 0 < minor <= MAX_MINOR:
            _refuse_amount(minor)
        lines += (_line((place, minor, None)), _line((to, -minor, None)))
    return tuple(lines)


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
    accounts: frozenset[str] = field(init=False, repr=False, eq=False)
    """The accounts the entry posts to."""
    terms: frozenset[str] = field(init=False, repr=False, eq=False)
    """The terms the entry posts to."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "day", day_number(self.on))
        object.__setattr__(self, "accounts", frozenset([line.subaccount.account for line in self.lines]))
        object.__setattr__(self, "terms", require_balanced(self.lines))

    @property
    def key(self) -> tuple[str, str]:
        """Kind and reference: what the document is known by."""
        return (self.event.event_kind, self.event.reference)


def require_balanced(lines: Iterable[JournalLine]) -> frozenset[str]:
    """Raise UnbalancedError unless debits equal credits per set, term and currency; the terms there are."""
    sums: dict[tuple[bool, str, str], int] = {}
    for line in lines:
        place = line.subaccount
        # Memorandum accounts are 8xxx.
        key = (place.account >= "8", place.term, place.currency)
        sums[key] = sums.get(key, 0) + line.signed
    for (is_memorandum, term, currency), difference in sums.items():
        if difference:
            journal_set = JournalSet.MEMORANDUM if is_memorandum else JournalSet.TRUST
            raise UnbalancedError(
                journal_set=journal_set.value, term=term, currency=currency, difference=difference
            )
    return frozenset([term for _, term, _ in sums])
