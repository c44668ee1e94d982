"""Money held is allotted to an activity: the moment it is decided whose money will be used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Term
from mdfm_ledger.books.shares import FrozenShares, parcels_on
from mdfm_ledger.errors import EarmarkError, MismatchError, NotFundedError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_reference, positive_amount, reference, text
from mdfm_ledger.journal import Lines, Subaccount, moved, places_like
from mdfm_ledger.money import Amount, split
from mdfm_ledger.rules.clusters import require_cluster_line
from mdfm_ledger.rules.free_money import require_backed
from mdfm_ledger.series import day_number


@frozen(kw_only=True)
class Allocation(Event):
    """An amount for one activity of the term's budget, by a decision and an approver.

    The approver is not the preparer. Never against a pledge: only money received and free on the
    date and on every later date can be allotted. It may name the thematic ``cluster`` it is for,
    and a line of the plan for the clusters.
    """

    event_kind = "allocation"
    described_by = "decision"

    on: date = day()
    term: str = reference()
    activity: str = reference()
    amount: Amount = positive_amount()
    decision: str = text()
    approved_by: str = text()
    cluster: str = optional_reference()
    cluster_line: str = optional_reference()

    def about(self, books: Books, lines: Lines) -> str:
        return f"allocation:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Dr 8110 Cr 8120 per donor.

        Money earmarked for the activity is taken first, then money earmarked for its area, then the
        unearmarked pool, each in proportion to what is free (largest remainder).
        """
        term = books.term(self.term)
        term.require_activity(self.activity, self.on)
        require_cluster_line(
            books, term, self.on, activity=self.activity, cluster=self.cluster, line=self.cluster_line
        )
        if self.amount.currency != term.currency:
            raise MismatchError(
                field="amount",
                given=self.amount.currency,
                document=f"term {self.term}",
                expected=term.currency,
            )
        free, minors = zip(*self._taken(books, term), strict=True)
        return moved(free, self._allotted(free), minors)

    def _taken(self, books: Books, term: Term) -> list[tuple[Subaccount, int]]:
        area = term.budget_on(self.on).area_of(self.activity)
        require_backed(books, term, self.amount, self.on, purpose=self.activity)
        taken: list[tuple[Subaccount, int]] = []
        wanted = self.amount.minor
        for earmark in (self.activity, area, ""):
            pool = self._pool(books, earmark) if wanted else []
            take = min(wanted, sum(minor for _, minor in pool))
            if take:
                parts = split(take, [(place.donor, minor) for place, minor in pool])
                taken += [(place, part) for (place, _), part in zip(pool, parts, strict=True) if part]
                wanted -= take
        if wanted:
            self._refuse(books, term, available=self.amount.minor - wanted)
        return taken

    def _pool(self, books: Books, earmark: str) -> list[tuple[Subaccount, int]]:
        """What each parcel of that earmark can give: its lowest balance from the date on.

        In the order of the donors' ids, so that the lines do not depend on how books are kept.
        """
        day = day_number(self.on)
        free = books.free(self.term, earmark).items()
        parcels = [(place, series.low_from(day)[0]) for place, series in free]
        return sorted((parcel for parcel in parcels if parcel[1] > 0), key=lambda parcel: parcel[0].donor)

    def _free_in_all(self, books: Books, term: Term) -> int:
        return sum(minor for earmark in term.earmarks for _, minor in self._pool(books, earmark))

    def _refuse(self, books: Books, term: Term, *, available: int) -> None:
        everything = self._free_in_all(books, term)
        currency = self.amount.currency
        if everything >= self.amount.minor:
            raise EarmarkError(
                activity=self.activity,
                asked=self.amount,
                free=Amount(available, currency),
                earmarked=Amount(everything - available, currency),
            )
        raise NotFundedError(
            activity=self.activity, asked=self.amount, free=Amount(available, currency), on=self.on
        )

    def _allotted(self, free: Sequence[Subaccount]) -> list[Subaccount]:
        """Where each donor's free money is put: with the earmark it comes with."""
        # Each is of this allocation alone: not asked of those kept for being posted to again and again.
        first = Subaccount(
            "8120",
            self.term,
            free[0].currency,
            free[0].donor,
            allocation=self.reference,
            activity=self.activity,
            earmark=free[0].earmark,
        )
        return places_like(first, [(place.donor, place.earmark) for place in free])

    def document(self, before: FrozenShares | None, lines: Lines) -> FrozenShares:
        del before
        return FrozenShares(
            reference=self.reference,
            allocation=self.reference,
            term=self.term,
            activity=self.activity,
            on=self.on,
            parcels=parcels_on(lines, "8120"),
            cluster=self.cluster,
            cluster_line=self.cluster_line,
        )
