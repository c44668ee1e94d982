"""What was closed: that nothing was posted into it later, and that the seals are those of what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mdfm_ledger.audit.recount.documents import Documents
from mdfm_ledger.audit.recount.totals import Totals
from mdfm_ledger.audit.recount.whole import Found
from mdfm_ledger.books.closing import PERIODS, Periods, may_follow_a_close, trial_balance_digest
from mdfm_ledger.books.documents import Term
from mdfm_ledger.event import Event
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.events.carry_forward import CarryForward
from mdfm_ledger.events.period_close import PeriodClose
from mdfm_ledger.sealing.stored_place import ACCOUNT, BANK_ACCOUNT, FLOW, TERM, Place
from mdfm_ledger.series import day_number

OnPlaces = Iterable[tuple[Place, int]]
"""Lines as the place each is on and its amount, debit positive."""


_UNDONE_WITHOUT_LINES = {name for name, kind in EVENT_KINDS.items() if kind.is_undone_without_lines}


class Closings:
    """The closed periods and terms as they stand while the entries are looked at in number order."""

    def __init__(self) -> None:
        self._through = 0
        self._terms: frozenset[str] = frozenset()
        self._last_seal = b""

    def passed(self, row: Any) -> bool:
        """Whether an entry of an ordinary kind touches nothing that is closed, and closes nothing."""
        if row.day <= self._through or self._terms or row.about.startswith(("periods:", "term:")):
            return False
        self._last_seal = row.seal
        return True

    def add(
        self, row: Any, event: Event | None, documents: Documents, lines: Callable[[], OnPlaces]
    ) -> Iterator[Found]:
        """Look at an entry, after the document it is about was brought up to date."""
        if row.day <= self._through:
            yield ("period-open", "dated in a closed period", f"after {self._through}", row.day)
        were_closed = self._terms
        if row.about.startswith(("periods:", "term:")):
            self._look_at(row.about, documents)
        still_closed = were_closed & self._terms
        if still_closed:
            yield from _after_a_close(still_closed, row.about, lines())
        if event and event.reverses and event.reverses[0] not in _UNDONE_WITHOUT_LINES and not lines():
            # What else posted no lines is put right by another event, and stands.
            yield ("reversal-exact", f"lines of entry {row.reverses}", "some", "none")
        if isinstance(event, PeriodClose):
            yield from self._journal_head(row.number, event)
        if isinstance(event, CarryForward):
            yield from _no_bank_movement(lines())
        self._last_seal = row.seal

    def _look_at(self, about: str, documents: Documents) -> None:
        document = documents.standing(about, object)
        if about == PERIODS:
            closed = document.closed if isinstance(document, Periods) else ()
            self._through = day_number(closed[-1].through) if closed else 0
        else:
            own = frozenset({about.removeprefix("term:")})
            is_closed = isinstance(document, Term) and document.closed_on
            self._terms = self._terms | own if is_closed else self._terms - own

    def _journal_head(self, number: int, event: PeriodClose) -> Iterator[Found]:
        expected = (number - 1, self._last_seal.hex())
        found = (event.journal_head, event.journal_seal)
        if expected != found:
            yield ("period-seal", "number and seal of the entry before", expected, found)

    def sealed(self, event: PeriodClose, totals: Totals) -> Iterator[Found]:
        """What a closing seals that is not what the entries before it add up to."""
        digest = trial_balance_digest(totals.trial_balance(day_number(event.ends_on)))
        if digest != event.trial_balance:
            what = f"trial balance on {event.ends_on}, as known then"
            yield ("period-seal", what, event.trial_balance, digest)


def _after_a_close(closed: frozenset[str], about: str, lines: OnPlaces) -> Iterator[Found]:
    own: dict[str, set[tuple[str, str]]] = {}
    for values, _ in lines:
        if values[TERM] in closed:
            own.setdefault(values[TERM], set()).add((values[ACCOUNT], values[FLOW]))
    for term, places in sorted(own.items()):
        if not may_follow_a_close(places):
            accounts = ", ".join(sorted({account for account, _ in places}))
            yield ("term-closed", f"accounts {accounts} of {term}", "nothing", "lines")
    if about.removeprefix("term:") in closed:
        yield ("term-closed", f"change of {about}", "nothing", "an entry")


def _no_bank_movement(lines: OnPlaces) -> Iterator[Found]:
    moved: dict[str, int] = {}
    for values, amount in lines:
        if values[ACCOUNT] == "1010":
            moved[values[BANK_ACCOUNT]] = moved.get(values[BANK_ACCOUNT], 0) + amount
    for bank_account, amount in moved.items():
        if amount:
            yield ("roll-forward", f"carried forward through {bank_account}", 0, amount)
