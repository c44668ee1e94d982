"""What every event has in common that makes money a donor's contribution."""

from __future__ import annotations

from functools import lru_cache

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import PROCEEDS, Donor, PledgePromise
from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import codes, optional_amount, optional_reference, positive_amount, require_match
from mdfm_ledger.journal import JournalLine, Lines, OwnAmount, Subaccount, credit, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.conditions import CONDITIONS, ConditionedReceipt, conditioned, require_conditions
from mdfm_ledger.rules.exchange import own_amount
from mdfm_ledger.rules.promises import cleared


@frozen(kw_only=True)
class Contribution(Event):
    """Money that is a donor's from now on: on a pledge, or without one.

    With a ``pledge``, donor, term and earmark are the pledge's; without one, ``donor`` and ``term``
    are required. ``fulfils`` is what it counts for in the pledge's own currency, needed only where
    that is not the currency of the money: a promise is fulfilled in the donor's currency. What the donor
    of money without a pledge asks for stands here: activities or areas it would rather see paid
    (``preference``), or that the whole fund has to spend as much on (``notional_test``).
    """

    amount: Amount = positive_amount()
    pledge: str = optional_reference()
    fulfils: Amount | None = optional_amount()
    donor: str = optional_reference()
    term: str = optional_reference()
    earmark: str = optional_reference()
    preference: tuple[str, ...] = codes()
    notional_test: tuple[str, ...] = codes()

    def __attrs_post_init__(self) -> None:
        if self.pledge:
            for name in ("earmark", *CONDITIONS):
                if getattr(self, name):
                    raise InvalidFieldError(field=name, problem="is the pledge's; leave it out")
            return
        for name in ("donor", "term"):
            if not getattr(self, name):
                raise InvalidFieldError(field=name, problem="is needed where no pledge is named")
        if self.fulfils:
            raise InvalidFieldError(field="fulfils", problem="needs a pledge to fulfil")

    def from_where(self, books: Books, term: str) -> JournalLine:
        """The debit, in dollars: where the money is, or was until now."""
        raise NotImplementedError

    def excess(self, books: Books) -> int:
        """What exceeds the pledge and waits on 2050 until it is known what it is for; in minor units."""
        del books
        return 0

    def about(self, books: Books, lines: Lines) -> str:
        """The document of what its donor asks for, where money without a pledge has such."""
        del books, lines
        return conditioned(self.event_kind, self.reference) if self.preference or self.notional_test else ""

    def conditioned(self, lines: Lines) -> ConditionedReceipt:
        """The money with what its donor asks for."""
        (held,) = [line for line in lines if line.subaccount.account == "2010"]
        return ConditionedReceipt(
            donor=self.donor,
            term=self.term,
            amount=held.amount,
            preference=self.preference,
            notional_test=self.notional_test,
        )

    def contributed(self, books: Books) -> Lines:
        """Dr where the money is Cr 2010, Dr 8100 Cr 8110; on a pledge also Dr 8040 Cr 8030, 8020 or 8010."""
        if not self.pledge:
            term = books.term(self.term)
            term.require_earmark(self.earmark)
            require_conditions(term, self.earmark, self.preference, self.notional_test)
            books.document(Donor, "donor", self.donor)
            return self._money(books, self.term, self.donor, self.earmark)
        promise = books.pledge(self.pledge)
        self._require_same(promise)
        excess = self.excess(books)
        if excess:
            require_unused(books, self.reference)
        counts = self.fulfils or self.amount
        field = "fulfils" if self.fulfils else "amount"
        require_match(field, counts.currency, f"pledge {self.pledge}", promise.amount.currency)
        money = self._money(books, promise.term, promise.donor, promise.earmark, excess)
        paid = counts.minor - excess
        return (*money, debit(promise.place("8040"), paid), *cleared(books, promise, paid))

    def _money(self, books: Books, term: str, donor: str, earmark: str, excess: int = 0) -> Lines:
        cash = self.from_where(books, term)
        waiting = self._waiting_of(cash, excess) if excess else 0
        free = cash.minor - waiting
        held, net, unspent = _places(term, donor, earmark)
        return (
            cash,
            *self._held(books, cash, held, waiting),
            *(self._waiting(term, waiting) if waiting else ()),
            debit(net, free),
            credit(unspent, free),
        )

    def _waiting_of(self, cash: JournalLine, excess: int) -> int:
        """What exceeds the pledge in cents, at the rate of the money; it and the rest are one at least."""
        if not cash.own:
            return excess
        part = Amount(excess, self.amount.currency)
        waiting = max(cash.own.rate.dollars(part).minor, 1)
        if waiting >= cash.minor:
            raise cash.own.rate.below_a_cent(Amount(self.amount.minor - excess, part.currency))
        return waiting

    def _waiting(self, term: str, minor: int) -> Lines:
        """Cr 2050: what exceeds the pledge waits under the reference of the event."""
        return (credit(subaccount("2050", term=term, bank_reference=self.reference), minor),)

    def _held(self, books: Books, cash: JournalLine, place: Subaccount, waiting: int) -> Lines:
        """Cr 2010; on 2030 the donor's own difference where policy and bank have different rates."""
        own = self._counted(books, cash, self.fulfils) if self.fulfils else None
        minor = own.rate.cents(own.amount) if own else cash.minor
        held = credit(place, minor - waiting, own)
        if minor == cash.minor:
            return (held,)
        place = subaccount("2030", term=place.term, donor=place.donor)
        if minor > cash.minor:
            return (held, debit(place, minor - cash.minor))
        return (held, credit(place, cash.minor - minor))

    def _counted(self, books: Books, cash: JournalLine, fulfils: Amount) -> OwnAmount | None:
        """What was sent with its rate, where by the policy of the bank's day it counts for that."""
        term = books.term(cash.subaccount.term)
        if cash.own or fulfils.currency == term.currency:
            return None
        if term.policy_on(self.bank_day).receipts_at == PROCEEDS:
            return None
        return own_amount(books, term, fulfils, self.bank_day)

    def _require_same(self, promise: PledgePromise) -> None:
        for name in ("donor", "term"):
            given = getattr(self, name)
            if given:
                require_match(name, given, f"pledge {self.pledge}", getattr(promise, name))


@lru_cache(maxsize=4_096)
def _places(term: str, donor: str, earmark: str) -> tuple[Subaccount, Subaccount, Subaccount]:
    """Where a donor's money stands: 2010 held in trust, 8100 net resources, 8110 free."""
    return (
        subaccount("2010", term=term, donor=donor),
        subaccount("8100", term=term, donor=donor),
        subaccount("8110", term=term, donor=donor, earmark=earmark),
    )


def require_unused(books: Books, reference: str) -> None:
    """Raise InvalidFieldError where other money waits under the reference: there is one name for each."""
    if books.has_document("unidentified_receipt", reference):
        problem = f"{reference} names other money that waits to be applied; choose another reference"
        raise InvalidFieldError(field="reference", problem=problem)
