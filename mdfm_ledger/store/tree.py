"""Reading the tree of entries, and what of the record is handed out as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from mdfm_ledger.evidence.tiling import WIDTH
from mdfm_ledger.sealing.disclosure import TOLD_WITHOUT_LINES, Disclosed, Record, disclosed_by, record_for
from mdfm_ledger.store.indexed import is_place_of
from mdfm_ledger.store.query import RECORD, RECORDS, STREAMED
from mdfm_ledger.store.schema import ENTRY, LINE, SUBACCOUNT, TILE

_ROWS_AT_A_TIME = 1_000
_SEALS = (
    select(ENTRY.c.seal)
    .where(ENTRY.c.number > bindparam("start"), ENTRY.c.number <= bindparam("end"))
    .order_by(ENTRY.c.number)
)
_TILES = (
    select(TILE.c.hash)
    .where(
        TILE.c.level == bindparam("level"),
        TILE.c.position >= bindparam("start"),
        TILE.c.position < bindparam("end"),
    )
    .order_by(TILE.c.position)
)
_RECORDS = select(ENTRY.c.number, *RECORD).select_from(RECORDS)
_ALL = _RECORDS.where(ENTRY.c.number <= bindparam("last")).order_by(ENTRY.c.number)
_SOME = _RECORDS.where(ENTRY.c.number.in_(bindparam("numbers", expanding=True))).order_by(ENTRY.c.number)
_ONE = _RECORDS.where(ENTRY.c.number == bindparam("number"))
_OWN = (
    select(LINE.c.number)
    .join(SUBACCOUNT, LINE.c.subaccount == SUBACCOUNT.c.id)
    .where(
        is_place_of(bindparam("donor")),
        SUBACCOUNT.c.donor == bindparam("donor"),
        LINE.c.number <= bindparam("last"),
    )
    # Entries that are a donor's though they post nothing to it.
    .union(
        select(ENTRY.c.number).where(
            ENTRY.c.kind.in_(TOLD_WITHOUT_LINES), ENTRY.c.number <= bindparam("last")
        )
    )
)


class TreeReader:
    """Answers for the tree from the database. Use it inside one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._blocks: dict[int, tuple[int, Sequence[bytes]]] = {}

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """The hashes of entries (level 0) or of tiles, from a position on; never from two tiles at once.

        The tile asked last at each level is kept: a proof takes several pieces of it, and so may the next.
        """
        block, begin = divmod(start, WIDTH)
        if self._blocks.get(level, (-1,))[0] != block:
            self._blocks[level] = block, self._block(level, block * WIDTH)
        return self._blocks[level][1][begin : begin + count]

    def _block(self, level: int, start: int) -> Sequence[bytes]:
        limits = {"start": start, "end": start + WIDTH}
        if level == 0:
            return list(self._connection.execute(_SEALS, limits).scalars())
        return list(self._connection.execute(_TILES, {"level": level, **limits}).scalars())

    def records(self, donor: str, last: int, *, expected: Disclosed) -> Iterator[Record]:
        """What of the entries up to a number is for a donor, in the order of their numbers.

        Looked for where the donor has lines. Where that is not all it should have been, ``expected``, every
        entry is read: then something else is not as it was recorded, and what is shown should not hide it.
        """
        found = list(self._own_records(donor, last))
        if disclosed_by(found) == expected:
            return iter(found)
        return self._all_records(donor, last)

    def _own_records(self, donor: str, last: int) -> Iterator[Record]:
        numbers = sorted(self._connection.execute(_OWN, {"donor": donor, "last": last}).scalars())
        for at in range(0, len(numbers), _ROWS_AT_A_TIME):
            limits = {"numbers": numbers[at : at + _ROWS_AT_A_TIME]}
            yield from _records(self._connection.execute(_SOME, limits), donor)

    def _all_records(self, donor: str, last: int) -> Iterator[Record]:
        return _records(self._connection.execute(_ALL, {"last": last}, execution_options=STREAMED), donor)

    def record(self, number: int, donor: str = "") -> Record:
        """What of an entry is for a donor; for the fund, where none is named."""
        row = self._connection.execute(_ONE, {"number": number}).one()
        record = record_for(row[0], row[1], row[2], row[3], donor)
        assert record is not None, "an entry of a donor has a part of it"
        return record

    def leaves(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Number, leaf and parts of every entry, in the order of their numbers."""
        rows = self._connection.execute(_ALL, {"last": 1 << 62}, execution_options=STREAMED)
        return ((row[0], row[1], row[2]) for row in rows)


def _records(rows: Iterable[Any], donor: str) -> Iterator[Record]:
    for number, leaf, parts, detail in rows:
        record = record_for(number, leaf, parts, detail, donor)
        if record is not None:
            yield record
