"""The rates and rules of a term change from a date on; what is posted is never priced again."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import INTEREST_TO, PROCEEDS, RECEIPTS_AT, Policy, Term
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    basis_points,
    day,
    one_of,
    optional_amount,
    optional_reference,
    optional_text,
    reference,
    require_from,
    require_match,
    text,
    whole_number,
)
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class RevisePolicy(Event):
    """The whole policy of a term from ``on`` (inclusive), by a named decision.

    Rates are in basis points: 7 % is 700. ``agent`` is the partner that is owed the agent's fee and
    the support cost where they are not paid at once. ``rate_source`` publishes the rates that price
    money in other currencies, none older than ``rate_limit_days``; money the bank turned into dollars
    counts for its ``proceeds``, or for the ``operational_rate`` published, by ``receipts_at``.
    What is less than ``refund_de_minimis`` is not refunded to a donor without a decision of its own.
    """

    event_kind = "revise_policy"
    described_by = "decision"

    on: date = day()
    term: str = reference()
    agent_fee_basis_points: int = basis_points(required=True)
    support_cost_basis_points: int = basis_points(required=True)
    interest_to: str = one_of(*INTEREST_TO)
    agent: str = optional_reference()
    rate_source: str = optional_reference()
    rate_limit_days: int = whole_number(0, 366, default=31)
    receipts_at: str = one_of(*RECEIPTS_AT, default=PROCEEDS)
    refund_de_minimis: Amount | None = optional_amount()
    decision: str = text()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"term:{self.term}"

    def post(self, books: Books) -> Lines:
        term = books.term(self.term)
        last = term.policies[-1]
        if self.refund_de_minimis:
            given = self.refund_de_minimis.currency
            require_match("refund_de_minimis", given, f"term {self.term}", term.currency)
        require_from(self.on, last.since, f"the last policy of term {self.term}")
        return ()

    def document(self, before: Term, lines: Lines) -> Term:
        del lines
        policy = Policy(
            since=self.on,
            agent_fee_basis_points=self.agent_fee_basis_points,
            support_cost_basis_points=self.support_cost_basis_points,
            interest_to=self.interest_to,
            agent=self.agent,
            rate_source=self.rate_source,
            rate_limit_days=self.rate_limit_days,
            receipts_at=self.receipts_at,
            refund_de_minimis=self.refund_de_minimis,
            decision=self.decision,
        )
        return evolve(before, policies=(*before.policies, policy))
