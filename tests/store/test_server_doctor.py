"""What is unsafe about a ledger on a server: who can do what, what a crash would take, who could see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from mdfm_ledger.cli import cli
from mdfm_ledger.diagnosis import Diagnosis
from mdfm_ledger.doctor import examine
from mdfm_ledger.safekeeping import backup, make_roles
from tests.support.bookkeeping import receipt
from tests.support.ledgers import RECORDED_AT, open_ledger
from tests.support.postgres import NoServerError, Server, server

LATER = RECORDED_AT + timedelta(days=1)


@pytest.fixture
def small() -> Iterator[str]:
    name = server().small_ledger()
    yield name
    server().drop(name)


def seen(url: str, *, at: datetime = LATER) -> dict[str, Diagnosis]:
    return {one.name: one for one in examine(url, clock=lambda: at)}


def test_a_role_that_could_take_the_guards_out_is_told_so(small: str) -> None:
    assert "superuser" in seen(server().url(small))
    for role in ("doctor_owner", "doctor_reader"):
        server().execute(f"DROP ROLE IF EXISTS {role}")
        server().execute(f"CREATE ROLE {role} LOGIN")
    server().execute("ALTER SCHEMA mdfm OWNER TO doctor_owner", small)
    for role in ("doctor_owner", "doctor_reader"):
        server().execute(f"GRANT USAGE ON SCHEMA mdfm TO {role}", small)
        server().execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA mdfm TO {role}", small)
    owner, reader = (seen(server().url(small, user)) for user in ("doctor_owner", "doctor_reader"))
    assert "owner" in owner
    assert "superuser" not in owner
    assert not {"owner", "superuser", "anybody-reads", "anybody-writes"} & reader.keys()
    for user in ("doctor_owner", "doctor_reader"):
        server().drop(small)
        server().execute(f"DROP ROLE {user}")


def test_what_is_open_to_everybody_is_told(small: str) -> None:
    server().execute("GRANT USAGE ON SCHEMA mdfm TO PUBLIC", small)
    server().execute("GRANT SELECT ON mdfm.personal_detail TO PUBLIC", small)
    assert seen(server().url(small))["anybody-reads"].severity == "warning"
    server().execute("GRANT INSERT ON mdfm.entry TO PUBLIC", small)
    assert seen(server().url(small))["anybody-writes"].severity == "danger"


@pytest.fixture
def roles(small: str) -> Iterator[str]:
    """The small ledger with roles: Ann posts, Olga does nothing yet."""
    names = ("doctor_owner", "doctor_poster", "doctor_auditor", "doctor_ann", "doctor_olga")
    for role in names:
        server().execute(f"DROP ROLE IF EXISTS {role}")
    assert "no-roles" in seen(server().url(small))
    make_roles(server().url(small), owner=names[0], poster=names[1], auditor=names[2])
    server().execute("CREATE ROLE doctor_ann LOGIN IN ROLE doctor_poster")
    server().execute("CREATE ROLE doctor_olga LOGIN")
    yield small
    server().drop(small)
    server().execute("REVOKE ALL ON PARAMETER session_replication_role FROM doctor_ann")
    for role in reversed(names):
        server().execute(f"DROP ROLE {role}")


def test_who_posts_and_could_pass_the_guards_is_named(roles: str) -> None:
    def named(by: str) -> dict[str, str]:
        told = {"no-roles", "strong-posters", "owner-logs-in", "settings-given", "verify-schema"}
        return {name: one.seen for name, one in seen(server().url(roles, by)).items() if name in told}

    assert named("doctor_ann") == named("postgres") == {}
    for statement, back in (
        ("ALTER ROLE doctor_ann SUPERUSER", "ALTER ROLE doctor_ann NOSUPERUSER"),
        ("ALTER ROLE doctor_ann CREATEROLE", "ALTER ROLE doctor_ann NOCREATEROLE"),
        ("GRANT pg_execute_server_program TO doctor_ann", "REVOKE pg_execute_server_program FROM doctor_ann"),
    ):
        server().execute(statement)
        found = named("postgres")
        assert found.keys() == {"strong-posters"}, statement
        assert found["strong-posters"].startswith("doctor_ann may post")
        server().execute(back)
        assert named("postgres") == {}
    server().execute("GRANT doctor_owner TO doctor_olga")
    assert named("doctor_ann")["owner-logs-in"].startswith("doctor_olga may do what the owner")
    server().execute("GRANT doctor_poster TO doctor_olga")
    assert named("doctor_ann")["strong-posters"].startswith("doctor_olga may post")
    server().execute("REVOKE doctor_owner FROM doctor_olga")
    assert named("doctor_ann") == {}
    server().execute("GRANT SET ON PARAMETER session_replication_role TO doctor_ann")
    assert "session_replication_role to doctor_ann" in named("doctor_ann")["settings-given"]


def test_guards_that_were_altered_are_a_danger(small: str) -> None:
    assert "verify-schema" not in seen(server().url(small))
    server().execute("ALTER TABLE mdfm.line DISABLE TRIGGER line_no_change", small)
    found = seen(server().url(small))["verify-schema"]
    assert found.severity == "danger"
    assert "line_no_change" in found.seen


def test_a_server_that_no_longer_is_mended_and_a_clock_that_went_back_are_told(small: str) -> None:
    assert "old-server" not in seen(server().url(small))
    assert "old-server" in seen(server().url(small), at=datetime(2050, 1, 1, tzinfo=UTC))
    assert "clock-back" in seen(server().url(small), at=RECORDED_AT - timedelta(days=1))


def test_backups_of_a_ledger_on_a_server_are_known_by_what_is_in_them(small: str, tmp_path: Path) -> None:
    url, other = server().url(small), server().small_ledger()

    def told(at: datetime = LATER, backups: Path | None = tmp_path) -> dict[str, str]:
        found = examine(url, clock=lambda: at, backups=backups)
        return {one.name: one.severity for one in found if "backup" in one.name}

    assert told(backups=None) == {"backups-not-looked-at": "note"}
    assert told() == told(backups=tmp_path / "none") == {"no-backup": "warning"}
    # Of another ledger, which has as many entries.
    with open_ledger(server().url(other)) as theirs, open_ledger(url) as ours:
        theirs.record(receipt("R-9", "6.00"))
        ours.record(receipt("R-9", "5.00"))
    backup(server().url(other), tmp_path / "other.db", clock=lambda: LATER)
    assert told() == {"no-backup": "warning"}
    made = backup(url, tmp_path / "b.db", clock=lambda: LATER)
    with open_ledger(url) as ours:
        ours.record(receipt("R-10", "5.00"))
    assert told() == {}
    assert told(LATER + timedelta(days=8)) == {"old-backup": "warning"}
    with (tmp_path / "mdfm.backups").open("a") as notes:
        notes.write('{"at": "2022-')
    assert told() == {}
    answer = CliRunner().invoke(cli, ["doctor", url, "--backups", str(tmp_path), "--json"])
    assert {one["name"] for one in json.loads(answer.output)["found"]} >= {"old-backup"}
    notes_of_all = [json.loads(line) for line in (tmp_path / "mdfm.backups").read_text().splitlines()[:2]]
    assert notes_of_all[1] == {"at": LATER.isoformat(), "head": made.head, "path": str(tmp_path / "b.db")}
    server().drop(other)


def test_what_cannot_be_opened_is_a_danger(small: str) -> None:
    server().execute("COMMENT ON SCHEMA mdfm IS 'mdfm ledger, schema 9'", small)
    assert [(one.severity, one.name) for one in examine(server().url(small))] == [("danger", "schema-newer")]
    assert [one.name for one in examine(server().url("nowhere"))] == ["server-unavailable"]


def test_settings_copies_and_checksums_of_a_server_are_looked_at() -> None:
    careless = Server({"fsync": "off", "full_page_writes": "off"})
    try:
        with_ledger(careless)
        found = seen(careless.url("books"))
        assert found["setting-off"].severity == "danger"
        assert {"setting-off", "one-copy", "no-checksums"} <= found.keys()
        careless.stop()
        careless.run("pg_checksums", "--enable", "-D", str(careless.data))
        careless.settings |= {"fsync": "on", "full_page_writes": "on", "archive_mode": "on"}
        careless.start()
        assert not {"setting-off", "one-copy", "no-checksums"} & seen(careless.url("books")).keys()
    finally:
        careless.remove()


def with_ledger(careless: Server) -> None:
    """Put a ledger on it, as long as it is run with care."""
    asked = careless.settings
    careless.stop()
    careless.settings = {**asked, "fsync": "on", "full_page_writes": "on"}
    careless.start()
    careless.execute("CREATE DATABASE books TEMPLATE template0")
    open_ledger(careless.url("books")).close()
    careless.stop()
    with suppress(NoServerError):
        # Versions before 18 are made without, and say that there is nothing to do.
        careless.run("pg_checksums", "--disable", "-D", str(careless.data))
    careless.settings = asked
    careless.start()
