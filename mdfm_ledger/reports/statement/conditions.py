"""Contributions by what their donors ask for without binding the money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import PledgePromise
from mdfm_ledger.rules.conditions import Codes, ConditionedReceipt
from mdfm_ledger.source import JournalSource, Window


@frozen
class Asked:
    """Money a donor gave, in cents, and the activities or areas it names for it."""

    donor: str
    codes: Codes
    minor: int


@frozen(kw_only=True)
class Conditioned:
    """What may have conditions: promises by reference, and money received without a pledge."""

    term: str
    promises: Mapping[str, PledgePromise]
    receipts: tuple[ConditionedReceipt, ...]

    def name(self, field: str) -> bool:
        """Whether any names codes in that field."""
        return any(getattr(one, field) for one in (*self.promises.values(), *self.receipts))


def all_conditioned(source: JournalSource, window: Window, term: str) -> Conditioned:
    """The promises and receipts of a term, whoever's they are."""
    promises = cast(dict[str, PledgePromise], source.documents("pledge", window))
    own = {one: promise for one, promise in promises.items() if promise.term == term}
    return conditioned(source, window, term, own)


def conditioned(
    source: JournalSource,
    window: Window,
    term: str,
    promises: Mapping[str, PledgePromise],
    *,
    donor: str = "",
) -> Conditioned:
    """These promises, and the receipts of a term, or of a donor in it."""
    receipts = cast(dict[str, ConditionedReceipt], source.documents("conditioned_receipt", window))
    return Conditioned(
        term=term,
        promises=promises,
        receipts=tuple(
            one for one in receipts.values() if one.term == term and one.donor == (donor or one.donor)
        ),
    )


def asked(source: JournalSource, window: Window, known: Conditioned, field: str) -> list[Asked]:
    """The money whose donors name codes in that field; what is promised and not received is none."""
    named = {one: promise for one, promise in known.promises.items() if getattr(promise, field)}
    received = _received(source, window, known.term, named) if named else {}
    found = [
        Asked(promise.donor, getattr(promise, field), received.get(one, 0)) for one, promise in named.items()
    ]
    return found + [
        Asked(one.donor, getattr(one, field), one.amount.minor)
        for one in known.receipts
        if getattr(one, field)
    ]


def _received(
    source: JournalSource, window: Window, term: str, promises: Mapping[str, PledgePromise]
) -> dict[str, int]:
    """Cents received by pledge: an entry that pays a pledge holds one contribution, for it."""
    paid = {"term": (term,), "account": ("8040",), "pledge": tuple(promises)}
    pledge_of = {line.number: line.place.pledge for line in source.lines(window, where=paid)}
    donors = tuple({promise.donor for promise in promises.values()})
    held = {"term": (term,), "account": ("2010",), "flow": "", "donor": donors}
    found: dict[str, int] = {}
    for line in source.lines(window, where=held):
        if line.number in pledge_of:
            pledge = pledge_of[line.number]
            found[pledge] = found.get(pledge, 0) - line.signed
    return found
