"""What an entry moves of the balances books keep: places of groups, and totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mdfm_ledger.books.watched import WATCHED, GroupKey
from mdfm_ledger.journal import JournalEntry, Subaccount
from mdfm_ledger.series import Series, begun

Places = dict[Subaccount, Series]


def movements(
    entry: JournalEntry, changed: Mapping[object, Any], kept: Callable[[GroupKey], Places]
) -> tuple[dict[object, Places], dict[GroupKey, int]]:
    """The groups an entry moves, with what moved of them since the books were settled; how much totals move.

    ``changed`` is what moved before it since then, ``kept`` gives the places of a group as they were settled.
    """
    groups: dict[GroupKey, tuple[Places, Places]] = {}
    totals: dict[GroupKey, int] = {}
    day = entry.day
    for place, signed, _ in entry.lines:
        watch = WATCHED.get(place.account)
        if watch is None:
            continue
        group_of, totals_of, sign = watch
        minor = sign * signed
        if group_of is not None:
            key = group_of(place)
            group = groups.get(key)
            if group is None:
                group = groups[key] = dict(changed.get(key, ())), kept(key)
            moved, before = group
            series = moved.get(place) or before.get(place)
            moved[place] = series.plus(day, minor) if series else begun(day, minor)
        if totals_of is not None:
            for total in totals_of(place):
                totals[total] = totals.get(total, 0) + minor
    return {key: moved for key, (moved, _) in groups.items()}, totals
