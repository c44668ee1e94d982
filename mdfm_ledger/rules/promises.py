"""A promise as it is kept, changed and given up: what falls due, what is cleared first, what is left."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Instalment, PledgePromise
from mdfm_ledger.chart import PLEDGE_OPEN
from mdfm_ledger.errors import PledgeExceededError
from mdfm_ledger.journal import JournalLine, Lines, credit, debit
from mdfm_ledger.money import Amount
from mdfm_ledger.series import as_date, day_number

_ANNOUNCED, _SIGNED, _DUE = PLEDGE_OPEN


def open_by_account(books: Books, promise: PledgePromise) -> dict[str, int]:
    """What is open on 8010, 8020 and 8030 over all dates, in minor units of the pledge's currency."""
    still_open = dict.fromkeys(PLEDGE_OPEN, 0)
    for place, series in books.pledge_states(promise.reference).items():
        still_open[place.account] = series.total
    return still_open


def open_on(books: Books, promise: PledgePromise, on: date) -> int:
    """What can be paid on a date: the least that is open then or on any later date, since its own."""
    since = max(day_number(on), day_number(promise.on))
    return max(books.pledge_open(promise.reference).low_from(since)[0], 0)


def cleared(books: Books, promise: PledgePromise, minor: int) -> Lines:
    """Cr what is due (8030) first, then what is signed and not due (8020), then announced (8010).

    What was paid or given up is taken from the oldest instalment, as the schedule does. Raises
    PledgeExceededError where less is open.
    """
    lines: list[JournalLine] = []
    # Accounts sort from what is announced to what is due.
    states = sorted(books.pledge_states(promise.reference).items(), reverse=True)
    wanted = minor
    for place, series in states:
        part = min(wanted, series.total)
        if part > 0:
            lines.append(credit(place, part))
            wanted -= part
    if wanted:
        currency = promise.amount.currency
        raise PledgeExceededError(
            pledge=promise.reference,
            asked=Amount(minor, currency),
            open=Amount(minor - wanted, currency),
        )
    return tuple(lines)


def fallen_due(books: Books, promise: PledgePromise, on: date) -> int:
    """What is due by a date (inclusive), unpaid, and not yet recorded as due; in minor units.

    What was paid or written off on any date counts, so that money recorded late is not asked for again.
    """
    still_open = open_by_account(books, promise)
    unpaid = promise.due_by(on) - (promise.amount.minor - sum(still_open.values()))
    return min(max(unpaid - still_open[_DUE], 0), still_open[_SIGNED])


def changed(books: Books, before: PledgePromise, after: PledgePromise) -> Lines:
    """From one promise to another: what is open moves to where the new one has it, against 8090.

    What was recorded as due stays so only as far as the new schedule asks for it until the date of the
    change, or until the last date recorded as due. Raises PledgeExceededError where less is open than
    the promise is lowered by.
    """
    still_open = open_by_account(books, before)
    change = after.amount.minor - before.amount.minor
    left = sum(still_open.values()) + change
    currency = before.amount.currency
    if left < 0:
        raise PledgeExceededError(
            pledge=before.reference, asked=Amount(-change, currency), open=Amount(left - change, currency)
        )
    due = min(still_open[_DUE], max(after.due_by(_due_until(books, after)) - (after.amount.minor - left), 0))
    signed = 0 if after.status == "announced" else left - due
    wanted = {_DUE: due, _SIGNED: signed, _ANNOUNCED: left - due - signed}
    moves = {after.place(code): wanted[code] - still_open[code] for code in PLEDGE_OPEN}
    moves[after.place("8090")] = -change
    debits = [debit(place, minor) for place, minor in moves.items() if minor > 0]
    return (*debits, *(credit(place, -minor) for place, minor in moves.items() if minor < 0))


def _due_until(books: Books, promise: PledgePromise) -> date:
    """The date of the change, or the last date on which something of the pledge was recorded as due."""
    series = books.pledge_states(promise.reference).get(promise.place(_DUE))
    recorded = [as_date(day) for day, minor in series.days if minor > 0] if series else []
    return max([promise.changed_on, *recorded])


def rescheduled(promise: PledgePromise, total: Amount, on: date) -> tuple[Instalment, ...]:
    """The schedule of a promise whose total is changed on a date, where no new one was agreed.

    What is added is payable on that date; what is cut comes off the last instalments.
    """
    change = total.minor - promise.amount.minor
    if change > 0:
        added = Instalment(due_on=on, amount=Amount(change, total.currency))
        kept = [Instalment(due_on=due_on, amount=part) for due_on, part in promise.schedule()]
        return tuple(sorted([*kept, added], key=lambda part: part.due_on))
    kept, left = [], total.minor
    for part in promise.instalments:
        minor = min(part.amount.minor, left)
        if minor:
            kept.append(Instalment(due_on=part.due_on, amount=Amount(minor, total.currency)))
        left -= minor
    return tuple(kept)
