"""Who posts is killed, and the server under it: nothing acknowledged is lost, a retry posts once."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import pytest

from mdfm_ledger import errors
from tests.support.bookkeeping import receipt
from tests.support.killing import killed, writers
from tests.support.ledgers import open_ledger
from tests.support.postgres import NoServerError, Server, server
from tests.support.profile import figure

CYCLES = figure(nightly=100, gate=10)
CRASHES = figure(nightly=50, gate=4)

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture
def fragile() -> Iterator[Server]:
    """A server of the test's own."""
    one = Server()
    yield one
    one.remove()


def start_again(fragile: Server) -> None:
    """Start it, once those who served the writers have noticed that it is gone."""
    for _ in range(100):
        try:
            fragile.start()
        except NoServerError:
            time.sleep(0.1)
        else:
            return
    fragile.start()


def test_nothing_acknowledged_is_lost_when_who_posts_is_killed() -> None:
    name = server().small_ledger()
    assert len(killed(server().url(name), CYCLES)) > CYCLES
    server().drop(name)


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(fragile: Server) -> None:
    """The whole of it at once, or its first process alone, as when memory runs out."""
    with writers(fragile.url(fragile.small_ledger())) as one:
        for cycle in range(CRASHES):
            one.begin()
            one.wait_for_one()
            time.sleep(0.003 * (cycle % 17))
            fragile.stop(signal.SIGKILL if cycle % 2 else signal.SIGQUIT)
            one.end()
            start_again(fragile)
            one.go_on(verified=cycle % 10 == 0)
        one.require_all()
        assert len(one.acknowledged) >= 2 * CRASHES


def test_who_was_connected_is_told_and_posts_once_when_it_is_back(fragile: Server) -> None:
    url = fragile.url(fragile.small_ledger())
    with open_ledger(url) as ledger:
        ledger.record(receipt("R-9", "1.00"))
        fragile.stop(signal.SIGQUIT)
        with pytest.raises(errors.StoreUnavailableError):
            ledger.record(receipt("R-10", "1.00"))
    start_again(fragile)
    with open_ledger(url) as ledger:
        assert ledger.record(receipt("R-9", "1.00")).was_replayed
        assert ledger.record(receipt("R-10", "1.00")).number == 14
        assert ledger.verify().findings == ()
