"""Several who post to one ledger in turn: what each keeps of the books is what it would find asking anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, settings
from sqlalchemy import select

from mdfm_ledger import Ledger
from mdfm_ledger.books import Books
from mdfm_ledger.books.following import followed
from mdfm_ledger.books.watched import group_of, totals_of
from mdfm_ledger.journal import Subaccount
from mdfm_ledger.series import Series
from mdfm_ledger.store import following
from mdfm_ledger.store.balances import to_place
from mdfm_ledger.store.schema import ENTRY, PLACE_COLUMNS, SUBACCOUNT
from tests.stateful.test_machine import Fund
from tests.stateful.test_tour import walk
from tests.support.postgres import server
from tests.support.profile import figure

ALL = 3
ASKED = 0.04
"""How likely each question is asked at a turn: some are kept long, others asked late, when much has moved."""
_PLACES = select(*(SUBACCOUNT.c[name] for name in PLACE_COLUMNS))
_DOCUMENTS = select(ENTRY.c.about).where(ENTRY.c.about != "").distinct()


class DifferError(Exception):
    """What is kept is not what is stored."""


class Turns:
    """Several ledgers on one database; whatever is asked is asked of one of them, by chance."""

    def __init__(self, *ledgers: Ledger) -> None:
        vars(self).update(ledgers=ledgers, lot=Random(7), current=ledgers[0], seen=0)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and callable(getattr(self.current, name)):
            vars(self)["current"] = self.lot.choice(self.ledgers)
            self.compare(self.current)
        return getattr(self.current, name)

    def __setattr__(self, name: str, value: object) -> None:
        for ledger in self.ledgers:
            setattr(ledger, name, value)
            setattr(ledger._recorder, name, value)

    def compare(self, ledger: Ledger) -> None:
        """What is kept, brought to the head, is what the database has; then some more is asked for."""
        recorder: Any = ledger._recorder
        with recorder.reading():
            books = recorder._books_at_head()
            anew = Books(number=books.number, source=recorder._appender)
            kept = {key: _plain(key, value) for key, value in books.kept.items()}
            found = {key: _plain(key, _asked(anew, key, value)) for key, value in books.kept.items()}
            if kept != found:
                raise DifferError([key for key in kept if kept[key] != found[key]])
            vars(self)["seen"] += len(kept)
            for row in ledger._connection.execute(_PLACES).all():
                self._ask_some(books, to_place(tuple(row)))
            for document in ledger._connection.execute(_DOCUMENTS).scalars().all():
                if self.lot.random() < ASKED:
                    books.versions(document)

    def _ask_some(self, books: Books, place: Subaccount) -> None:
        group, totals = group_of(place), totals_of(place)
        if group and self.lot.random() < ASKED:
            books.group(group)
        for total in totals:
            if self.lot.random() < ASKED:
                books.total(total)

    def close(self) -> None:
        """Close all."""
        for ledger in self.ledgers:
            ledger.close()


def _asked(books: Books, key: Any, value: object) -> object:
    if isinstance(key, str):
        return books.versions(key)
    return books.total(key) if isinstance(value, Series) else books.group(key)


def _plain(key: Any, value: Any) -> object:
    """What is kept under a key without what makes no difference: days on which nothing moved in the end."""
    if isinstance(value, Series):
        return value.total if key[0] == "received" else [(day, minor) for day, minor in value.days if minor]
    if isinstance(value, Mapping):
        places = {place: _plain(key, series) for place, series in value.items()}
        return {place: days for place, days in places.items() if days}
    return value


class InTurn(Fund):
    """The machine on several ledgers in one file."""

    def opened(self, url: str) -> Ledger:
        turns: Any = Turns(*(super(InTurn, self).opened(self.place()) for _ in range(ALL)))
        ledger: Ledger = turns
        return ledger

    def place(self) -> str:
        """Where they all are."""
        if not hasattr(self, "folder"):
            self.folder = Path(tempfile.mkdtemp())
        return f"sqlite:///{self.folder / 'l.db'}"

    def teardown(self) -> None:
        super().teardown()
        self.remove()

    def remove(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder)


class InTurnOnAServer(InTurn):
    """The same on a server."""

    def place(self) -> str:
        if not hasattr(self, "database"):
            self.database = server().ledger()
        return server().url(self.database)

    def remove(self) -> None:
        server().drop(self.database)


def _settings(nightly: int, gate: int) -> settings:
    return settings(
        max_examples=figure(nightly=nightly, gate=gate),
        stateful_step_count=20,
        # Each step asks for all that is kept anew: what fails is told as it is, not made shorter first.
        phases=[Phase.explicit, Phase.generate],
        deadline=None,
        derandomize=settings().derandomize,
    )


TestInTurn = InTurn.TestCase
TestInTurn.settings = _settings(nightly=100, gate=3)
TestInTurnOnAServer = InTurnOnAServer.TestCase
TestInTurnOnAServer.settings = _settings(nightly=60, gate=1)


@pytest.mark.parametrize("machine", [InTurn, InTurnOnAServer])
def test_every_kind_of_event_is_followed(machine: Callable[[], InTurn]) -> None:
    fund = machine()
    walk(fund)
    turns: Any = fund.ledger
    assert turns.seen > 1_000
    fund.teardown()


def begun_where_nothing_is_kept(
    books: Books, number: int, about: Iterable[str], moved: Mapping[Subaccount, Series]
) -> Books:
    """Takes what was not asked for yet for empty, as the books do with what an entry of their own begins."""
    for place in moved:
        group, totals = group_of(place), totals_of(place)
        if group:
            books.kept.setdefault(group, {})
        for total in totals:
            books.kept.setdefault(total, Series())
    return followed(books, number, about, moved)


def documents_stay(
    books: Books, number: int, about: Iterable[str], moved: Mapping[Subaccount, Series]
) -> Books:
    """Moves balances only."""
    del about
    return followed(books, number, (), moved)


def nothing_moves(
    books: Books, number: int, about: Iterable[str], moved: Mapping[Subaccount, Series]
) -> Books:
    """Lets go of documents only."""
    del moved
    return followed(books, number, about, {})


@pytest.mark.parametrize("wrong", [begun_where_nothing_is_kept, documents_stay, nothing_moves])
def test_the_control_that_follows_wrongly_is_found(
    wrong: Callable[..., Books], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "followed", wrong)
    fund = InTurn()
    with pytest.raises(DifferError):
        walk(fund)
    fund.ledger.close()
    fund.remove()
