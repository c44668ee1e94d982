"""A member city offers something in kind: a register entry, never money."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.in_kind import ITEMS, OFFERED, InKind
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, optional_reference, reference, text
from mdfm_ledger.journal import Lines
from mdfm_ledger.rules.clusters import require_cluster, require_member_city

_MONEY = "5"


@frozen(kw_only=True)
class InKindOffer(Event):
    """What a city can contribute in kind, by item of the questionnaire: it has no amount and posts nothing.

    Items: 1 advance knowledge (experts' meeting), 2 host exchange activities, 3 capacity-building, 4 take
    part in research, 6 other. Item 5, money for the fund, is an announced pledge. Source: strategy,
    "Questionnaire for member cities".
    """

    event_kind = "in_kind_offer"
    described_by = "offer"

    on: date = day()
    term: str = reference()
    city: str = reference()
    item: str = one_of(*ITEMS, _MONEY)
    offer: str = text()
    cluster: str = optional_reference()

    def __attrs_post_init__(self) -> None:
        if self.item == _MONEY:
            problem = "item 5 offers money: record a pledge with status announced and its origin"
            raise InvalidFieldError(field="item", problem=problem)

    def about(self, books: Books, lines: Lines) -> str:
        return f"in_kind_offer:{self.reference}"

    def post(self, books: Books) -> Lines:
        require_member_city(books, self.city)
        term = books.term(self.term)
        if self.cluster:
            require_cluster(books, term, self.cluster, self.on)
        return ()

    def document(self, before: InKind | None, lines: Lines) -> InKind:
        del before, lines
        return InKind(
            reference=self.reference,
            term=self.term,
            city=self.city,
            item=self.item,
            offer=self.offer,
            cluster=self.cluster,
            on=self.on,
            outcome=OFFERED,
            changed_on=self.on,
        )
