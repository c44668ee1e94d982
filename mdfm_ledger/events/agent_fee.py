"""The administrative agent's fee on a receipt: that donor's cost."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import APPLICATION, RECEIPT, FeeTaken, Term, fee_on
from mdfm_ledger.errors import FeeTakenError, PolicyError, UnknownDocumentError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, one_of, optional_reference, optional_text, reference, require_from
from mdfm_ledger.journal import JournalEntry, JournalLine, Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import paid
from mdfm_ledger.rules.burden import settled, share_of


@frozen(kw_only=True)
class AgentFee(Event):
    """The fee on one receipt, at the rate of the term's policy on the receipt's date; once.

    Money that was not identified bears it once it is a donor's: then ``receipt`` names the receipt
    application, as ``receipt_kind`` says, and its date is the one that counts. The fee is dated on or
    after it. It is paid from ``bank_account``, or owed to the agent the policy names. The amount is rounded
    to the nearest cent, half a cent up.
    """

    event_kind = "agent_fee"

    on: date = day()
    receipt: str = reference()
    receipt_kind: str = one_of(RECEIPT, APPLICATION, default=RECEIPT)
    bank_account: str = optional_reference()
    approved_by: str = optional_text()

    @property
    def description(self) -> str:
        return f"on {self.receipt_kind.replace('_', ' ')} {self.receipt}"

    def about(self, books: Books, lines: Lines) -> str:
        return f"{fee_on(self.receipt_kind)}:{self.receipt}"

    def post(self, books: Books) -> Lines:
        """Dr 2041 Cr 1010 paid or 2110 owed; Dr 8110 Cr 8100."""
        received = self._received(books)
        require_from(self.on, received.on, f"{self.receipt_kind.replace('_', ' ')} {self.receipt}")
        contribution = next(line for line in received.lines if line.subaccount.account == "2010")
        place = contribution.subaccount
        term = books.term(place.term)
        fee = share_of(contribution.minor, term.policy_on(received.on).agent_fee_basis_points)
        if not fee:
            raise PolicyError(term=place.term, on=received.on, problem="no agent's fee on this receipt")
        free = next(line.subaccount for line in received.lines if line.subaccount.account == "8110")
        return (
            debit(subaccount("2041", term=place.term, donor=place.donor), fee),
            self._owed_or_paid(books, term, fee),
            debit(free, fee),
            credit(subaccount("8100", term=place.term, donor=place.donor), fee),
        )

    def _owed_or_paid(self, books: Books, term: Term, fee: int) -> JournalLine:
        if self.bank_account:
            amount = Amount(fee, term.currency)
            return paid(books, term.reference, self.bank_account, amount, self.bank_day)
        return settled(books, term, fee, self.on)

    def _received(self, books: Books) -> JournalEntry:
        found = books.found(self.receipt_kind, self.receipt)
        if found is None or found.reversed_by is not None:
            named = f"standing {self.receipt_kind.replace('_', ' ')}"
            raise UnknownDocumentError(kind=named, reference=self.receipt)
        fee = fee_on(self.receipt_kind)
        if books.has_document(fee, self.receipt):
            taken = books.document(FeeTaken, fee, self.receipt)
            raise FeeTakenError(receipt=self.receipt, fee=taken.reference)
        return found.entry

    def document(self, before: FeeTaken | None, lines: Lines) -> FeeTaken:
        del before, lines
        return FeeTaken(reference=self.reference, receipt=self.receipt)
