"""The same events on two engines: the same answers, refusals, leaves, root and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs
from hypothesis import Phase, settings

from mdfm_ledger import Ledger
from mdfm_ledger.audit.verification import Verification
from mdfm_ledger.errors import LedgerError
from mdfm_ledger.results import Recorded
from tests.stateful.test_machine import Fund
from tests.stateful.test_tour import walk
from tests.support.ledgers import rows_of
from tests.support.postgres import server
from tests.support.profile import figure
from tests.support.signing import KEY


class Twin:
    """Asks two ledgers the same, and gives the answer only where it is one."""

    def __init__(self, *ledgers: Ledger) -> None:
        vars(self)["ledgers"] = ledgers

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.ledgers[0], name)
        if name.startswith("_") or not callable(found):
            return found
        return lambda *values, **named: self.same(lambda one: getattr(one, name)(*values, **named))

    def __setattr__(self, name: str, value: object) -> None:
        for ledger in self.ledgers:
            setattr(ledger, name, value)
            setattr(ledger._recorder, name, value)

    def same(self, ask: Callable[[Ledger], Any]) -> Any:
        """The one answer of both, or the one refusal."""
        answers, refusals = [], []
        for ledger in self.ledgers:
            try:
                answer = ask(ledger)
                answers.append(comparable(answer))
            except LedgerError as error:
                refusals.append(error)
        if refusals:
            assert answers == []
            assert len({(error.code, str(error)) for error in refusals}) == 1
            raise refusals[0]
        assert answers[0] == answers[1]
        return answers[0]


def comparable(answer: Any) -> Any:
    """The answer without what is an engine's own: what its log holds, why it saw no pages."""
    if isinstance(answer, Iterator):
        return list(answer)
    if isinstance(answer, Recorded):
        return attrs.evolve(
            answer, warnings=tuple(one for one in answer.warnings if one.code != "still-logged")
        )
    if isinstance(answer, Verification):
        return attrs.evolve(answer, pages_unseen="")
    return answer


class OnBoth(Fund):
    """The machine on a server and in memory at once."""

    def opened(self, url: str) -> Ledger:
        self.database = server().ledger()
        twin: Any = Twin(super().opened(server().url(self.database)), super().opened(url))
        ledger: Ledger = twin
        return ledger

    def teardown(self) -> None:
        twin: Any = self.ledger
        assert twin.same(rows_of)
        twin.checkpoints(KEY.name)
        super().teardown()
        server().drop(self.database)


TestOnBoth = OnBoth.TestCase
TestOnBoth.settings = settings(
    max_examples=figure(nightly=60, gate=3),
    stateful_step_count=20,
    # Every step is taken twice, once over a wire: what fails is told as it is, not made shorter first.
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=settings().derandomize,
)


def test_every_kind_of_event_gives_the_same_on_both() -> None:
    fund = OnBoth()
    walk(fund)
    fund.teardown()
