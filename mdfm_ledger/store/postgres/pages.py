"""What a server finds wrong with its own pages, by its extension amcheck, where that is and may be asked."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mdfm_ledger.store.postgres.guards import ROOM

CHECKERS = """SELECT pg_proc.oid FROM pg_extension JOIN pg_proc ON pronamespace = extnamespace
JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND refobjid = pg_extension.oid
WHERE extname = 'amcheck' AND proname IN ('bt_index_check', 'verify_heapam')"""
"""The functions that look at an index and at a table."""

UNSEEN = f"""CASE WHEN NOT EXISTS ({CHECKERS}) THEN 'amcheck is not in this database'
WHEN EXISTS ({CHECKERS} AND NOT has_function_privilege(pg_proc.oid, 'EXECUTE'))
THEN 'amcheck may not be asked by this role' ELSE '' END"""
"""Why pages are not looked at; empty where they are."""

STILL_STANDS = (
    "in the server's files until the owner of the ledger's tables runs mdfm scrub, and in its log,"
    " archives and standbys as long as these are kept"
)
"""Where what was erased may be: a page keeps the bytes of rows that are gone."""

_PLACE = """SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
WHERE extname = 'amcheck'"""
_TABLES = f"""SELECT oid::int8, relname FROM pg_class
WHERE relnamespace = '{ROOM}'::regnamespace AND relkind = 'r' ORDER BY relname"""
_INDEXES = f"""SELECT pg_class.oid::int8, relname FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
WHERE relnamespace = '{ROOM}'::regnamespace AND indisvalid AND indisready
AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree') ORDER BY relname"""


def unseen(connection: Connection) -> str:
    """Why no page of tables and indexes is looked at; empty where all are."""
    return str(connection.exec_driver_sql(f"SELECT {UNSEEN}").scalar_one())


def problems(connection: Connection) -> list[str]:
    """What is wrong with the pages of tables and indexes, and that an index lacks rows; reads all of them."""
    if unseen(connection):
        return []
    place = connection.exec_driver_sql(_PLACE).scalar_one()
    # Every row is looked for in every index, and long values are followed to where they are kept.
    ways = (
        ("table", _TABLES, f"SELECT DISTINCT msg FROM {place}.verify_heapam(%s::oid, check_toast => true)"),
        ("index", _INDEXES, f"SELECT {place}.bt_index_check(%s::oid, true)"),
    )
    return [
        f"{sort} {name}: {said}"
        for sort, asked, check in ways
        for oid, name in connection.exec_driver_sql(asked).all()
        for said in _said(connection, check, oid)
    ]


def _said(connection: Connection, check: str, oid: int) -> list[str]:
    """What a check says: rows of text, or the error it ends with, after which the transaction goes on."""
    before = connection.begin_nested()
    try:
        rows = [str(row[0]) for row in connection.exec_driver_sql(check, (oid,)) if row[0]]
    except DBAPIError as error:
        before.rollback()
        cause: Any = error.orig
        return [str(cause.diag.message_primary)]
    before.rollback()
    return rows
