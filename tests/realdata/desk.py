"""A ledger to record the rows of a file in, one by one; what is refused is listed in the library's words."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from attrs import Factory, define, frozen

from mdfm_ledger import Amount, Area, BudgetLine, BudgetPlan, Ledger, Names
from mdfm_ledger.errors import RejectedError
from mdfm_ledger.event import Event

BANK = "USD"


@frozen(kw_only=True)
class Refusal:
    """What of a row could not be recorded, and why."""

    row: int
    code: str
    reason: str


@define(kw_only=True)
class Desk:
    """Records what rows say; ``recorded`` and ``refused`` together name every row that says something."""

    ledger: Ledger
    recorded: set[int] = Factory(set)
    refused: list[Refusal] = Factory(list)

    def accepts(self, row: int, check: Callable[[], object]) -> bool:
        """Whether the library accepts a part of a row; a refusal is listed."""
        try:
            check()
        except RejectedError as error:
            self.refused.append(Refusal(row=row, code=error.code, reason=str(error)))
            return False
        return True

    def record(self, row: int, *makes: Callable[[], Event]) -> bool:
        """Record the events a row makes, all or none; whether they were accepted. A refusal is listed."""
        accepted = self.accepts(row, lambda: self.ledger.record_all([make() for make in makes]))
        if accepted:
            self.recorded.add(row)
        return accepted

    @property
    def refused_rows(self) -> set[int]:
        """The rows of which something was refused."""
        return {one.row for one in self.refused}


def open_desk(known_on: date) -> Desk:
    """A desk over a new ledger in memory, whose clock stands at the end of a day."""
    now = datetime.combine(known_on, time(23, 59, tzinfo=UTC))
    return Desk(ledger=Ledger.open("sqlite://", actor="import@example.org", clock=lambda: now))


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a file as they stand."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def plan_of(name: str, lines: dict[str, int]) -> BudgetPlan:
    """A budget of one area with a line of so many cents for each name."""
    return BudgetPlan(
        name=name,
        areas=(Area(code="all", names=Names(en=name)),),
        lines=tuple(
            BudgetLine(code=code, area="all", amount=Amount(minor, "USD"), names=Names(en=code))
            for code, minor in lines.items()
        ),
    )


def usd(text: str) -> Amount:
    """Dollars as a file writes them; a whole number of cents, or refused."""
    return Amount.parse(text, "USD")


def cents(values: Iterable[str]) -> int:
    """The sum of a column of dollars, in cents; empty ones are nothing."""
    return int(
        sum((Decimal(value) for value in values if value), start=Decimal(0)).quantize(Decimal("0.01")) * 100
    )
