"""What a PostgreSQL server itself refuses, whatever program is connected to it.

Each guard is a trigger that fires ALWAYS, in a session that plays back a replica's changes too. What changes
or removes is refused row by row, so that no way through another table leads around it. What is added is
looked at once a statement, all rows together, and under the writer lock: so nobody can add a line while
another seals its entry. ``verify`` compares all of it with what this module makes.
"""

from __future__ import annotations

from mdfm_ledger.store.schema import APPLICATION_ID

ROOM = "mdfm"
"""The schema all tables of a ledger are in."""

LOCK = f"pg_advisory_xact_lock({APPLICATION_ID})"
"""The writer lock of a database, held until the transaction ends."""

_APPEND_ONLY = ("account", "subaccount", "entry", "line", "own_amount", "tile")
_IN_A_ROW = """SELECT min({key}), max({key}), count(*) INTO first, last, many FROM added;
  IF many = 0 THEN
    RETURN NULL;
  END IF;
  IF first <> (SELECT coalesce(max({key}), 0) + 1 FROM {table} WHERE {key} < first)
      OR last - first + 1 <> many OR EXISTS (SELECT FROM {table} WHERE {key} > last) THEN
    RAISE EXCEPTION 'mdfm: {what} have no gaps and no repeats' USING ERRCODE = 'unique_violation';
  END IF;"""
_RANGE = "\n  first bigint;\n  last bigint;\n  many bigint;"


# Most entries are of one term and one currency: one pass over their lines tells that all is well. Memorandum
# accounts are 8xxx, so the first digit of the code tells the two sets apart.
_FIT = """count(id) = count(*) AND sum(amount) = 0
      AND sum(CASE WHEN account >= '8' THEN amount ELSE 0 END) = 0
      AND min(term) = max(term) AND min(currency) = max(currency)"""
# No place is ever removed, so to look once is enough; a foreign key would look line by line.
_NONE_AMISS = """IF EXISTS (SELECT FROM line LEFT JOIN subaccount ON id = subaccount
      WHERE {those} AND id IS NULL) THEN
    RAISE EXCEPTION 'mdfm: a line is of a subaccount that is there';
  END IF;
  IF EXISTS (SELECT FROM line JOIN subaccount ON id = subaccount WHERE {those}
      GROUP BY number, account >= '8', term, currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'mdfm: debits and credits differ';
  END IF;"""


# Rows of few entries are found by their keys, whatever a server believes of tables it has not counted yet.
_BY_KEYS = " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"


def _function(name: str, body: str, declared: str = "", settings: str = "") -> str:
    declare = f"DECLARE{declared}\n" if declared else ""
    return (
        f"CREATE FUNCTION {ROOM}.{name}() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = pg_catalog, {ROOM}, pg_temp{settings} AS $$\n{declare}BEGIN\n  {body}\nEND\n$$"
    )


_FUNCTIONS = {
    "refuse_change": _function(
        "refuse_change", "RAISE EXCEPTION 'mdfm: % rows are never changed or removed', TG_TABLE_NAME;"
    ),
    "refuse_with": _function("refuse_with", "RAISE EXCEPTION 'mdfm: %', TG_ARGV[0];"),
    "not_late": _function(
        "not_late",
        f"""PERFORM {LOCK};
  IF (SELECT min(number) FROM added) <= (SELECT max(number) FROM entry) THEN
    RAISE EXCEPTION 'mdfm: no % is added to an entry that is sealed', TG_ARGV[0];
  END IF;
  RETURN NULL;""",
    ),
    "lines_in_order": _function(
        "lines_in_order",
        f"""PERFORM {LOCK};
  IF (SELECT min(number) FROM added) <= (SELECT max(number) FROM entry) THEN
    RAISE EXCEPTION 'mdfm: no line is added to an entry that is sealed';
  END IF;
  -- So the deferred guard, which looks at first lines, looks at all.
  IF EXISTS (SELECT FROM added GROUP BY number HAVING min(position) <> 0) THEN
    RAISE EXCEPTION 'mdfm: the lines of an entry are added in one go';
  END IF;
  RETURN NULL;""",
    ),
    "places_in_order": _function(
        "places_in_order",
        f"""PERFORM {LOCK};
  {_IN_A_ROW.format(key="id", table="subaccount", what="subaccount ids")}
  -- The chart is fixed, so to look once is enough; a foreign key would look place by place.
  IF EXISTS (SELECT FROM added LEFT JOIN account ON code = added.account WHERE code IS NULL) THEN
    RAISE EXCEPTION 'mdfm: a subaccount is of an account of the chart';
  END IF;
  RETURN NULL;""",
        _RANGE,
    ),
    "entries_in_order": _function(
        "entries_in_order",
        f"""PERFORM {LOCK};
  {_IN_A_ROW.format(key="number", table="entry", what="entry numbers")}
  -- Numbers have no gaps, so an earlier one is there.
  IF EXISTS (SELECT FROM added WHERE reverses NOT BETWEEN 1 AND number - 1) THEN
    RAISE EXCEPTION 'mdfm: only an earlier entry can be reversed';
  END IF;
  IF EXISTS (SELECT FROM added WHERE login <> session_user) THEN
    RAISE EXCEPTION 'mdfm: nobody posts under the login of another';
  END IF;
  IF NOT EXISTS (SELECT FROM added LEFT JOIN line USING (number) LEFT JOIN subaccount ON id = subaccount
      GROUP BY number, line_count, added.day
      HAVING NOT (line_count = 0 AND count(position) = 0
        OR {_FIT} AND count(position) = line_count AND bool_and(line.day = added.day))) THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM added LEFT JOIN line USING (number) GROUP BY number, line_count, added.day
      HAVING count(position) <> line_count OR bool_or(line.day <> added.day)) THEN
    RAISE EXCEPTION 'mdfm: an entry has the lines it says, on its date';
  END IF;
  {_NONE_AMISS.format(those="number BETWEEN first AND last")}
  RETURN NULL;""",
        _RANGE,
        settings=_BY_KEYS,
    ),
    "sealed_whole": _function(
        "sealed_whole",
        f"""IF (SELECT {_FIT} AND count(*) = (SELECT line_count FROM entry WHERE entry.number = NEW.number)
      FROM line LEFT JOIN LATERAL (SELECT * FROM subaccount WHERE id = line.subaccount OFFSET 0) AS place
      ON true WHERE line.number = NEW.number) THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM entry WHERE number = NEW.number
      AND line_count = (SELECT count(*) FROM line WHERE line.number = NEW.number)) THEN
    RAISE EXCEPTION 'mdfm: a line belongs to an entry that counts it';
  END IF;
  {_NONE_AMISS.format(those="number = NEW.number")}
  RETURN NULL;""",
        settings=_BY_KEYS,
    ),
    "only_redacted": _function(
        "only_redacted",
        """IF NOT EXISTS (SELECT FROM entry JOIN entry AS redaction ON redaction.about = entry.about
      WHERE entry.number = OLD.number AND entry.about <> '' AND redaction.kind = 'redaction'
      AND redaction.number > entry.number) THEN
    RAISE EXCEPTION 'mdfm: personal details are erased by a redaction only';
  END IF;
  RETURN OLD;""",
    ),
}


def _trigger(name: str, when: str, table: str, how: str, function: str) -> dict[str, str]:
    kind = "CONSTRAINT TRIGGER" if "DEFERRED" in how else "TRIGGER"
    return {
        name: f"CREATE {kind} {name} {when} ON {ROOM}.{table} {how} EXECUTE FUNCTION {ROOM}.{function}",
        f"{name} always": f"ALTER TABLE {ROOM}.{table} ENABLE ALWAYS TRIGGER {name}",
    }


def _append_only(table: str) -> dict[str, str]:
    rows = _trigger(f"{table}_no_change", "BEFORE DELETE OR UPDATE", table, "FOR EACH ROW", "refuse_change()")
    return rows | _no_truncate(table)


def _no_truncate(table: str) -> dict[str, str]:
    return _trigger(f"{table}_no_truncate", "BEFORE TRUNCATE", table, "FOR EACH STATEMENT", "refuse_change()")


_ADDED = "REFERENCING NEW TABLE AS added FOR EACH STATEMENT"

POSTGRESQL_GUARDS: dict[str, str] = {
    **_FUNCTIONS,
    **{name: text for table in _APPEND_ONLY for name, text in _append_only(table).items()},
    **_no_truncate("personal_detail"),
    **_trigger(
        "detail_no_update",
        "BEFORE UPDATE",
        "personal_detail",
        "FOR EACH ROW",
        "refuse_with('personal details are erased or stay as they are')",
    ),
    **_trigger("detail_only_redacted", "BEFORE DELETE", "personal_detail", "FOR EACH ROW", "only_redacted()"),
    **_trigger(
        "account_fixed",
        "BEFORE INSERT",
        "account",
        "FOR EACH ROW",
        "refuse_with('the chart of accounts is fixed')",
    ),
    **_trigger("subaccount_in_order", "AFTER INSERT", "subaccount", _ADDED, "places_in_order()"),
    **_trigger("entry_in_order", "AFTER INSERT", "entry", _ADDED, "entries_in_order()"),
    **_trigger("line_not_late", "AFTER INSERT", "line", _ADDED, "lines_in_order()"),
    **_trigger("own_amount_not_late", "AFTER INSERT", "own_amount", _ADDED, "not_late('own amount')"),
    **_trigger("detail_not_late", "AFTER INSERT", "personal_detail", _ADDED, "not_late('personal detail')"),
    **_trigger(
        "line_sealed_whole",
        "AFTER INSERT",
        "line",
        'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new."position" = 0))',
        "sealed_whole()",
    ),
}
"""What makes the guards of a PostgreSQL ledger, by name, in the order they are made in."""

FIND_GUARDS = (
    "SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass) FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    f" WHERE nspname = '{ROOM}' AND NOT tgisinternal",
    "SELECT format('DROP FUNCTION %%s', pg_proc.oid::regprocedure) FROM pg_proc"
    f" JOIN pg_namespace ON pg_namespace.oid = pronamespace WHERE nspname = '{ROOM}'",
)
"""What asks for the statements that take out whatever guards are there, in their order."""
