"""It is decided that a donor gets back what was not used of its money."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import RefundOwed
from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import REFUND
from mdfm_ledger.errors import BelowDeMinimisError, InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    day,
    one_of,
    optional_amount,
    optional_text,
    positive_amount,
    reference,
    text,
)
from mdfm_ledger.journal import Lines, credit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.exchange import require_plausible
from mdfm_ledger.rules.unspent import HELD, OUT_OF, no_longer_free, unspent


@frozen(kw_only=True)
class Refund(Event):
    """What is owed back to a donor, by a decision and an approver; it is paid by refund payments.

    At most what is free of the donor's money on the date and on every later one, the unearmarked used
    first; or, ``out_of`` its donor balance account, at most what stands there. What is less than the
    policy of the term refunds needs the decision that allows it, in ``despite_de_minimis``. ``owed`` is
    what the donor was promised in its own currency, where that was agreed: then it is that which is paid,
    and no dollars less or more.
    """

    event_kind = "refund"
    described_by = "decision"

    on: date = day()
    term: str = reference()
    donor: str = reference()
    amount: Amount = positive_amount()
    out_of: str = one_of(*OUT_OF, default=HELD)
    owed: Amount | None = optional_amount()
    decision: str = text()
    approved_by: str = text()
    despite_de_minimis: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return f"refund:{self.reference}"

    def post(self, books: Books) -> Lines:
        """Dr 2010 (or 2070) Cr 2060; out of what is held also Dr 8110 Cr 8100."""
        term = books.term(self.term)
        line = unspent(books, term, self.donor, self.amount, self.out_of, flow=REFUND)
        self._require_worth_paying(term)
        self._require_owed_for_dollars(books, term)
        owed = subaccount("2060", term=self.term, donor=self.donor)
        rest = no_longer_free(books, term, self.donor, self.amount, self.out_of, self.on)
        return (line, credit(owed, self.amount.minor), *rest)

    def _require_worth_paying(self, term: Term) -> None:
        least = term.policy_on(self.on).refund_de_minimis
        if least and self.amount < least and not self.despite_de_minimis:
            raise BelowDeMinimisError(amount=self.amount, least=least, term=self.term, on=self.on)

    def _require_owed_for_dollars(self, books: Books, term: Term) -> None:
        """What is owed in the donor's currency is what the dollars were worth at some time of the term."""
        if self.owed is None:
            return
        if self.owed.currency == term.currency:
            raise InvalidFieldError(
                field="owed", problem="is for other currencies than the term's; leave it out"
            )
        require_plausible(books, term, self.amount, self.owed, term.starts_on, self.on, field="owed")

    def document(self, before: RefundOwed | None, lines: Lines) -> RefundOwed:
        del before, lines
        return RefundOwed(
            reference=self.reference,
            term=self.term,
            donor=self.donor,
            on=self.on,
            amount=self.amount,
            owed=self.owed,
            paid=Amount.zero(self.amount.currency),
            settled=Amount.zero((self.owed or self.amount).currency),
        )
