"""What every report says of itself: which fund and term, through which window it looks."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from attrs import frozen

from mdfm_ledger.reports.document import Fact, Facts, text
from mdfm_ledger.source import Window

FUND = "Learning Cities Multi-donor Funding Modality (MDFM)"


@frozen(kw_only=True)
class Head:
    """Fund, term, and the two limits of the report (both inclusive)."""

    fund: str
    term: str
    as_of: date
    known_at: int

    def facts(self) -> Facts:
        """The head as facts of a document."""
        return Facts(
            key="head",
            items=(
                Fact(key="fund", value=self.fund),
                Fact(key="term", value=self.term),
                Fact(key="as_of", value=self.as_of),
                Fact(key="known_at", value=self.known_at),
                Fact(key="basis", value=text("basis")),
            ),
        )


def head_of(term: str, window: Window) -> Head:
    """The head of a report on a term."""
    return Head(fund=FUND, term=term, as_of=window.as_of, known_at=window.known_at)


def share(part: int, whole: int) -> Fraction | None:
    """A part of a whole as an exact fraction; None where there is no whole."""
    return Fraction(part, whole) if whole else None


def period_start(window: Window, since: date | None) -> date:
    """The first day of a report's period: ``since``, or the first of the year of ``as_of``."""
    return since or date(window.as_of.year, 1, 1)


def before(window: Window, since: date) -> Window:
    """The same window up to the day before ``since``: what is carried into the period."""
    return Window(as_of=since - timedelta(days=1), known_at=window.known_at)
