"""Taking from what is free: which of a donor's money, and which donors' where the cost is everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Term
from mdfm_ledger.errors import DonorNegativeError, ExchangeShortfallError, NotFreeError
from mdfm_ledger.journal import JournalLine, Lines, Subaccount, credit, debit, subaccount
from mdfm_ledger.money import Amount, split
from mdfm_ledger.series import Series, as_date, day_number


def taken(books: Books, term: Term, donor: str, minor: int, on: date) -> Lines:
    """Dr 8110 Cr 8100: free money of a donor is used, the unearmarked first, then by earmark.

    Raises DonorNegativeError where less is free on the date or on any later one.
    """
    parts: dict[str, int] = {}
    wanted = minor
    for place, free in free_of(books, term, donor, day_number(on)):
        parts[place.earmark] = min(wanted, free)
        wanted -= parts[place.earmark]
    if wanted:
        raise DonorNegativeError(
            donor=donor, term=term.reference, balance=Amount(-wanted, term.currency), day=on
        )
    return lowered(term, donor, parts)


def require_backed(
    books: Books, term: Term, amount: Amount, on: date, *, purpose: str, donor: str = ""
) -> None:
    """Raise ExchangeShortfallError where losses below zero leave less free in all than is asked.

    What one donor's losses took beyond its own money is missing at the bank, so that not all that is free
    of the others' is there. Of one ``donor`` no more can be taken either than all of its own together.
    """
    if not any(policy.rate_source for policy in term.policies):
        return  # no money in other currencies was ever priced, so there are no such losses
    day = day_number(on)
    pool = {place: series.low_from(day)[0] for place, series in books.free(term.reference, "").items()}
    short = {place.donor: -minor for place, minor in pool.items() if minor < 0}
    if not short:
        return
    of_donor: dict[str, int] = {}
    for earmark in term.earmarks:
        for place, series in books.free(term.reference, earmark).items():
            of_donor[place.donor] = of_donor.get(place.donor, 0) + series.low_from(day)[0]
    free = sum(of_donor.values())
    if donor:
        free = min(free, of_donor.get(donor, 0))
    if free < amount.minor:
        raise ExchangeShortfallError(
            purpose=purpose,
            asked=amount,
            free=Amount(free, term.currency),
            shortfall=Amount(sum(short.values()), term.currency),
            donors=", ".join(sorted(short)),
            on=on,
        )


def lowered(term: Term, donor: str, parts: Mapping[str, int]) -> Lines:
    """Dr 8110 Cr 8100: a donor has less free money, by earmark; parts of nothing post nothing."""
    lines: list[JournalLine] = []
    for earmark, minor in parts.items():
        if minor:
            free = subaccount("8110", term=term.reference, donor=donor, earmark=earmark)
            lines += (debit(free, minor), credit(_net(term, donor), minor))
    return tuple(lines)


def added(term: Term, donor: str, minor: int) -> Lines:
    """Dr 8100 Cr 8110: a donor has more free money, for no purpose in particular."""
    free = subaccount("8110", term=term.reference, donor=donor)
    return (debit(_net(term, donor), minor), credit(free, minor))


def shared_by_held(books: Books, term: Term, amount: Amount, on: date) -> list[tuple[str, int]]:
    """A cost of everybody's, by what is held for each donor on the date; no donor more than is free.

    What a donor whose money is allotted cannot carry falls on the others, by the same rule. Raises
    NotFreeError where less is free in the whole term.
    """
    day = day_number(on)
    held = {donor: series.at(day) for donor, series in books.held(term.reference).items()}
    free = {donor: sum(part for _, part in free_of(books, term, donor, day)) for donor in held}
    if sum(free.values()) < amount.minor:
        raise NotFreeError(
            term=term.reference, asked=amount, free=Amount(sum(free.values()), term.currency), on=on
        )
    shares: dict[str, int] = {}
    able = [donor for donor in sorted(held) if held[donor] > 0 and free[donor] > 0]
    wanted = amount.minor
    while wanted:
        parts = split(wanted, [(donor, held[donor]) for donor in able])
        for donor, part in zip(able, parts, strict=True):
            carried = min(part, free[donor] - shares.get(donor, 0))
            shares[donor] = shares.get(donor, 0) + carried
            wanted -= carried
        able = [donor for donor in able if shares[donor] < free[donor]]
    return [(donor, minor) for donor, minor in shares.items() if minor]


def balance_days(held: Mapping[str, Series], since: date, until: date) -> list[tuple[str, int]]:
    """For each donor the sum of its balance at the end of each day, both dates inclusive.

    Divided by the days this is the average daily balance; a balance below zero counts as nothing.
    """
    return [(donor, _balance_days(series, since, until)) for donor, series in sorted(held.items())]


def _balance_days(series: Series, since: date, until: date) -> int:
    first, last = day_number(since), day_number(until)
    total, balance, day = 0, series.at(first), since
    for on, movement in series.days:
        if first < on <= last:
            total += max(balance, 0) * (as_date(on) - day).days
            balance, day = balance + movement, as_date(on)
    return total + max(balance, 0) * (until + timedelta(days=1) - day).days


def free_of(books: Books, term: Term, donor: str, day: int) -> list[tuple[Subaccount, int]]:
    """What is free of a donor's money from the day on, by earmark, the unearmarked first."""
    found = []
    for earmark in sorted(term.earmarks):
        place = subaccount("8110", term=term.reference, donor=donor, earmark=earmark)
        series = books.free(term.reference, earmark).get(place)
        if series is not None:
            found.append((place, max(series.low_from(day)[0], 0)))
    return found


def _net(term: Term, donor: str) -> Subaccount:
    return subaccount("8100", term=term.reference, donor=donor)
