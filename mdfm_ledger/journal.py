"""The journal: subaccounts, lines and entries. An entry cannot exist unbalanced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from attrs import field, frozen

from mdfm_ledger.chart import BASE_CURRENCY, DIMENSIONS, Account, JournalSet, Side, account
from mdfm_ledger.errors import InvalidAmountError, InvalidFieldError, UnbalancedError
from mdfm_ledger.money import MAX_MINOR, Amount
from mdfm_ledger.series import day_number

if TYPE_CHECKING:
    from mdfm_ledger.event import Event


@frozen(eq=False)
class Subaccount:
    """An account with its term, currency and dimensions: the place a line is posted to.

    A dimension that does not apply is the empty string. Build it with :func:`subaccount`, which
    keeps one object for equal places, since the same few are posted to again and again.
    """

    account: str
    term: str
    currency: str
    donor: str = ""
    pledge: str = ""
    allocation: str = ""
    activity: str = ""
    earmark: str = ""
    category: str = ""
    country: str = ""
    bank_account: str = ""
    bank_reference: str = ""
    party: str = ""
    balances_in: tuple[str, str, str] = field(init=False, repr=False)
    """Set, term and currency: what the lines of an entry have to balance within."""
    values: tuple[str, ...] = field(init=False, repr=False)
    """Account, term, currency, then the dimensions in the order of DIMENSIONS."""
    _hash: int = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        known = account(self.account)
        dimensions = _dimensions_of(self)
        values = (self.account, self.term, self.currency, *dimensions)
        object.__setattr__(self, "balances_in", (known.journal_set.value, self.term, self.currency))
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "_hash", hash(values))
        given = {name for name, value in zip(DIMENSIONS, dimensions, strict=True) if value}
        if not (known.needs <= given <= known.knows and self.term):
            self._refuse(known, given)
        if self.currency != BASE_CURRENCY and known.journal_set is JournalSet.TRUST:
            raise InvalidFieldError(field="currency", problem=f"trust lines are in {BASE_CURRENCY}")

    # Written out, because places are looked up by the million, nearly always by the same object.
    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Subaccount and self.values == other.values)

    def __hash__(self) -> int:
        return self._hash

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The values of the dimensions, in the order of DIMENSIONS; empty where none applies."""
        return self.values[3:]

    def _refuse(self, known: Account, given: set[str]) -> None:
        unknown, missing = sorted(given - known.knows), sorted(known.needs - given)
        if unknown:
            raise InvalidFieldError(field=unknown[0], problem=f"account {self.account} has no {unknown[0]}")
        name = missing[0] if missing else "term"
        raise InvalidFieldError(field=name, problem=f"account {self.account} needs a {name}")


_dimensions_of: Callable[[Subaccount], tuple[str, ...]] = attrgetter(*DIMENSIONS)


@lru_cache(maxsize=65_536)
def subaccount(account: str, *, term: str, currency: str = BASE_CURRENCY, **dimensions: str) -> Subaccount:
    """The subaccount of these dimensions; raises where the chart asks for more or knows less."""
    return Subaccount(account, term, currency, **dimensions)


@frozen
class JournalLine:
    """One debit or credit of a positive number of minor units on a subaccount."""

    subaccount: Subaccount
    side: Side
    minor: int
    signed: int = field(init=False, repr=False, eq=False)
    """Minor units, debit positive and credit negative."""

    def __attrs_post_init__(self) -> None:
        minor = self.minor
        if type(minor) is not int or not 0 < minor <= MAX_MINOR:
            raise InvalidAmountError(value=str(minor), problem="a line needs positive minor units")
        object.__setattr__(self, "signed", minor if self.side is Side.DEBIT else -minor)

    @property
    def amount(self) -> Amount:
        """The positive amount in the subaccount's currency."""
        return Amount(self.minor, self.subaccount.currency)

    def mirrored(self) -> JournalLine:
        """The same line on the other side, as a reversal posts it."""
        return JournalLine(self.subaccount, self.side.opposite, self.minor)


Lines = tuple[JournalLine, ...]


def debit(place: Subaccount, minor: int) -> JournalLine:
    """A debit line of ``minor`` units."""
    return JournalLine(place, Side.DEBIT, minor)


def credit(place: Subaccount, minor: int) -> JournalLine:
    """A credit line of ``minor`` units."""
    return JournalLine(place, Side.CREDIT, minor)


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

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "day", day_number(self.on))
        object.__setattr__(self, "accounts", frozenset([line.subaccount.account for line in self.lines]))
        require_balanced(self.lines)

    @property
    def key(self) -> tuple[str, str]:
        """Kind and reference: what the document is known by."""
        return (self.event.event_kind, self.event.reference)


def require_balanced(lines: Iterable[JournalLine]) -> None:
    """Raise UnbalancedError unless debits equal credits per set, term and currency."""
    sums: dict[tuple[str, str, str], int] = {}
    for line in lines:
        key = line.subaccount.balances_in
        sums[key] = sums.get(key, 0) + line.signed
    for (journal_set, term, currency), difference in sums.items():
        if difference:
            raise UnbalancedError(
                journal_set=journal_set, term=term, currency=currency, difference=difference
            )
