"""Where each pledge stands: due by its own schedule, paid, written off, open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import ANNOUNCED, SIGNED, Donor, PledgePromise, Term
from mdfm_ledger.chart import PLEDGE_OPEN
from mdfm_ledger.errors import UnknownDocumentError
from mdfm_ledger.money import Amount
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class Overdue:
    """The unpaid part of one instalment and the day it fell due."""

    due_on: date
    amount: Amount


@frozen(kw_only=True)
class PledgePosition:
    """A pledge in its own currency.

    ``open`` = ``announced`` + ``not_due`` + ``due``. ``ahead`` is what was received before it was promised:
    nothing that another donor owes is less for it, so it is told apart and never taken off what is open.
    """

    pledge: str
    donor: str
    term: str
    on: date
    status: str
    amount: Amount
    paid: Amount
    written_off: Amount
    open: Amount
    ahead: Amount
    announced: Amount
    not_due: Amount
    due: Amount
    overdue: tuple[Overdue, ...]


def pledge_positions(
    source: JournalSource, window: Window, *, term: str, donor: str = ""
) -> tuple[PledgePosition, ...]:
    """The position of each pledge of a term (and donor) in the window, in the order pledged."""
    return promises_and_positions(source, window, term=term, donor=donor)[1]


def promises_and_positions(
    source: JournalSource, window: Window, *, term: str, donor: str = ""
) -> tuple[Mapping[str, PledgePromise], tuple[PledgePosition, ...]]:
    """The pledges of a term (and donor) as promised, by reference, and where each of them stands."""
    where: dict[str, Sequence[str]] = {"term": term, "account": (*PLEDGE_OPEN, "8040", "8050")}
    if donor:
        where["donor"] = donor
    balances: dict[str, dict[str, int]] = {}
    owners: dict[str, tuple[str, str]] = {}
    # In the order the database has them in.
    for (pledge, account, owner, currency), debit, credit in source.totals(
        ("pledge", "account", "donor", "currency"), window, where=where
    ):
        if pledge in balances:
            balances[pledge][account] = debit - credit
        else:
            balances[pledge] = {account: debit - credit}
            owners[pledge] = (owner, currency)
    references = tuple(balances) if donor else None
    promises = cast(dict[str, PledgePromise], source.documents("pledge", window, references=references))
    standing = {reference: promise for reference, promise in promises.items() if reference in balances}
    for reference, states in balances.items():
        if reference not in standing and any(states.values()):
            standing[reference] = _not_yet_made(reference, term, *owners[reference], window.as_of)
    as_of = window.as_of
    return standing, tuple([_position(promise, balances[one], as_of) for one, promise in standing.items()])


def _not_yet_made(pledge: str, term: str, donor: str, currency: str, as_of: date) -> PledgePromise:
    """A pledge of nothing: how one stands on a day before its own, when money for it has come already."""
    return PledgePromise(
        reference=pledge,
        term=term,
        donor=donor,
        on=as_of,
        changed_on=as_of,
        status=SIGNED,
        amount=Amount.zero(currency),
        earmark="",
        instalments=(),
    )


def _position(promise: PledgePromise, balances: dict[str, int], as_of: date) -> PledgePosition:
    whole, is_announced = promise.amount, promise.status == ANNOUNCED
    zero, all_of_it = _nothing(whole.currency), whole.minor

    def amount(minor: int) -> Amount:
        # Most of a pledge's columns are nothing, or all of it.
        if not minor:
            return zero
        return whole if minor == all_of_it else Amount(minor, zero.currency)

    paid, written_off = balances.get("8040", 0), balances.get("8050", 0)
    booked = sum(balances.values()) - paid - written_off
    still_open = max(booked, 0)
    announced = still_open if is_announced else 0
    overdue = () if is_announced else _overdue(promise, paid + written_off, as_of)
    due = sum([part.amount.minor for part in overdue]) if overdue else 0
    return PledgePosition(
        pledge=promise.reference,
        donor=promise.donor,
        term=promise.term,
        on=promise.on,
        status=promise.status,
        amount=whole,
        paid=amount(paid),
        written_off=amount(written_off),
        open=amount(still_open),
        ahead=amount(still_open - booked),
        announced=amount(announced),
        not_due=amount(still_open - announced - due),
        due=amount(due),
        overdue=overdue,
    )


@lru_cache(maxsize=256)
def _nothing(currency: str) -> Amount:
    return Amount.zero(currency)


def _overdue(promise: PledgePromise, settled: int, as_of: date) -> tuple[Overdue, ...]:
    """What is due and unpaid on ``as_of``, instalment by instalment; the oldest is paid first."""
    unpaid: list[Overdue] = []
    if settled >= promise.amount.minor:
        return ()
    for due_on, part in promise.schedule():
        covered = min(settled, part.minor)
        settled -= covered
        rest = part.minor - covered
        if rest and due_on <= as_of:
            unpaid.append(Overdue(due_on=due_on, amount=Amount(rest, part.currency) if covered else part))
    return tuple(unpaid)


def term_of(source: JournalSource, window: Window, reference: str) -> Term:
    """The term as known in the window. Raises UnknownDocumentError."""
    found = source.documents("term", window, references=(reference,))
    if reference not in found:
        raise UnknownDocumentError(kind="term", reference=reference)
    return cast(Term, found[reference])


def donor_of(source: JournalSource, window: Window, reference: str) -> Donor:
    """The donor as known in the window. Raises UnknownDocumentError."""
    found = source.documents("donor", window, references=(reference,))
    if reference not in found:
        raise UnknownDocumentError(kind="donor", reference=reference)
    return cast(Donor, found[reference])


def donors_of(source: JournalSource, window: Window) -> dict[str, Donor]:
    """All donors as known in the window, by reference."""
    return cast(dict[str, Donor], source.documents("donor", window))


def donors_in(source: JournalSource, window: Window, term: str) -> list[str]:
    """The donors with a line in the term, in the order they were registered."""
    # Whatever a donor has in a term, a promise or money, stands on one of these two accounts.
    where = {"term": term, "account": ("8090", "8100")}
    active = {total.key[0] for total in source.totals(("donor",), window, where=where)}
    return [donor for donor in donors_of(source, window) if donor in active]
