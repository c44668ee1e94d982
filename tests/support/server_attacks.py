"""Attacks on a ledger on a server with raw SQL, as the owner of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from tests.support.postgres import server


class AsSQLite:
    """A connection to a ledger's database that is asked as SQLite is."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Any = (), /) -> psycopg.Cursor[Any]:
        """The rows of a statement; a setting of SQLite's is none here."""
        told = "" if statement.startswith("PRAGMA") else statement
        told = told.replace("?", "%s").replace(" OR REPLACE", "")
        return self._connection.execute(told.encode(), values)


_GUARDS = """SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'mdfm'::regnamespace AND NOT tgisinternal"""


def without_guards(database: str, attack: Callable[[AsSQLite], object]) -> None:
    """Do something to a ledger with its guards and foreign keys off, and put them back as they were.

    Raises psycopg.Error, and does nothing, where the tables by themselves refuse it.
    """
    with server().connect(database) as connection, connection.transaction():
        connection.execute("SET LOCAL search_path = mdfm")
        guards = connection.execute(_GUARDS).fetchall()
        tables = sorted({table for table, _ in guards})
        for table in tables:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        attack(AsSQLite(connection))
        for table in tables:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL".encode())
        for table, name in guards:
            connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())
