"""Who approved and who entered are two people: a server knows by their logins, whatever names they give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from attrs import evolve

from mdfm_ledger import Authority, Ledger, ReviseApprovalPolicy, errors
from mdfm_ledger.doctor import examine
from mdfm_ledger.safekeeping import make_roles
from tests.support.bookkeeping import ACTOR, APPROVER, TERM, allocation, receipt, usd
from tests.support.ledgers import RECORDED_AT, open_ledger
from tests.support.postgres import server

PEOPLE = {"login_ann": "login_poster", "login_dora": "login_poster", "login_otto": "login_auditor"}
DIRECTOR = Authority(approver=APPROVER, kinds=("allocation",), up_to=usd("500.00"))
POLICY = ReviseApprovalPolicy(
    reference="AP-1",
    term=TERM,
    on=date(2022, 1, 10),
    authorities=(DIRECTOR,),
    decision="SC-2022-01",
    approved_by="board@example.org",
)
DOCUMENT = allocation("A-9", "10.00")
ENTRY = (
    "INSERT INTO mdfm.entry SELECT number + 1, kind, 'F-1', '', day, value_day, recorded_at, actor,"
    " approved_by, description, NULL, 0, leaf, parts, seal{login} FROM mdfm.entry"
    " ORDER BY number DESC LIMIT 1"
)


@pytest.fixture
def database() -> Iterator[str]:
    """A ledger in which allocations are approved: Ann and Dora post, Otto reads."""
    names = ("login_owner", "login_poster", "login_auditor")
    name = server().small_ledger()
    for role in (*PEOPLE, *names):
        server().execute(f"DROP ROLE IF EXISTS {role}")
    make_roles(server().url(name), owner=names[0], poster=names[1], auditor=names[2])
    for person, role in PEOPLE.items():
        server().execute(f"CREATE ROLE {person} LOGIN IN ROLE {role}")
    with opened(name, "login_ann") as ledger:
        ledger.record(POLICY)
    yield name
    server().drop(name)
    for role in (*PEOPLE, *names):
        server().execute(f"DROP ROLE {role}")


def opened(database: str, login: str, actor: str = ACTOR) -> Ledger:
    return open_ledger(server().url(database, login), actor=actor)


def answer(database: str, login: str, *statements: str) -> str:
    """What the server says to statements in one transaction that is undone; empty where it did all."""
    with server().connect(database, login) as connection:
        try:
            with connection.transaction(force_rollback=True):
                for statement in statements:
                    connection.execute(statement.encode())
        except psycopg.Error as error:
            return str(error.diag.message_primary)
    return ""


def logins(database: str) -> list[tuple[Any, ...]]:
    with server().connect(database) as connection:
        asked = b"SELECT kind, actor, login FROM mdfm.entry WHERE number > 13 ORDER BY number"
        return connection.execute(asked).fetchall()


def named(database: str) -> dict[str, str]:
    found = examine(server().url(database, "login_otto"), clock=lambda: RECORDED_AT)
    return {one.name: one.seen for one in found}


def test_two_people_are_two_logins_on_record(database: str) -> None:
    with opened(database, "login_dora", APPROVER) as ledger:
        ledger.approve([DOCUMENT], term=TERM)
    with opened(database, "login_ann") as ledger:
        ledger.record_all([DOCUMENT, *(receipt(f"M-{at}", "1.00") for at in range(150))])
        assert ledger.verify().findings == ()
    first, second, *many = logins(database)
    assert (first, second) == (
        ("approval", APPROVER, "login_dora"),
        ("allocation", ACTOR, "login_ann"),
    )
    assert set(many) == {("receipt", ACTOR, "login_ann")}
    assert "one-login" not in named(database)


def test_who_approves_what_they_enter_under_another_name_is_known_by_the_login(database: str) -> None:
    """The ledger believes the name it is given; the server does not ask for it."""
    with opened(database, "login_ann", APPROVER) as ledger:
        ledger.approve([DOCUMENT], term=TERM)
    with opened(database, "login_ann") as ledger:
        ledger.record(DOCUMENT)
    assert [login for _, _, login in logins(database)] == ["login_ann", "login_ann"]
    assert named(database)["one-login"].startswith("login_ann approved documents and entered them")


@pytest.mark.parametrize("login", ["login_ann", "login_dora", "postgres"])
def test_nobody_approves_their_own_in_any_role(login: str, database: str) -> None:
    own = evolve(DOCUMENT, approved_by=APPROVER)
    with opened(database, login, APPROVER) as ledger:
        ledger.approve([own], term=TERM)
        with pytest.raises(errors.LedgerError) as caught:
            ledger.record(own)
    assert caught.value.code in {"self-approval", "approval-missing"}
    with (
        opened(database, "login_otto", APPROVER) as ledger,
        pytest.raises(errors.LedgerError, match="denied"),
    ):
        ledger.approve([allocation("A-10", "10.00")], term=TERM)


def test_what_is_edited_after_it_was_approved_is_refused(database: str) -> None:
    with opened(database, "login_dora", APPROVER) as ledger:
        ledger.approve([DOCUMENT], term=TERM)
    with opened(database, "login_ann") as ledger:
        with pytest.raises(errors.ApprovalMissingError):
            ledger.record(evolve(DOCUMENT, amount=usd("11.00")))
        assert ledger.record(DOCUMENT).number == 16
    change = "UPDATE mdfm.entry SET parts = parts WHERE number = 14"
    assert answer(database, "login_ann", change).startswith("permission denied")
    assert "never changed" in answer(database, "postgres", change)


def test_nobody_sets_the_login_they_post_under(database: str) -> None:
    forged = ENTRY.format(login=", 'login_dora'")
    for login in ("login_ann", "postgres"):
        assert answer(database, login, forged) == "mdfm: nobody posts under the login of another"
        assert answer(database, login, "SET ROLE login_poster", forged).startswith("mdfm: nobody")
        assert answer(database, login, ENTRY.format(login="")) == ""
        assert answer(database, login, ENTRY.format(login=f", '{login}'")) == ""
        change = "UPDATE mdfm.entry SET login = 'login_dora' WHERE number = 13"
        assert answer(database, login, change).startswith(("permission denied", "mdfm: entry rows are never"))
    become = "SET SESSION AUTHORIZATION login_dora"
    assert answer(database, "login_ann", become).startswith("permission denied")
    default = "ALTER TABLE mdfm.entry ALTER login SET DEFAULT 'login_dora'"
    assert answer(database, "login_ann", default).startswith("must be owner")


def test_the_control_without_its_guard_another_login_is_written(database: str) -> None:
    server().execute("ALTER TABLE mdfm.entry DISABLE TRIGGER entry_in_order", database)
    assert answer(database, "login_ann", ENTRY.format(login=", 'login_dora'")) == ""
    server().execute("ALTER TABLE mdfm.entry ENABLE ALWAYS TRIGGER entry_in_order", database)
    server().execute("ALTER TABLE mdfm.entry ALTER login SET DEFAULT 'login_dora'", database)
    assert "verify-schema" in named(database)
