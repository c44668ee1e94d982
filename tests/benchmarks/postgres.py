"""Speed on PostgreSQL, as ratios to plain COPY and plain inserts of the same rows on the same server.

Run it as a script: ``python -m tests.benchmarks.postgres [EVENTS]`` (20,000 unless given). It starts a
server of its own, on a disk: MDFM_POSTGRES_DISK names another folder for it. The baseline writes the very
same rows to tables with the same primary keys and nothing else: no guards, no other indexes, no foreign
keys. CPU is that of this process and of the server's for it together: other work on the machine disturbs
it less than the clock on the wall.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time

import psycopg
from sqlalchemy import Table

from mdfm_ledger import Ledger, Receipt
from mdfm_ledger.money import Amount
from mdfm_ledger.store.schema import DAILY_TOTAL, ENTRY, LINE, METADATA, PERSONAL_DETAIL, SUBACCOUNT
from tests.benchmarks.plain import Took, timed
from tests.benchmarks.workload import BANK, DONORS, LAST, TERM, events, registrations
from tests.support.postgres import Server

ROUNDS, SINGLES = 3, 200
TABLES = (SUBACCOUNT, LINE, ENTRY, PERSONAL_DETAIL, DAILY_TOTAL)
LOCK = "SELECT pg_advisory_xact_lock(1)"

Connection = psycopg.Connection[tuple[object, ...]]
Rows = dict[str, tuple[list[int], list[tuple[object, ...]]]]
"""By table: the types of its columns, and its rows."""


def cpu_of(number: int) -> float:
    """CPU seconds of a process of the server."""
    fields = Path(f"/proc/{number}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(action: Callable[[], object], number: int) -> Took:
    """How long an action takes, by the wall and by the CPU of both sides."""
    before = cpu_of(number)
    wall, cpu = timed(action)
    return wall, cpu + cpu_of(number) - before


def backend_of(ledger: Ledger) -> int:
    """The process of the server that works for a ledger."""
    with ledger._reading():
        number: int = ledger._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    return number


def plain_tables(connection: Connection) -> None:
    """The same tables with their primary keys, and nothing else."""
    connection.execute("DROP SCHEMA IF EXISTS plain CASCADE; CREATE SCHEMA plain")
    for table in METADATA.sorted_tables:
        keys = ", ".join(column.name for column in table.primary_key)
        connection.execute(f"CREATE TABLE plain.{table.name} (LIKE mdfm.{table.name})".encode())
        connection.execute(f"ALTER TABLE plain.{table.name} ADD PRIMARY KEY ({keys})".encode())
    connection.execute("SET search_path = plain")


def rows_in(connection: Connection, tables: tuple[Table, ...], where: str = "") -> Rows:
    """The ledger's rows of some tables."""
    found: Rows = {}
    for table in tables:
        cursor = connection.execute(f"SELECT * FROM mdfm.{table.name} {where}".encode())
        found[table.name] = [column.type_code for column in cursor.description or ()], cursor.fetchall()
    return found


def copy(connection: Connection, rows: Rows) -> None:
    """Write rows by one COPY a table, in one transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        for table, (types, values) in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as copying:
                copying.set_types(types)
                for row in values:
                    copying.write_row(row)


def insert(connection: Connection, rows: Rows) -> None:
    """Write rows by plain inserts in one transaction, under a lock."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(LOCK.encode())
        for table, (types, values) in rows.items():
            signs = ", ".join(["%s"] * len(types))
            cursor.executemany(f"INSERT INTO {table} VALUES ({signs})".encode(), values)


def bulk(server: Server, count: int) -> tuple[Took, Took, str]:
    """What recording ``count`` events and a plain COPY of their rows take; the database."""
    batch, name = list(events(count)), server.ledger()
    with Ledger.open(server.url(name), actor="bench@example.org") as ledger:
        ledger.record_all(registrations())
        ours = measured(lambda: ledger.record_all(batch), backend_of(ledger))
    with server.connect(name) as connection:
        rows = rows_in(connection, TABLES)
        plain_tables(connection)
        theirs = measured(lambda: copy(connection, rows), connection.info.backend_pid)
    return ours, theirs, name


def singles(server: Server, name: str) -> tuple[Took, Took]:
    """One durable post, and plain inserts of its rows with a commit under a lock; the median by the wall."""
    ours, theirs = list[Took](), list[Took]()
    with (
        Ledger.open(server.url(name), actor="bench@example.org") as ledger,
        server.connect(name) as source,
        server.connect(name) as plain,
    ):
        plain_tables(plain)
        number = backend_of(ledger)
        for at in range(SINGLES + 20):
            event = Receipt(
                reference=f"S-{at:07d}",
                term=TERM,
                donor=f"donor-{at % DONORS:03d}",
                amount=Amount(12_345, "USD"),
                on=LAST,
                bank_account=BANK,
                bank_reference=f"S/{at}",
            )
            ours.append(measured(lambda event=event: ledger.record(event), number))  # type: ignore[misc]  # bound as it is
            rows = rows_in(source, (LINE, ENTRY), "WHERE number = (SELECT max(number) FROM mdfm.entry)")
            theirs.append(measured(lambda rows=rows: insert(plain, rows), plain.info.backend_pid))  # type: ignore[misc]  # the same
    return _typical(ours[20:]), _typical(theirs[20:])


def _typical(took: list[Took]) -> Took:
    # The CPU of one is less than a tick of the clock it is read from: the mean over all.
    return median(wall for wall, _ in took), sum(cpu for _, cpu in took) / len(took)


def main(count: int = 20_000) -> None:
    """Measure and print, one figure a line."""
    began = process_time()
    server = Server(place=Path(os.environ.get("MDFM_POSTGRES_DISK", tempfile.gettempdir())))
    try:
        print(server.run("postgres", "--version").strip())
        runs = [bulk(server, count + at) for at in range(ROUNDS)]
        sides = [ours for ours, _, _ in runs], [theirs for _, theirs, _ in runs]
        for at, clock in enumerate(("wall", "CPU")):
            ratios = sorted(theirs[at] / ours[at] for ours, theirs, _ in runs)
            spent = [median(took[at] for took in side) / count * 1e6 for side in sides]
            print(
                f"bulk, {count} events: {ratios[0]:.3f} to {ratios[-1]:.3f}, median {median(ratios):.3f}"
                f" of plain COPY by {clock} time; {spent[0]:.0f} and {spent[1]:.0f} µs an event"
            )
        ours, theirs = singles(server, runs[0][2])
        for at, clock in enumerate(("wall", "CPU")):
            print(
                f"one durable post: {theirs[at] / ours[at]:.2f} of plain inserts by {clock} time;"
                f" {ours[at] * 1e6:.0f} and {theirs[at] * 1e6:.0f} µs"
            )
    finally:
        server.remove()
    print(f"{process_time() - began:.0f} s of CPU here in all")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
