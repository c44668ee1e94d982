"""What is held in trust on a day, for whom, and what the banks say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY, HELD
from mdfm_ledger.errors import BankDiffersError
from mdfm_ledger.fields import amount, optional_text, reference, require_match, text
from mdfm_ledger.money import Amount
from mdfm_ledger.series import day_number


@frozen(kw_only=True)
class BankConfirmation:
    """What a bank states to be on an account at the end of the day, in the account's currency, and where.

    ``explanation`` says why the books have another amount; without one the two have to be the same.
    """

    bank_account: str = reference()
    amount: Amount = amount()
    statement: str = text()
    explanation: str = optional_text()


@frozen(kw_only=True)
class HeldInTrust:
    """Liabilities and assets of the trust on a day, over all terms, in dollars; all positive amounts.

    ``donors`` + ``refunds`` + ``donor_balances`` + ``unapplied`` + ``payables`` are ``cash`` +
    ``advances`` + ``recoverables``.
    """

    donors: Amount
    refunds: Amount
    donor_balances: Amount
    unapplied: Amount
    payables: Amount
    cash: Amount
    advances: Amount
    recoverables: Amount


_LIABILITIES = {"refunds": "2060", "donor_balances": "2070", "unapplied": "2050", "payables": "2110"}
_ASSETS = {"cash": "1010", "advances": "1210", "recoverables": "1230"}


def held_in_trust(rows: Iterable[BalanceRow]) -> HeldInTrust:
    """Liabilities and assets of a trial balance over all terms."""
    balances: dict[str, int] = {}
    for account, _, _, debit, credit in rows:
        balances[account] = balances.get(account, 0) + debit - credit
    owed = {name: -balances.get(account, 0) for name, account in _LIABILITIES.items()}
    owned = {name: balances.get(account, 0) for name, account in _ASSETS.items()}
    figures = {"donors": -sum(balances.get(account, 0) for account in HELD), **owed, **owned}
    return HeldInTrust(**{name: Amount(minor, BASE_CURRENCY) for name, minor in figures.items()})


def held_by_donor(books: Books, as_of: date) -> dict[str, int]:
    """What is held for every donor with a line until a day (inclusive), over all terms, in cents."""
    day = day_number(as_of)
    held: dict[str, int] = {}
    for term in {row[1] for row in books.whole.trial_balance(as_of)}:
        for donor, series in books.held(term).items():
            if series.days[0][0] <= day:
                held[donor] = held.get(donor, 0) + series.at(day)
    return dict(sorted(held.items()))


def own_cash(books: Books, bank_account: str, as_of: date) -> Amount:
    """What the books have on a bank account at the end of a day, over all terms, in its own currency."""
    currency = books.document(BankAccount, "bank_account", bank_account).currency
    day, minor = day_number(as_of), 0
    for term in {row[1] for row in books.whole.trial_balance(as_of)}:
        dollars, own = books.cash(term, bank_account)
        minor += (dollars if currency == BASE_CURRENCY else own).at(day)
    return Amount(minor, currency)


def require_confirmed(books: Books, confirmed: Iterable[BankConfirmation], as_of: date) -> None:
    """Raise BankDiffersError where a bank states another amount than the books, and nobody says why."""
    for one in confirmed:
        booked = own_cash(books, one.bank_account, as_of)
        require_match("amount", one.amount.currency, f"bank account {one.bank_account}", booked.currency)
        if one.amount != booked and not one.explanation:
            raise BankDiffersError(
                bank_account=one.bank_account, as_of=as_of, booked=booked, stated=one.amount
            )


def unconfirmed(books: Books, confirmed: Iterable[BankConfirmation], as_of: date) -> list[str]:
    """The bank accounts with a balance at the end of a day of which no bank is said to state anything."""
    day, held = day_number(as_of), dict[str, int]()
    for term in {row[1] for row in books.whole.trial_balance(as_of)}:
        for place, course in books.whole.courses(term, ("1010",)).items():
            held[place.bank_account] = held.get(place.bank_account, 0) + course.at(day)
    stated = {one.bank_account for one in confirmed}
    return sorted(account for account, minor in held.items() if minor and account not in stated)


def total_of(balances: Mapping[str, int]) -> Amount:
    """What is held for all donors together."""
    return Amount(sum(balances.values()), BASE_CURRENCY)
