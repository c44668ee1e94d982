"""What is held for all donors is published: its total, and a tree in which each can find its own."""

from __future__ import annotations

from datetime import date

from attrs import evolve, field, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor, PublishedHoldings
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import DonorNegativeError, SealDiffersError, WrongDayError
from mdfm_ledger.event import Event
from mdfm_ledger.evidence.holdings import fragments_by_seed, sum_root
from mdfm_ledger.fields import (
    day,
    digest,
    optional_digest,
    optional_text,
    optional_total,
    several,
    whole_number,
)
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount
from mdfm_ledger.naming import donors_named
from mdfm_ledger.rules.held_in_trust import (
    BankConfirmation,
    HeldInTrust,
    held_by_donor,
    held_in_trust,
    require_confirmed,
    total_of,
    unconfirmed,
)

_MOST = 1 << 53
_FILLED_IN = ("known_at", "fragments", "root", "total", "position")


@frozen(kw_only=True)
class PublishHoldings(Event):
    """What is held for each donor on ``as_of`` (inclusive), over all terms, as a Merkle sum tree.

    ``root`` and ``total`` are the tree's, ``position`` says how the total ties to the other liabilities and
    to the assets, and ``confirmed`` what the banks state. Where they state another amount than the books,
    it is explained. ``seed`` splits the balances and hides whose they are; it is kept apart from the record
    and never shown. The rest is filled in by recording; where it is given it has to be right.
    """

    event_kind = "publish_holdings"
    personal = ("seed",)

    on: date = day()
    as_of: date = day()
    seed: str = digest()
    confirmed: tuple[BankConfirmation, ...] = several(BankConfirmation)
    approved_by: str = optional_text()
    known_at: int = whole_number(0, _MOST, default=0)
    fragments: int = whole_number(0, _MOST, default=0)
    root: str = optional_digest()
    total: Amount | None = optional_total()
    position: HeldInTrust | None = field(default=None)

    def __attrs_post_init__(self) -> None:
        if self.as_of > self.on:
            problem = f"what is held can be published from that day on, and not on {self.on}"
            raise WrongDayError(field="as_of", value=self.as_of, problem=problem)

    @property
    def description(self) -> str:
        return f"as of {self.as_of}"

    def about(self, books: Books, lines: Lines) -> str:
        return f"holdings:{self.reference}"

    def completed(self, books: Books) -> PublishHoldings:
        """With what the books say filled in, where it is not given."""
        found = self._of(books)
        given = {name: getattr(self, name) or getattr(found, name) for name in _FILLED_IN}
        return evolve(self, **given)

    def as_recorded(self, recorded: Event) -> Event:
        """With what recording filled in, where it is not given."""
        assert isinstance(recorded, PublishHoldings), "an event is recorded as what it is"
        given = {name: getattr(self, name) or getattr(recorded, name) for name in _FILLED_IN}
        # The seed is chance and no content: asked for again, the same holdings are the same.
        return evolve(self, seed=recorded.seed, **given)

    def _of(self, books: Books) -> PublishHoldings:
        """The event as these books have it."""
        balances = held_by_donor(books, self.as_of)
        if not balances:
            raise WrongDayError(field="as_of", value=self.as_of, problem="no donor has a line by then")
        for donor, minor in balances.items():
            if minor < 0:
                amount = Amount(minor, BASE_CURRENCY)
                raise DonorNegativeError(donor=donor, term="all terms", balance=amount, day=self.as_of)
        found = fragments_by_seed(balances, self.seed)
        return evolve(
            self,
            known_at=books.number,
            fragments=len(found),
            root=sum_root(found)[0].hex(),
            total=total_of(balances),
            position=held_in_trust(books.whole.trial_balance(self.as_of)),
        )

    def post(self, books: Books) -> Lines:
        """No lines: that holdings are published moves nothing."""
        require_confirmed(books, self.confirmed, self.as_of)
        found = self._of(books)
        for name in _FILLED_IN:
            given, expected = getattr(self, name), getattr(found, name)
            if given != expected:
                raise SealDiffersError(field=name, found=str(expected), given=str(given))
        return ()

    def notes(self, books: Books) -> tuple[tuple[str, str], ...]:
        """Cash that no bank is said to confirm; a donor named in what all donors are shown."""
        found = []
        alone = unconfirmed(books, self.confirmed, self.as_of)
        if alone:
            message = f"no bank is said to confirm what is on {', '.join(alone)} on {self.as_of}"
            found.append(("cash-not-confirmed", message))
        held = held_by_donor(books, self.as_of)
        names = {donor: books.document(Donor, "donor", donor).name for donor in held}
        for one in self.confirmed:
            named = ", ".join(donors_named(f"{one.statement} {one.explanation}", names))
            if named:
                message = f"what is said of {one.bank_account} names {named}; every donor is shown it"
                found.append(("names-a-donor", message))
        return tuple(found)

    def document(self, before: PublishedHoldings | None, lines: Lines) -> PublishedHoldings:
        del before, lines
        assert self.total is not None, "a recorded publication is complete"
        return PublishedHoldings(
            reference=self.reference,
            as_of=self.as_of,
            known_at=self.known_at,
            fragments=self.fragments,
            root=self.root,
            total=self.total,
        )
