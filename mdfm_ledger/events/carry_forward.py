"""With a donor's consent its unspent money goes from one term to a later one."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Term
from mdfm_ledger.chart import BASE_CURRENCY, CARRIED_IN, CARRIED_OUT
from mdfm_ledger.errors import CashShortError, MismatchError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    codes,
    day,
    one_of,
    optional_reference,
    optional_text,
    positive_amount,
    reference,
    text,
)
from mdfm_ledger.journal import JournalLine, Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import leaving
from mdfm_ledger.rules.conditions import ConditionedReceipt, conditioned, require_conditions
from mdfm_ledger.rules.unspent import HELD, OUT_OF, no_longer_free, unspent
from mdfm_ledger.series import day_number


@frozen(kw_only=True)
class CarryForward(Event):
    """Unspent money that a donor leaves to a later term, by the ``consent`` named. The bank moves nothing.

    At most what is free of the donor's money in ``term`` on the date and on every later one; or,
    ``out_of`` its donor balance account, at most what stands there. It is never new money toward the
    target of ``to_term``. Money keeps its earmark unless ``earmark`` names another; what stood aside
    has none but that. From an account in another currency ``amount`` is in that currency: it leaves for what
    a payment would be worth, in a closed term for what the books show of it, and enters the later term for
    the same. What the donor asks for in ``to_term`` of the part without an earmark, the consent says anew: a
    ``preference``, a ``notional_test``.
    """

    event_kind = "carry_forward"
    described_by = "consent"

    on: date = day()
    term: str = reference()
    to_term: str = reference()
    donor: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    out_of: str = one_of(*OUT_OF, default=HELD)
    earmark: str = optional_reference()
    preference: tuple[str, ...] = codes()
    notional_test: tuple[str, ...] = codes()
    consent: str = text()
    approved_by: str = optional_text()

    def about(self, books: Books, lines: Lines) -> str:
        return conditioned(self.event_kind, self.reference) if self.preference or self.notional_test else ""

    def post(self, books: Books) -> Lines:
        """Dr 2010 (or 2070) Cr 1010 in the one term, Dr 1010 Cr 2010 in the other.

        Dr 8110 Cr 8100 in the one (out of what is held), Dr 8100 Cr 8110 in the other.
        """
        term, to_term = books.term(self.term), books.term(self.to_term)
        self._require_later(term, to_term)
        require_conditions(to_term, self.earmark, self.preference, self.notional_test)
        out = leaving(books, term, self.bank_account, self.amount, self.bank_day)
        place = subaccount("1010", term=self.to_term, bank_account=self.bank_account)
        into = debit(place, out.minor, out.own)
        line = unspent(books, term, self.donor, out.amount, self.out_of, flow=CARRIED_OUT)
        self._require_cash(books)
        freed = no_longer_free(books, term, self.donor, out.amount, self.out_of, self.on)
        return (
            line,
            out,
            *freed,
            into,
            credit(subaccount("2010", term=self.to_term, donor=self.donor, flow=CARRIED_IN), into.minor),
            *self._free_again(to_term, freed, out.minor),
        )

    def _require_later(self, term: Term, to_term: Term) -> None:
        if to_term.starts_on <= term.starts_on:
            raise MismatchError(
                field="to_term",
                given=self.to_term,
                document=f"term {self.term}, from {term.starts_on},",
                expected="a term that starts later",
            )

    def _require_cash(self, books: Books) -> None:
        dollars, own = books.cash(self.term, self.bank_account)
        there = dollars if self.amount.currency == BASE_CURRENCY else own
        cash = there.low_from(day_number(self.on))[0]
        if cash < self.amount.minor:
            raise CashShortError(
                term=self.term,
                bank_account=self.bank_account,
                asked=self.amount,
                cash=Amount(cash, self.amount.currency),
                on=self.on,
            )

    def _free_again(self, to_term: Term, freed: Lines, carried: int) -> Lines:
        parcels = [(line.subaccount.earmark, line.minor) for line in freed if line.signed > 0]
        net = subaccount("8100", term=self.to_term, donor=self.donor)
        lines: list[JournalLine] = []
        for earmark, minor in parcels or [("", carried)]:
            kept = self.earmark or earmark
            to_term.require_earmark(kept)
            free = subaccount("8110", term=self.to_term, donor=self.donor, earmark=kept)
            lines += (debit(net, minor), credit(free, minor))
        return tuple(lines)

    def document(self, before: object, lines: Lines) -> ConditionedReceipt:
        del before
        own = [line for line in lines if line.subaccount.term == self.to_term]
        pool = [line for line in own if line.subaccount.account == "8110" and not line.subaccount.earmark]
        return ConditionedReceipt(
            donor=self.donor,
            term=self.to_term,
            amount=Amount(sum(line.minor for line in pool), BASE_CURRENCY),
            preference=self.preference,
            notional_test=self.notional_test,
        )
