"""Soft preferences: what a donor would rather see paid, and how much of its money went there."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Note, Row, Section, Table, text
from mdfm_ledger.reports.head import share
from mdfm_ledger.reports.statement.conditions import Asked
from mdfm_ledger.rules.conditions import Codes, activities_of
from mdfm_ledger.source import Total


@frozen(kw_only=True)
class PreferenceRow:
    """Activities or areas a donor would rather see paid, and where its money without an earmark went.

    ``received`` is what came with this preference. ``allotted`` in all to what is preferred, ``spent`` of
    that, ``elsewhere`` allotted to other activities and ``free`` are of all the donor's money without an
    earmark, since one contribution in it is not told from another. ``preferred_share`` is ``allotted`` per
    allotted in all (None where nothing was).
    """

    codes: Codes
    received: Amount
    allotted: Amount
    spent: Amount
    elsewhere: Amount
    free: Amount
    preferred_share: Fraction | None = None


def preference_rows(
    term: Term, asked: Sequence[Asked], resources: Sequence[Total]
) -> tuple[PreferenceRow, ...]:
    """One row for each preference of a donor; ``resources`` are totals by account, earmark and activity."""
    received: dict[Codes, int] = {}
    for one in asked:
        received[one.codes] = received.get(one.codes, 0) + one.minor
    return tuple(_row(term, codes, minor, resources) for codes, minor in sorted(received.items()))


def _row(term: Term, codes: Codes, received: int, resources: Sequence[Total]) -> PreferenceRow:
    activities = activities_of(term, codes)
    allotted = spent = elsewhere = free = 0
    for account, minor, activity in (
        (total.key[0], -total.balance, total.key[2]) for total in resources if not total.key[1]
    ):
        if account == "8110":
            free += minor
        elif activity in activities:
            allotted += minor
            spent += minor if account == "8150" else 0
        else:
            elsewhere += minor
    return PreferenceRow(
        codes=codes,
        received=_usd(received),
        allotted=_usd(allotted),
        spent=_usd(spent),
        elsewhere=_usd(elsewhere),
        free=_usd(free),
        preferred_share=share(allotted, allotted + elsewhere),
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)


def preference_section(rows: tuple[PreferenceRow, ...]) -> tuple[Section, ...]:
    """The section of a statement; none where the donor has no preference."""
    columns = (
        Column(key="preference", kind=ColumnKind.TEXT),
        *(
            Column(key=key, kind=ColumnKind.AMOUNT)
            for key in ("received", "allotted_preferred", "of_which_spent", "allotted_elsewhere", "free")
        ),
        Column(key="preferred_share", kind=ColumnKind.SHARE),
    )
    shown = tuple(
        Row(
            cells=(
                ", ".join(row.codes),
                row.received,
                row.allotted,
                row.spent,
                row.elsewhere,
                row.free,
                row.preferred_share,
            )
        )
        for row in rows
    )
    table = Table(key="preferences", columns=columns, rows=shown)
    section = Section(key="preferences", blocks=(table, Note(text=text("note.preferences"))))
    return (section,) if rows else ()
