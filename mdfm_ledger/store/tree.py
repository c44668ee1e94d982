"""Reading the tree of entries, and what of the record is handed out as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, bindparam, select

from mdfm_ledger.disclosure import Record, record_for
from mdfm_ledger.store.query import RECORD, RECORDS
from mdfm_ledger.store.schema import ENTRY, TILE

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
_ALL = (
    select(ENTRY.c.number, *RECORD)
    .select_from(RECORDS)
    .where(ENTRY.c.number <= bindparam("last"))
    .order_by(ENTRY.c.number)
)
_ONE = select(ENTRY.c.number, *RECORD).select_from(RECORDS).where(ENTRY.c.number == bindparam("number"))


class TreeReader:
    """Answers for the tree from the database. Use it inside one read transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hashes(self, level: int, start: int, count: int) -> Sequence[bytes]:
        """The hashes of entries (level 0) or of tiles, from a position on."""
        limits = {"start": start, "end": start + count}
        if level == 0:
            return list(self._connection.execute(_SEALS, limits).scalars())
        return list(self._connection.execute(_TILES, {"level": level, **limits}).scalars())

    def records(self, donor: str, last: int) -> Iterator[Record]:
        """What of the entries up to a number is for a donor, in the order of their numbers."""
        rows = self._connection.execution_options(yield_per=_ROWS_AT_A_TIME).execute(_ALL, {"last": last})
        for number, leaf, parts, detail in rows:
            record = record_for(number, leaf, parts, detail, donor)
            if record is not None:
                yield record

    def record(self, number: int, donor: str = "") -> Record:
        """What of an entry is for a donor; for the fund, where none is named."""
        row = self._connection.execute(_ONE, {"number": number}).one()
        record = record_for(row[0], row[1], row[2], row[3], donor)
        assert record is not None, "an entry of a donor has a part of it"
        return record

    def leaves(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Number, leaf and parts of every entry, in the order of their numbers."""
        rows = self._connection.execution_options(yield_per=_ROWS_AT_A_TIME).execute(_ALL, {"last": 1 << 62})
        return ((row[0], row[1], row[2]) for row in rows)
