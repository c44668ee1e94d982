"""Roles, owners and grants of a server, altered: what could have changed history is found by verify."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mdfm_ledger.safekeeping import make_roles
from mdfm_ledger.store.postgres import inspection, powers
from tests.support.ledgers import open_ledger
from tests.support.postgres import server

pytestmark = pytest.mark.tamper

OWNER, POSTER, AUDITOR = ROLES = ("power_owner", "power_poster", "power_auditor")
PEOPLE = {"power_ann": "power_poster", "power_otto": "power_auditor", "power_eve": ""}

# What somebody with the power to does, what verify says of it, and what takes it back.
FOUND: dict[str, tuple[str, str, str]] = {
    "a table of another owner": (
        "ALTER TABLE mdfm.line OWNER TO power_eve",
        "ownership of table line by power_eve",
        "ALTER TABLE mdfm.line OWNER TO power_owner",
    ),
    "a function of another owner": (
        "ALTER FUNCTION mdfm.refuse_change() OWNER TO power_eve",
        "ownership of function refuse_change() by power_eve",
        "ALTER FUNCTION mdfm.refuse_change() OWNER TO power_owner",
    ),
    "a schema of another owner": (
        "ALTER SCHEMA mdfm OWNER TO power_eve",
        "ownership of table entry by power_owner",
        "ALTER SCHEMA mdfm OWNER TO power_owner",
    ),
    "a function that runs as its owner": (
        "ALTER FUNCTION mdfm.refuse_change() SECURITY DEFINER",
        "function refuse_change() is altered",
        "ALTER FUNCTION mdfm.refuse_change() SECURITY INVOKER",
    ),
    "a function replaced": (
        "CREATE OR REPLACE FUNCTION mdfm.refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " SET search_path = pg_catalog, mdfm, pg_temp AS $$ BEGIN RETURN OLD; END $$",
        "function refuse_change() is altered",
        "",
    ),
    "a guard that is not for replicas": (
        "ALTER TABLE mdfm.line ENABLE TRIGGER line_no_change",
        "trigger line_no_change of line is altered",
        "ALTER TABLE mdfm.line ENABLE ALWAYS TRIGGER line_no_change",
    ),
    "who posts may change": (
        "GRANT UPDATE ON mdfm.line TO power_poster",
        "grant of UPDATE on table line to power_poster",
        "REVOKE UPDATE ON mdfm.line FROM power_poster",
    ),
    "who posts may change one column": (
        "GRANT UPDATE (amount) ON mdfm.line TO power_poster",
        "grant of UPDATE (amount) on table line to power_poster",
        "REVOKE UPDATE (amount) ON mdfm.line FROM power_poster",
    ),
    "who posts may remove": (
        "GRANT DELETE ON mdfm.entry TO power_poster",
        "grant of DELETE on table entry to power_poster",
        "REVOKE DELETE ON mdfm.entry FROM power_poster",
    ),
    "who reads may empty": (
        "GRANT TRUNCATE ON mdfm.tile TO power_auditor",
        "grant of TRUNCATE on table tile to power_auditor",
        "REVOKE TRUNCATE ON mdfm.tile FROM power_auditor",
    ),
    "anybody may put triggers": (
        "GRANT TRIGGER ON mdfm.entry TO power_eve",
        "grant of TRIGGER on table entry to power_eve",
        "REVOKE TRIGGER ON mdfm.entry FROM power_eve",
    ),
    "anybody may hinder an erasure": (
        "GRANT REFERENCES (number) ON mdfm.personal_detail TO power_eve",
        "grant of REFERENCES (number) on table personal_detail to power_eve",
        "REVOKE REFERENCES (number) ON mdfm.personal_detail FROM power_eve",
    ),
    "anybody may change sums": (
        "GRANT UPDATE (debit) ON mdfm.daily_total TO PUBLIC",
        "grant of UPDATE (debit) on table daily_total to everybody",
        "REVOKE UPDATE (debit) ON mdfm.daily_total FROM PUBLIC",
    ),
    "anybody may erase": (
        "GRANT DELETE ON mdfm.personal_detail TO PUBLIC",
        "grant of DELETE on table personal_detail to everybody",
        "REVOKE DELETE ON mdfm.personal_detail FROM PUBLIC",
    ),
    "who posts may add tables": (
        "GRANT CREATE ON SCHEMA mdfm TO power_poster",
        "grant of CREATE on the schema to power_poster",
        "REVOKE CREATE ON SCHEMA mdfm FROM power_poster",
    ),
    "tables to come are open": (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA mdfm GRANT ALL ON TABLES TO power_eve",
        "grant of UPDATE on tables to come to power_eve",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA mdfm REVOKE ALL ON TABLES FROM power_eve",
    ),
    "all tables to come of the owner are open": (
        "ALTER DEFAULT PRIVILEGES FOR ROLE power_owner GRANT DELETE ON TABLES TO power_eve",
        "grant of DELETE on tables to come to power_eve",
        "ALTER DEFAULT PRIVILEGES FOR ROLE power_owner REVOKE DELETE ON TABLES FROM power_eve",
    ),
    "who posts is an administrator": (
        "ALTER ROLE power_poster SUPERUSER",
        "power of role power_poster to pass the guards",
        "ALTER ROLE power_poster NOSUPERUSER",
    ),
    "who reads may make itself another": (
        "ALTER ROLE power_auditor CREATEROLE",
        "power of role power_auditor to pass the guards",
        "ALTER ROLE power_auditor NOCREATEROLE",
    ),
    "who posts is the owner": (
        "GRANT power_owner TO power_poster",
        "power of role power_poster to pass the guards",
        "REVOKE power_owner FROM power_poster",
    ),
    "who posts may write any table": (
        "GRANT pg_write_all_data TO power_poster",
        "power of role power_poster to pass the guards",
        "REVOKE pg_write_all_data FROM power_poster",
    ),
}

# What takes nothing from what stands: no alarm.
QUIET = [
    "GRANT SELECT ON ALL TABLES IN SCHEMA mdfm TO power_eve",
    "GRANT INSERT ON mdfm.entry TO power_ann",
    "GRANT power_owner TO power_eve",
    "GRANT power_poster TO power_eve WITH ADMIN OPTION",
    "ALTER ROLE power_eve SUPERUSER",
    "ALTER DEFAULT PRIVILEGES FOR ROLE power_owner GRANT SELECT ON TABLES TO power_eve",
    "ALTER DEFAULT PRIVILEGES FOR ROLE power_eve GRANT ALL ON TABLES TO power_ann",
    "REVOKE ALL ON mdfm.entry FROM power_poster",
]


@pytest.fixture
def database() -> Iterator[str]:
    """A small ledger with roles made for it, which are gone after it."""
    everybody = [*ROLES, *PEOPLE]
    name = server().small_ledger()
    for role in everybody:
        server().execute(f"DROP ROLE IF EXISTS {role}")
    make_roles(server().url(name), owner=OWNER, poster=POSTER, auditor=AUDITOR)
    for person, role in PEOPLE.items():
        server().execute(f"CREATE ROLE {person} LOGIN {f'IN ROLE {role}' if role else ''}")
    yield name
    server().drop(name)
    for role in reversed(everybody):
        server().execute(f"DROP ROLE IF EXISTS {role}")


def said(database: str, person: str = "power_otto", *, quick: bool = False) -> list[str]:
    """What verify says of the schema, asked by one who may only read."""
    with open_ledger(server().url(database, person), create=False) as ledger:
        found = ledger.verify(quick=quick).findings
    assert {one.check for one in found} <= {"schema"}
    return [str(one) for one in found]


@pytest.mark.parametrize("name", FOUND)
def test_what_could_have_changed_history_is_found(
    name: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement, words, back = FOUND[name]
    server().execute(statement, database)
    assert any(words in one for one in said(database)), said(database)
    assert any(words in one for one in said(database, quick=True))
    if "altered" not in words:
        # The control: without looking at powers nothing is found.
        things = inspection._THINGS
        monkeypatch.setattr(inspection, "_THINGS", things.replace(f"UNION ALL {powers.BEYOND}", ""))
        assert things != inspection._THINGS
        assert said(database, "postgres") == []
        monkeypatch.undo()
    if back:
        server().execute(back, database)
        assert said(database) == []


def test_what_could_change_nothing_raises_no_alarm(database: str) -> None:
    for statement in QUIET:
        server().execute(statement, database)
        assert said(database) == [], statement


def test_the_roles_are_put_right_by_the_command_again(database: str) -> None:
    altered = ("a table of another owner", "a function of another owner", "who posts may change one column")
    for name in altered:
        server().execute(FOUND[name][0], database)
    assert len(said(database, "postgres")) == 3
    make_roles(server().url(database), owner=OWNER, poster=POSTER, auditor=AUDITOR)
    assert said(database) == []


def test_a_role_the_ledger_needs_is_not_dropped(database: str) -> None:
    for role in ROLES:
        with pytest.raises(Exception, match="cannot be dropped"):
            server().execute(f"DROP ROLE {role}")
