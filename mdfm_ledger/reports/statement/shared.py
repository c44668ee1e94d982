"""What the statements of all donors of a term have in common, asked once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache, partial
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import RECEIPT, BankAccount, Term
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount, split
from mdfm_ledger.reports.flows import Flow, flow_amounts
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.statement.notional_tests import FundBasis, fund_basis
from mdfm_ledger.source import JournalSource, OwnLine, Window


@frozen(kw_only=True)
class Shared:
    """Term, period and window of a set of statements, and the figures of the whole fund in them.

    ``before`` is the window up to the day before the period. ``advanced`` is each donor's share of what
    partners hold, at the end of the period and before it. ``is_mixed`` says whether anything is promised
    or received in another currency than US dollars, and ``own`` what was in another one, by entry.
    ``exceeding`` is what of receipts exceeded their pledges, in cents by entry; below zero: taken back.
    ``fund_basis`` is asked only for donors who require a notional test, and once for all of them.
    """

    head: Head
    journal_head: str
    term: Term
    since: date
    window: Window
    before: Window
    fund: Mapping[Flow, Amount]
    advanced: Mapping[str, int]
    advanced_before: Mapping[str, int]
    is_mixed: bool
    own: Mapping[int, OwnLine]
    exceeding: Mapping[int, int]
    fund_basis: Callable[[], FundBasis]


def shared(source: JournalSource, window: Window, *, term: str, since: date | None) -> Shared:
    """What statements from ``since`` (the term's first day unless given) have in common.

    Raises UnknownDocumentError for the term.
    """
    known = term_of(source, window, term)
    first = since or known.starts_on
    earlier = Window(as_of=first - timedelta(days=1), known_at=window.known_at)
    is_mixed = _is_mixed(source, window, term)
    own_lines = source.own_lines(window, term=term) if is_mixed else []
    return Shared(
        head=head_of(term, window),
        journal_head=source.seal(window.known_at),
        term=known,
        since=first,
        window=window,
        before=earlier,
        fund=flow_amounts(source, window, where={"term": term}),
        advanced=_advanced(source, window, term),
        advanced_before=_advanced(source, earlier, term),
        is_mixed=is_mixed,
        own={line.number: line for line in own_lines},
        exceeding=_exceeding(source, window, term),
        fund_basis=lru_cache(partial(fund_basis, source, window, known)),
    )


def _exceeding(source: JournalSource, window: Window, term: str) -> dict[int, int]:
    waiting = source.lines(window, where={"term": term, "account": "2050"})
    return {line.number: -line.signed for line in waiting if line.cause == RECEIPT}


def _advanced(source: JournalSource, window: Window, term: str) -> dict[str, int]:
    """What partners hold in advances, by donor.

    The advances under an obligation are shared in proportion to what is left of it for each donor, by
    largest remainder. What is left follows the frozen shares and covers the advances, so no donor has
    more advanced than obligated, and the parts add up to what the partners hold.
    """
    if not any(total.balance for total in source.totals(("account",), window, where=_held_by_partners(term))):
        return {}
    outstanding = {
        total.key[0]: total.balance
        for total in source.totals(("obligation",), window, where=_held_by_partners(term))
        if total.balance
    }
    left: dict[str, list[tuple[str, int]]] = {}
    where = {"term": term, "account": "8140", "obligation": tuple(outstanding)}
    for total in source.totals(("obligation", "donor"), window, where=where):
        left.setdefault(total.key[0], []).append((total.key[1], -total.balance))
    advanced: dict[str, int] = {}
    for obligation, weights in left.items():
        for (donor, _), part in zip(weights, split(outstanding[obligation], weights), strict=True):
            advanced[donor] = advanced.get(donor, 0) + part
    return advanced


def _held_by_partners(term: str) -> dict[str, str]:
    return {"term": term, "account": "1210"}


def _is_mixed(source: JournalSource, window: Window, term: str) -> bool:
    accounts = cast(dict[str, BankAccount], source.documents("bank_account", window))
    if any(account.currency != BASE_CURRENCY for account in accounts.values()):
        return True
    pledged = source.totals(("currency",), window, where={"term": term, "account": "8090"})
    return any(total.key != (BASE_CURRENCY,) for total in pledged)
