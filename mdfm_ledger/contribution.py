"""What every event has in common that makes money a donor's contribution."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.documents import PROCEEDS, Donor, PledgePromise, Term
from mdfm_ledger.errors import InvalidFieldError, PledgeExceededError
from mdfm_ledger.event import Event
from mdfm_ledger.exchange import rate_on
from mdfm_ledger.fields import optional_amount, optional_reference, positive_amount, require_match
from mdfm_ledger.journal import JournalLine, Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount


@frozen(kw_only=True)
class Contribution(Event):
    """Money that is a donor's from now on: on a pledge, or without one.

    With a ``pledge``, donor, term and earmark are the pledge's; without one, ``donor`` and ``term``
    are required. ``fulfils`` is what it counts for in the pledge's own currency, needed only where
    that is not the currency of the money: a promise is fulfilled in the donor's currency.
    """

    amount: Amount = positive_amount()
    pledge: str = optional_reference()
    fulfils: Amount | None = optional_amount()
    donor: str = optional_reference()
    term: str = optional_reference()
    earmark: str = optional_reference()

    def __attrs_post_init__(self) -> None:
        if self.pledge:
            if self.earmark:
                raise InvalidFieldError(field="earmark", problem="is the pledge's; leave it out")
            return
        for name in ("donor", "term"):
            if not getattr(self, name):
                raise InvalidFieldError(field=name, problem="is needed where no pledge is named")
        if self.fulfils:
            raise InvalidFieldError(field="fulfils", problem="needs a pledge to fulfil")

    def from_where(self, books: Books, term: str) -> JournalLine:
        """The debit, in dollars: where the money is, or was until now."""
        raise NotImplementedError

    def contributed(self, books: Books) -> Lines:
        """Dr where the money is Cr 2010, Dr 8100 Cr 8110; on a pledge also Dr 8040 Cr 8020 (or 8010)."""
        if not self.pledge:
            books.term(self.term).require_earmark(self.earmark)
            books.document(Donor, "donor", self.donor)
            return self._money(books, self.term, self.donor, self.earmark)
        promise = books.pledge(self.pledge)
        self._require_same(promise)
        money = self._money(books, promise.term, promise.donor, promise.earmark)
        return money + self._paid(books, promise)

    def _money(self, books: Books, term: str, donor: str, earmark: str) -> Lines:
        cash = self.from_where(books, term)
        return (
            cash,
            *self._held(books, cash, donor),
            debit(subaccount("8100", term=term, donor=donor), cash.minor),
            credit(subaccount("8110", term=term, donor=donor, earmark=earmark), cash.minor),
        )

    def _held(self, books: Books, cash: JournalLine, donor: str) -> Lines:
        """Cr 2010; on 2030 the donor's own difference where policy and bank have different rates."""
        term = cash.subaccount.term
        minor = self._counted(books, books.term(term), cash)
        held = credit(subaccount("2010", term=term, donor=donor), minor)
        if minor == cash.minor:
            return (held,)
        place = subaccount("2030", term=term, donor=donor)
        if minor > cash.minor:
            return (held, debit(place, minor - cash.minor))
        return (held, credit(place, cash.minor - minor))

    def _counted(self, books: Books, term: Term, cash: JournalLine) -> int:
        """What the contribution counts for in dollars, by the policy of the bank's day."""
        fulfils = self.fulfils
        if fulfils is None or cash.own or fulfils.currency == term.currency:
            return cash.minor
        if term.policy_on(self.bank_day).receipts_at == PROCEEDS:
            return cash.minor
        return rate_on(books, term, fulfils.currency, self.bank_day).dollars(fulfils).minor

    def _paid(self, books: Books, promise: PledgePromise) -> Lines:
        paid = self.fulfils or self.amount
        field = "fulfils" if self.fulfils else "amount"
        require_match(field, paid.currency, f"pledge {self.pledge}", promise.amount.currency)
        still_open = books.pledge_open(self.pledge).total
        if paid.minor > still_open:
            raise PledgeExceededError(pledge=self.pledge, asked=paid, open=Amount(still_open, paid.currency))
        return (debit(promise.place("8040"), paid.minor), credit(promise.open_place, paid.minor))

    def _require_same(self, promise: PledgePromise) -> None:
        for name in ("donor", "term"):
            given = getattr(self, name)
            if given:
                require_match(name, given, f"pledge {self.pledge}", getattr(promise, name))
