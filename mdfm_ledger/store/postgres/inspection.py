"""What the catalogues of a server say of a ledger's tables, indexes and guards, and of who may pass them."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, Table

from mdfm_ledger.store.postgres.guards import ROOM
from mdfm_ledger.store.postgres.powers import BEYOND
from mdfm_ledger.store.schema import METADATA

_OURS = f"(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = '{ROOM}')"
# Each names a thing and what it was made with. What a server makes by itself, indexes of keys but for their
# constraint, triggers of foreign keys while they are on, is left out.
_THINGS = f"""
SELECT 'table ' || relname AS thing, concat_ws(' ', relkind, relpersistence, reloptions::text,
    CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END,
    (SELECT string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), collname,
        CASE WHEN attnotnull THEN 'NOT NULL' END, pg_get_expr(adbin, adrelid), attidentity, attgenerated,
        CASE WHEN attstattarget = 0 THEN 'not sampled' END),
        ', ' ORDER BY attnum)
     FROM pg_attribute LEFT JOIN pg_collation ON pg_collation.oid = attcollation AND collname <> 'default'
     LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped)) AS made
FROM pg_class WHERE relnamespace = {_OURS} AND relkind NOT IN ('i', 'I')
UNION ALL
SELECT 'index ' || relname, concat_ws(' ', pg_get_indexdef(indexrelid),
    CASE WHEN NOT (indisvalid AND indisready AND indislive) THEN 'invalid' END)
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = {_OURS}
UNION ALL
SELECT 'constraint ' || conname || ' of ' || conrelid::regclass, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = {_OURS} AND contype NOT IN ('n', 't')
UNION ALL
SELECT 'trigger ' || tgname || ' of ' || relname, pg_get_triggerdef(pg_trigger.oid) || ' ' || tgenabled::text
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = {_OURS} AND NOT tgisinternal
UNION ALL
SELECT 'foreign keys of ' || relname, string_agg(DISTINCT tgenabled::text, ' ')
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
WHERE relnamespace = {_OURS} AND tgisinternal AND tgenabled <> 'O' GROUP BY relname
UNION ALL
SELECT 'function ' || oid::regprocedure, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = {_OURS} AND prokind IN ('f', 'p')
UNION ALL
SELECT 'rule ' || rulename || ' of ' || ev_class::regclass, pg_get_ruledef(pg_rewrite.oid)
FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class WHERE relnamespace = {_OURS}
UNION ALL
SELECT 'policy ' || polname || ' of ' || relname, polcmd::text
FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE relnamespace = {_OURS}
UNION ALL
SELECT 'inheritance of ' || inhrelid::regclass, inhparent::regclass::text
FROM pg_inherits JOIN pg_class ON pg_class.oid IN (inhrelid, inhparent) WHERE relnamespace = {_OURS}
UNION ALL {BEYOND}
"""


def schema_of(connection: Connection) -> dict[str, str]:
    """What every table, index and guard was made with, by sort and name; spacing does not count."""
    return {name: " ".join(made.split()) for name, made in connection.exec_driver_sql(_THINGS)}


def expected_schema() -> dict[str, str]:
    """The same of a ledger this package makes, from a file: an auditor need not be allowed to make one."""
    text = files("mdfm_ledger.store.postgres").joinpath("schema.json").read_text("utf-8")
    expected: dict[str, str] = json.loads(text)
    return expected


def orphans(connection: Connection) -> list[str]:
    """Rows that name a row which is not there, as after a load that fired no triggers."""
    return [
        f"a row of {table.name} names a missing row of {key.referred_table.name}"
        for table in METADATA.sorted_tables
        for key in table.foreign_key_constraints
        for _ in connection.exec_driver_sql(_childless(table, key))
    ]


def _childless(table: Table, key: ForeignKeyConstraint) -> str:
    pairs: list[Any] = list(key.elements)
    same = " AND ".join(f"parent.{one.column.name} = child.{one.parent.name}" for one in pairs)
    named = " AND ".join(f"child.{one.parent.name} IS NOT NULL" for one in pairs)
    return (
        f"SELECT 1 FROM {table.name} AS child WHERE {named}"
        f" AND NOT EXISTS (SELECT FROM {key.referred_table.name} AS parent WHERE {same})"
    )
