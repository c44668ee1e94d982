"""Where the store keeps a ledger: a file, memory, a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import server


@pytest.fixture
def database() -> Iterator[str]:
    """The name of a new database on the server, with an empty ledger."""
    name = server().ledger()
    yield name
    server().drop(name)


@pytest.fixture(params=["file", "postgresql"])
def kept_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty ledger that others can open too."""
    if request.param == "postgresql":
        yield server().url(request.getfixturevalue("database"))
    else:
        yield f"sqlite:///{tmp_path / 'l.db'}"


@pytest.fixture(params=["file", "memory", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty ledger, on each engine."""
    if request.param == "postgresql":
        yield server().url(request.getfixturevalue("database"))
    else:
        yield "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'l.db'}"


@pytest.fixture
def small() -> Iterator[str]:
    """The name of a database on the server with a small ledger."""
    name = server().small_ledger()
    yield name
    server().drop(name)


@pytest.fixture
def empty() -> Iterator[str]:
    """The name of a database on the server with nothing in it."""
    name = server().empty()
    yield name
    server().drop(name)
