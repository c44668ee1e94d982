"""What the database can tell of a ledger without reading its records: damage, numbers, sums."""

from __future__ import annotations

from collections.abc import Iterator

from mdfm_ledger.store.inspection import ENTRY_ROWS, Inspection, StoredEntry

_BALANCES = "SELECT subaccount, SUM(amount) FROM line GROUP BY subaccount"
_KEY = "account, term, currency, flow, day"
_LINE_SUMS = (
    "SELECT account, term, currency, flow, line.day AS day,"
    " SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS debit,"
    " SUM(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS credit"
    " FROM line JOIN subaccount ON subaccount.id = line.subaccount GROUP BY 1, 2, 3, 4, 5"
)
_TOTALS = f"SELECT {_KEY}, debit, credit FROM daily_total"
# Rows of one side that the other has not, each side with its sign, so that one row tells both.
_DIFFERENCES = (
    f"SELECT {_KEY}, SUM(CASE WHEN side = 1 THEN debit - credit ELSE 0 END),"
    " SUM(CASE WHEN side = 2 THEN debit - credit ELSE 0 END) FROM ("
    f"SELECT 1 AS side, only_lines.* FROM ({_LINE_SUMS} EXCEPT {_TOTALS}) AS only_lines"
    " UNION ALL "
    f"SELECT 2 AS side, only_totals.* FROM ({_TOTALS} EXCEPT {_LINE_SUMS}) AS only_totals"
    f") AS differing GROUP BY {_KEY} ORDER BY {_KEY}"
)


class Glance(Inspection):
    """The same rows as an inspection, asked for less."""

    def database_problems(self) -> list[str]:
        """What the database finds wrong with its own file without comparing indexes with tables."""
        return self._dialect.damage(self._connection, quick=True)

    def pages_unseen(self) -> str:
        """Why the database was not asked to look at its pages; empty where it was."""
        return self._dialect.unseen(self._connection, quick=True)

    def numbers(self) -> tuple[int, int, int]:
        """How many entries there are, the first number and the last; zeros where there is none."""
        count, first, last = self._connection.exec_driver_sql(
            "SELECT COUNT(*), COALESCE(MIN(number), 0), COALESCE(MAX(number), 0) FROM entry"
        ).one()
        return count, first, last

    def line_count(self) -> int:
        """How many lines there are."""
        return int(self._connection.exec_driver_sql("SELECT COUNT(*) FROM line").scalar_one())

    def last_entries(self, count: int) -> Iterator[StoredEntry]:
        """The last entry rows, in number order."""
        after = self.numbers()[2] - count
        rows = self._connection.exec_driver_sql(
            f"{ENTRY_ROWS} WHERE entry.number > {after} ORDER BY entry.number"
        )
        return map(StoredEntry._make, rows)

    def balances(self) -> Iterator[tuple[int, int]]:
        """The line rows summed by subaccount: id, balance with debit positive."""
        return ((row[0], int(row[1])) for row in self._connection.exec_driver_sql(_BALANCES))

    def total_differences(self) -> list[tuple[str, int, int]]:
        """Daily totals that are not the sums of the lines: which, debits less credits of either."""
        rows = self._connection.exec_driver_sql(_DIFFERENCES)
        return [(" ".join(map(str, row[:5])), int(row[5]), int(row[6])) for row in rows]
