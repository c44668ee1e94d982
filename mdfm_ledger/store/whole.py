"""Questions about the whole ledger, as prebuilt statements: rarely asked, answered anew each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, and_, bindparam, func, select

from mdfm_ledger.books.closing import BalanceRow
from mdfm_ledger.chart import HELD_RESOURCES
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.series import Series, day_number
from mdfm_ledger.store.balances import balances_where, by_place
from mdfm_ledger.store.own_amounts import OWN_SIGNED
from mdfm_ledger.store.schema import DAILY_TOTAL, ENTRY, LINE, OWN_AMOUNT, SUBACCOUNT

_HELD = (
    select(SUBACCOUNT.c.donor, LINE.c.day, func.sum(LINE.c.amount))
    .join(LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
    .where(SUBACCOUNT.c.account.in_(HELD_RESOURCES), SUBACCOUNT.c.term == bindparam("term"))
    .group_by(SUBACCOUNT.c.donor, LINE.c.day)
    .order_by(SUBACCOUNT.c.donor, LINE.c.day)
)
_CASH = (
    select(LINE.c.day, func.sum(LINE.c.amount), func.coalesce(func.sum(OWN_SIGNED), 0))
    .join(SUBACCOUNT, LINE.c.subaccount == SUBACCOUNT.c.id)
    .join(
        OWN_AMOUNT,
        and_(OWN_AMOUNT.c.number == LINE.c.number, OWN_AMOUNT.c.position == LINE.c.position),
        isouter=True,
    )
    .where(
        SUBACCOUNT.c.account == "1010",
        SUBACCOUNT.c.term == bindparam("term"),
        SUBACCOUNT.c.bank_account == bindparam("bank_account"),
    )
    .group_by(LINE.c.day)
    .order_by(LINE.c.day)
)
_COURSES = balances_where(
    SUBACCOUNT.c.term == bindparam("term"), SUBACCOUNT.c.account.in_(bindparam("accounts", expanding=True))
)
_BALANCED_BY = [DAILY_TOTAL.c[name] for name in ("account", "term", "currency")]
_TRIAL_BALANCE = (
    select(*_BALANCED_BY, func.sum(DAILY_TOTAL.c.debit), func.sum(DAILY_TOTAL.c.credit))
    .where(DAILY_TOTAL.c.day <= bindparam("through"))
    .group_by(*_BALANCED_BY)
    .order_by(*_BALANCED_BY)
)
_LAST_SEAL = select(ENTRY.c.seal).order_by(ENTRY.c.number.desc()).limit(1)


def held(connection: Connection, term: str) -> dict[str, Series]:
    """What is held for each donor of a term, by donor."""
    days: dict[str, list[tuple[int, int]]] = {}
    for donor, day, minor in connection.execute(_HELD, {"term": term}).all():
        days.setdefault(donor, []).append((day, int(minor)))
    return {donor: Series.of(movements) for donor, movements in days.items()}


def cash(connection: Connection, term: str, bank_account: str) -> tuple[Series, Series]:
    """What is on a bank account in a term: in dollars, and the own amounts of its lines."""
    rows = connection.execute(_CASH, {"term": term, "bank_account": bank_account}).all()
    dollars = Series.of([(day, int(minor)) for day, minor, _ in rows])
    return dollars, Series.of([(day, int(own)) for day, _, own in rows])


def courses(connection: Connection, term: str, accounts: Sequence[str]) -> dict[Subaccount, Series]:
    """The balances on these accounts of a term, by subaccount."""
    rows = connection.execute(_COURSES, {"term": term, "accounts": list(accounts)}).all()
    return by_place(rows)


def trial_balance(connection: Connection, through: date) -> list[BalanceRow]:
    """The trial balance of the ledger on that day, over all terms."""
    rows = connection.execute(_TRIAL_BALANCE, {"through": day_number(through)}).all()
    return [(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows]


def journal_seal(connection: Connection) -> str:
    """The seal of the last entry, in hex; empty where there is none."""
    seal = connection.execute(_LAST_SEAL).scalar_one_or_none()
    return seal.hex() if seal else ""
