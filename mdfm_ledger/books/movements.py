"""What an entry moves of the balances books keep: places of groups, and totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mdfm_ledger.books.watched import ON_ACCOUNT, WATCHED, GroupKey
from mdfm_ledger.journal import Alike, JournalEntry, JournalLine, Subaccount
from mdfm_ledger.series import Series, begun

Places = dict[Subaccount, Series]


Kept = Callable[[GroupKey], Places]


def movements(
    entry: JournalEntry, changed: Mapping[object, Any], kept: Kept
) -> tuple[dict[object, Places], dict[GroupKey, int]]:
    """The groups an entry moves, with what moved of them since the books were settled; how much totals move.

    ``changed`` is what moved before it since then, ``kept`` gives the places of a group as they were settled.
    """
    if entry.alike:
        return _of_many(entry, changed, kept)
    groups: dict[GroupKey, tuple[Places, Places]] = {}
    totals: dict[GroupKey, int] = {}
    day = entry.day
    for line in entry.lines:
        place = line.subaccount
        watch = WATCHED.get(place.account)
        if watch is None:
            continue
        group_of, totals_of, sign, _ = watch
        minor = sign * line.signed if place.account != "1010" else _on_account(line)
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


def _of_many(
    entry: JournalEntry, changed: Mapping[object, Any], kept: Kept
) -> tuple[dict[object, Places], dict[GroupKey, int]]:
    """The same where lines are many: what they count in is asked once for all alike."""
    groups: dict[object, Places] = {}
    totals: dict[GroupKey, int] = {}
    for run in entry.alike:
        watch = WATCHED.get(run.place.account)
        if watch is None:
            continue
        minors = _minors(entry, run, watch.sign)
        if watch.group is not None:
            key = watch.group(run.place)
            moved = groups.get(key)
            if moved is None:
                moved = groups[key] = dict(changed.get(key, ()))
            _move(moved, kept(key), run.places, minors, entry.day)
        if watch.totals is not None:
            counted = (
                zip(run.places, minors, strict=True) if watch.is_by_donor else [(run.place, sum(minors))]
            )
            for place, minor in counted:
                for total in watch.totals(place):
                    totals[total] = totals.get(total, 0) + minor
    return groups, totals


def _move(
    moved: Places, before: Places, places: Sequence[Subaccount], minors: Sequence[int], day: int
) -> None:
    if not moved and not before:
        # Places nobody posted to yet, as an allocation makes them: where none comes twice, no more is to ask.
        moved.update(zip(places, [begun(day, minor) for minor in minors], strict=True))
        if len(moved) == len(places):
            return
        moved.clear()
    for place, minor in zip(places, minors, strict=True):
        series = moved.get(place) or before.get(place)
        moved[place] = series.plus(day, minor) if series else begun(day, minor)


def _minors(entry: JournalEntry, run: Alike, sign: int) -> Sequence[int]:
    """What lines that are alike move, positive on the normal side of their account."""
    if run.place.account == "1010":
        return [_on_account(entry.lines[at]) for at in run.at]
    return run.signed if sign > 0 else [-signed for signed in run.signed]


def _on_account(line: JournalLine) -> int:
    """What a line moves on its bank account, in the account's currency."""
    return line.own_signed if line.own else line.signed


def comes_in(total: GroupKey, minor: int) -> bool:
    """Whether money comes onto a bank account: what is on it is not asked for that, but where some leaves."""
    return total[0] == ON_ACCOUNT and minor > 0
