"""What the database itself refuses, whatever program is connected to it.

Each guard is a trigger; ``verify`` compares the triggers present with these texts, so that one
dropped or altered is noticed. The messages begin with ``mdfm:`` so that they can be told apart.

Guards of insertions FAIL where those of changes ABORT: both refuse the row, but what may abort makes
SQLite keep a copy of each page for each row, which costs more than all guards together. A row before
the refused one in the same statement has passed the same guard.
"""

from __future__ import annotations

from mdfm_ledger.store.schema import MOSTLY_TELLING, PLACE_COLUMNS

_APPEND_ONLY = ("account", "subaccount", "entry", "line", "own_amount", "tile")
# Looked up by the columns that tell almost all: to look it up by all of them takes longer than the rest of
# the guard. A sign before a column has it compared only, where those are the same.
_SAME_PLACE = " AND ".join(
    f"{'' if column in MOSTLY_TELLING else '+'}{column} = NEW.{column}"
    for column in PLACE_COLUMNS
    if column != "pledge"
)


def _trigger(name: str, when: str, refusals: tuple[tuple[str, str], ...], *checks: str) -> str:
    how = "FAIL" if when.startswith("BEFORE INSERT") else "ABORT"
    tests = (f"SELECT RAISE({how}, 'mdfm: {message}') WHERE {test}" for test, message in refusals)
    body = "\n".join(f"  {check};" for check in (*tests, *checks))
    return f"CREATE TRIGGER {name} {when} BEGIN\n{body}\nEND"


def _not_late(name: str, table: str, what: str) -> str:
    # As a condition, since each of many rows asks it: so no statement is begun and ended for each.
    when = f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM entry WHERE number >= NEW.number)"
    return _trigger(name, when, (("1", f"no {what} is added to an entry that is sealed"),))


def _append_only(table: str) -> dict[str, str]:
    return {
        f"{table}_no_{verb.lower()}": _trigger(
            f"{table}_no_{verb.lower()}",
            f"BEFORE {verb} ON {table}",
            (("1", f"{table} rows are never changed or removed"),),
        )
        for verb in ("UPDATE", "DELETE")
    }


_NOT_REDACTED = (
    "NOT EXISTS (SELECT 1 FROM entry JOIN entry AS redaction ON redaction.about = entry.about"
    " WHERE entry.number = OLD.number AND entry.about <> '' AND redaction.kind = 'redaction'"
    " AND redaction.number > entry.number)"
)

_ENTRY_REFUSALS = (
    (
        "NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM entry)",
        "entry numbers have no gaps and no repeats",
    ),
    # INSERT OR REPLACE removes the row in its way without asking the delete trigger, unless
    # recursive triggers are on, which another program need not have.
    (
        "EXISTS (SELECT 1 FROM entry WHERE kind = NEW.kind AND reference = NEW.reference)",
        "one entry for a reference",
    ),
    (
        "NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM entry WHERE reverses = NEW.reverses)",
        "an entry is reversed once",
    ),
    ("NEW.reverses >= NEW.number", "only an earlier entry can be reversed"),
    (
        "EXISTS (SELECT 1 FROM own_amount AS own WHERE number = NEW.number AND NOT EXISTS"
        " (SELECT 1 FROM line WHERE line.number = own.number AND line.position = own.position))",
        "an own amount is of a line that is there",
    ),
)

# Most entries are of one term and one currency, those of their first line: one pass over their lines, without
# sorting them, tells that they fit. Only the others are looked at by term and currency.
# Memorandum accounts are 8xxx, so the first digit of the code tells the two sets apart.
_LINES_PLAINLY_FIT = (
    "SELECT COUNT(*) = NEW.line_count AND SUM(line.amount) = 0"
    " AND SUM(line.amount * (subaccount.account >= '8')) = 0"
    " AND SUM(line.day = NEW.day AND subaccount.term = first.term AND subaccount.currency = first.currency)"
    " = NEW.line_count"
    " FROM (SELECT term, currency FROM line JOIN subaccount ON id = subaccount"
    " WHERE number = NEW.number AND position = 0) AS first"
    " CROSS JOIN line LEFT JOIN subaccount ON subaccount.id = line.subaccount"
    " WHERE line.number = NEW.number"
)
_LINES_MISSING = (
    "(SELECT COUNT(*) <> NEW.line_count OR SUM(day <> NEW.day) > 0 FROM line WHERE number = NEW.number)"
)
_PLACELESS = (
    "EXISTS (SELECT 1 FROM line WHERE number = NEW.number"
    " AND NOT EXISTS (SELECT 1 FROM subaccount WHERE id = line.subaccount))"
)
_UNBALANCED = (
    "EXISTS (SELECT 1 FROM line JOIN subaccount ON subaccount.id = line.subaccount"
    " WHERE line.number = NEW.number"
    " GROUP BY subaccount.account >= '8', subaccount.term, subaccount.currency"
    " HAVING SUM(line.amount) <> 0)"
)
_LINES_FIT = (
    "SELECT CASE"
    f" WHEN {_LINES_MISSING} THEN RAISE(FAIL, 'mdfm: an entry has the lines it says, on its date')"
    # No place is ever removed, so to look once is enough; a foreign key would look line by line.
    f" WHEN {_PLACELESS} THEN RAISE(FAIL, 'mdfm: a line is of a subaccount that is there')"
    f" WHEN {_UNBALANCED} THEN RAISE(FAIL, 'mdfm: debits and credits differ')"
    f" END WHERE ({_LINES_PLAINLY_FIT}) IS NOT 1"
)

SQLITE_GUARDS: dict[str, str] = {
    name: text for table in _APPEND_ONLY for name, text in _append_only(table).items()
} | {
    "entry_in_order": _trigger("entry_in_order", "BEFORE INSERT ON entry", _ENTRY_REFUSALS, _LINES_FIT),
    **{
        name: _not_late(name, table, what)
        for name, table, what in (
            ("line_not_late", "line", "line"),
            ("own_amount_not_late", "own_amount", "own amount"),
            ("detail_not_late", "personal_detail", "personal detail"),
        )
    },
    "detail_no_update": _trigger(
        "detail_no_update",
        "BEFORE UPDATE ON personal_detail",
        (("1", "personal details are erased or stay as they are"),),
    ),
    "detail_only_redacted": _trigger(
        "detail_only_redacted",
        "BEFORE DELETE ON personal_detail",
        ((_NOT_REDACTED, "personal details are erased by a redaction only"),),
    ),
    "subaccount_once": _trigger(
        "subaccount_once",
        "BEFORE INSERT ON subaccount",
        (
            (
                "NEW.id <> (SELECT COALESCE(MAX(id), 0) + 1 FROM subaccount)",
                "subaccount ids have no gaps and no repeats",
            ),
            # Said as the two indexes say it that answer it.
            (
                "NEW.pledge <> '' AND EXISTS (SELECT 1 FROM subaccount"
                " WHERE pledge = NEW.pledge AND account = NEW.account AND pledge <> '')",
                "one subaccount for a pledge on an account",
            ),
            (
                f"NEW.pledge = '' AND EXISTS (SELECT 1 FROM subaccount WHERE {_SAME_PLACE} AND pledge = '')",
                "one subaccount for a place",
            ),
        ),
    ),
    "account_fixed": _trigger(
        "account_fixed",
        "BEFORE INSERT ON account",
        (("1", "the chart of accounts is fixed"),),
    ),
}
"""The guards of an SQLite ledger, by name."""
