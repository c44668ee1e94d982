"""Damage of a server's pages and indexes: found where amcheck may be asked, and said where it may not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from click.testing import CliRunner

from mdfm_ledger.cli import cli
from mdfm_ledger.doctor import examine
from mdfm_ledger.safekeeping import make_roles
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger
from tests.support.postgres import NoServerError, Server, server

pytestmark = pytest.mark.tamper

EXTENSION = "CREATE EXTENSION amcheck SCHEMA public"


def found(at: Server, database: str, person: str = "postgres", *, quick: bool = False) -> list[str]:
    with open_ledger(at.url(database, person), create=False) as ledger:
        return [str(one) for one in ledger.verify(quick=quick).findings]


def unseen(at: Server, database: str, person: str = "postgres", *, quick: bool = False) -> str:
    with open_ledger(at.url(database, person), create=False) as ledger:
        return ledger.verify(quick=quick).pages_unseen


def told(database: str, person: str) -> str:
    """What the doctor says of pages; empty where it says nothing."""
    return next((one.seen for one in examine(server().url(database, person)) if one.name == NOTE), "")


NOTE = "pages-not-checked"


@pytest.fixture
def roles(small: str) -> Iterator[str]:
    """The small ledger and one who reads."""
    names = ("page_owner", "page_poster", "page_auditor")
    for role in ("page_otto", *names):
        server().execute(f"DROP ROLE IF EXISTS {role}")
    make_roles(server().url(small), owner=names[0], poster=names[1], auditor=names[2])
    server().execute(f"CREATE ROLE page_otto LOGIN IN ROLE {names[2]}")
    yield small
    server().drop(small)
    for role in ("page_otto", *names):
        server().execute(f"DROP ROLE {role}")


def test_where_pages_are_not_looked_at_the_doctor_says_why(roles: str) -> None:
    assert told(roles, "page_otto").endswith("amcheck is not in this database")
    assert unseen(server(), roles, "page_otto") == "amcheck is not in this database"
    said = CliRunner().invoke(cli, ["verify", "--ledger", server().url(roles, "page_otto")])
    last = "no page or index of the server was looked at: amcheck is not in this database."
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (0, last)
    server().execute(EXTENSION, roles)
    assert told(roles, "postgres") == ""
    assert told(roles, "page_otto").endswith("amcheck may not be asked by this role")
    assert unseen(server(), roles, "page_otto") == "amcheck may not be asked by this role"
    assert found(server(), roles, "page_otto") == []
    make_roles(server().url(roles), owner="page_owner", poster="page_poster", auditor="page_auditor")
    assert told(roles, "page_otto") == ""
    assert unseen(server(), roles, "page_otto") == ""
    assert unseen(server(), roles, "page_otto", quick=True) == "the quick check does not ask for it"
    assert found(server(), roles, "page_otto") == []


def test_an_index_that_lacks_rows_is_found_where_it_may_be_looked_at(small: str) -> None:
    """An index is not kept for a while, as after a fault; nothing else of the ledger is wrong."""

    def kept(is_kept: bool) -> None:
        with server().connect(small) as connection:
            connection.execute("SET allow_system_table_mods = on")
            changed = (
                "UPDATE pg_index SET indisready = %s WHERE indexrelid = 'mdfm.line_by_subaccount'::regclass"
            )
            connection.execute(changed, (is_kept,))

    kept(False)
    with open_ledger(server().url(small)) as ledger:
        ledger.record(receipt("R-9", "5.00"))
    kept(True)
    # The control: nobody looked, and nothing was found.
    assert found(server(), small) == []
    server().execute(EXTENSION, small)
    (one,) = found(server(), small)
    assert "index line_by_subaccount: heap tuple" in one
    assert "lacks matching index tuple" in one
    assert found(server(), small, quick=True) == []
    server().execute("REINDEX INDEX mdfm.line_by_subaccount", small)
    assert found(server(), small) == []


def test_a_row_whose_head_is_damaged_is_found_where_it_may_be_looked_at() -> None:
    """One that is read as before: what says how many columns it has is wrong, and there is no checksum."""
    damaged = Server()
    try:
        name = damaged.small_ledger()
        with damaged.connect(name) as connection:
            connection.execute("CHECKPOINT")
            (path,) = connection.execute("SELECT pg_relation_filepath('mdfm.line')").fetchone() or ("",)
        damaged.stop()
        page = bytearray((damaged.data / path).read_bytes())
        row = int.from_bytes(page[24:28], "little") & 0x7FFF
        page[row + 18] |= 0x1F
        (damaged.data / path).write_bytes(page)
        with suppress(NoServerError):
            # Versions before 18 are made without checksums, and say that there is nothing to do.
            damaged.run("pg_checksums", "--disable", "-D", str(damaged.data))
        damaged.start()
        assert found(damaged, name) == []
        damaged.execute(EXTENSION, name)
        (one,) = found(damaged, name)
        assert "table line: number of attributes 31 exceeds maximum" in one
    finally:
        damaged.remove()
