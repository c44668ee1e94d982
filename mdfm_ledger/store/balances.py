"""The balances that books keep, as prebuilt statements: they may be asked together and answered later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal_column, select

from mdfm_ledger.books.watched import ON_ACCOUNT, GroupKey
from mdfm_ledger.chart import CHART, PLEDGE_OPEN, Side
from mdfm_ledger.journal import Subaccount, subaccount
from mdfm_ledger.series import Series
from mdfm_ledger.store.asking import asked
from mdfm_ledger.store.indexed import IS_FOUND_BY_DONOR
from mdfm_ledger.store.own_amounts import on_account
from mdfm_ledger.store.schema import LINE, NOTHING, PLACE_COLUMNS, SUBACCOUNT

_PLACE = [SUBACCOUNT.c[name] for name in PLACE_COLUMNS]
_ALLOCATED = ("8120", "8140", "8150")


def _is_one_of(*codes: str) -> Any:
    """That a place is on one of these accounts; a list that were bound could not be asked ahead."""
    return SUBACCOUNT.c.account.in_([literal_column(f"'{code}'") for code in codes])


def balances_where(*conditions: Any) -> Select[Any]:
    """Balances by place and day, under these conditions."""
    return (
        select(*_PLACE, LINE.c.day, func.sum(LINE.c.amount))
        .join(LINE, LINE.c.subaccount == SUBACCOUNT.c.id)
        .where(*conditions)
        .group_by(SUBACCOUNT.c.id, LINE.c.day)
        .order_by(SUBACCOUNT.c.id, LINE.c.day)
    )


_OF_TERM = (SUBACCOUNT.c.allocation == NOTHING, SUBACCOUNT.c.pledge == NOTHING)
"""Said of accounts that have neither: then the index of places answers, which begins with the allocation."""

_GROUPS = {
    "free": balances_where(
        *_OF_TERM,
        SUBACCOUNT.c.account == "8110",
        SUBACCOUNT.c.term == bindparam("p1"),
        SUBACCOUNT.c.earmark == bindparam("p2"),
    ),
    "open": balances_where(
        _is_one_of(*PLEDGE_OPEN),
        SUBACCOUNT.c.pledge == bindparam("p1"),
        SUBACCOUNT.c.pledge != NOTHING,
    ),
    "allotted": balances_where(
        SUBACCOUNT.c.account == "8120",
        SUBACCOUNT.c.allocation == bindparam("p1"),
        SUBACCOUNT.c.pledge == NOTHING,
    ),
    "obligated": balances_where(
        SUBACCOUNT.c.account == "8140",
        SUBACCOUNT.c.obligation == bindparam("p1"),
        SUBACCOUNT.c.obligation != NOTHING,
    ),
    "advances": balances_where(
        SUBACCOUNT.c.account == "1210",
        SUBACCOUNT.c.party == bindparam("p1"),
        SUBACCOUNT.c.party != NOTHING,
    ),
}


def _total(*conditions: Any) -> Select[Any]:
    return (
        select(LINE.c.day, func.sum(LINE.c.amount))
        .join(SUBACCOUNT, LINE.c.subaccount == SUBACCOUNT.c.id)
        .where(*conditions)
        .group_by(LINE.c.day)
        .having(func.sum(LINE.c.amount) != 0)
        .order_by(LINE.c.day)
    )


_TOTALS = {
    "received": _total(
        *_OF_TERM,
        SUBACCOUNT.c.account == "2010",
        SUBACCOUNT.c.flow == "",
        SUBACCOUNT.c.term == bindparam("p1"),
    ),
    "allocated": _total(
        _is_one_of(*_ALLOCATED),
        SUBACCOUNT.c.term == bindparam("p1"),
        SUBACCOUNT.c.activity == bindparam("p2"),
    ),
}
_TOTALS |= {
    name: _total(
        SUBACCOUNT.c.account == account,
        SUBACCOUNT.c[column] == bindparam("p1"),
        SUBACCOUNT.c[column] != NOTHING,
    )
    for name, account, column in (
        ("advance", "1210", "advance"),
        ("recoverable", "1230", "advance"),
        ("obligation", "8140", "obligation"),
        ("unapplied", "2050", "bank_reference"),
    )
}
_TOTALS |= {
    name: _total(
        SUBACCOUNT.c.account == account,
        SUBACCOUNT.c.term == bindparam("p1"),
        SUBACCOUNT.c.donor == bindparam("p2"),
        SUBACCOUNT.c.donor != NOTHING,
        IS_FOUND_BY_DONOR,
    )
    for name, account in (("refund", "2060"), ("donor_balance", "2070"))
}
_TOTALS["committed"] = _total(
    SUBACCOUNT.c.account == "8140",
    SUBACCOUNT.c.allocation == bindparam("p1"),
    SUBACCOUNT.c.pledge == NOTHING,
)
_TOTALS["advanced"] = _total(
    _is_one_of("1210", "1230"),
    SUBACCOUNT.c.obligation == bindparam("p1"),
    SUBACCOUNT.c.obligation != NOTHING,
)
_TOTALS["payable"] = _total(
    SUBACCOUNT.c.account == "2110",
    SUBACCOUNT.c.term == bindparam("p1"),
    SUBACCOUNT.c.party == bindparam("p2"),
    SUBACCOUNT.c.party != NOTHING,
)
_TOTALS[ON_ACCOUNT] = on_account()
_DEBIT_TOTALS = frozenset({"advance", "advanced", "recoverable", ON_ACCOUNT})


def asked_balance(
    connection: Connection, key: GroupKey
) -> Callable[[], Mapping[Subaccount, Series] | Series]:
    """Whichever of the two a key names."""
    return asked_group(connection, key) if key[0] in _GROUPS else asked_total(connection, key)


def asked_group(connection: Connection, key: GroupKey) -> Callable[[], dict[Subaccount, Series]]:
    """The balances of a group by subaccount, positive on the normal side: asked now, answered when called."""
    rows = asked(connection, _GROUPS[key[0]], _parameters(key))
    return lambda: by_place(rows())


def asked_total(connection: Connection, key: GroupKey) -> Callable[[], Series]:
    """One balance over many subaccounts, positive on the normal side of its accounts; asked in that way."""
    sign = 1 if key[0] in _DEBIT_TOTALS else -1
    rows = asked(connection, _TOTALS[key[0]], _parameters(key))
    return lambda: Series.of([(day, sign * minor) for day, minor in rows()])


def _parameters(key: GroupKey) -> dict[str, str]:
    return {f"p{position}": value for position, value in enumerate(key[1:], start=1)}


def by_place(rows: Iterable[Any]) -> dict[Subaccount, Series]:
    """Rows of balances by place, positive on each account's normal side."""
    days: dict[Subaccount, list[tuple[int, int]]] = {}
    for *place, day, minor in rows:
        where = to_place(tuple(place))
        sign = 1 if CHART[where.account].normal is Side.DEBIT else -1
        days.setdefault(where, []).append((day, sign * minor))
    return {place: Series.of(movements) for place, movements in days.items()}


@lru_cache(maxsize=16_384)
def to_place(values: tuple[str, ...]) -> Subaccount:
    """The subaccount of a row of PLACE_COLUMNS."""
    fields = dict(zip(PLACE_COLUMNS, values, strict=True))
    return subaccount(fields.pop("account"), **{name: value for name, value in fields.items() if value})
