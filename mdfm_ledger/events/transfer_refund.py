"""The receiver of a pass-through transfer gives money back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.shares import TransferShares
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.errors import TransferExceededError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, optional_amount, positive_amount, reference, require_from, text
from mdfm_ledger.journal import JournalLine, Lines, credit, debit, subaccount
from mdfm_ledger.money import Amount, draw
from mdfm_ledger.rules.banking import received
from mdfm_ledger.rules.exchange_difference import shared_difference
from mdfm_ledger.rules.settlement import dollars_settled


@frozen(kw_only=True)
class TransferRefund(Event):
    """All or part of a transfer comes back, on or after its date, and can be used again by its allocation.

    Whose money it is follows the shares of the transfer, within one cent and exact when all is back. On an
    account in another currency ``settles`` may say how many dollars of the transfer it stands for.
    """

    event_kind = "transfer_refund"
    described_by = "bank_reference"

    on: date = day()
    transfer: str = reference()
    amount: Amount = positive_amount()
    bank_account: str = reference()
    bank_reference: str = text()
    settles: Amount | None = optional_amount()

    def about(self, books: Books, lines: Lines) -> str:
        return f"transfer:{self.transfer}"

    def post(self, books: Books) -> Lines:
        """Dr 1010, Cr 2045 per donor, Dr 8150 Cr 8120 per donor; an exchange difference Dr or Cr 2030."""
        standing = books.document(TransferShares, "transfer", self.transfer)
        cash = received(books, standing.term, self.bank_account, self.amount, self.bank_day)
        require_from(self.on, standing.on, f"transfer {self.transfer}")
        minor, gained = dollars_settled(books, cash, self.settles, since=standing.on, until=self.bank_day)
        parts = self._parts(standing, minor)
        lines: list[JournalLine] = [cash]
        coming: dict[str, int] = {}
        for parcel, part in zip(standing.parcels, parts, strict=True):
            if part:
                coming[parcel.donor] = coming.get(parcel.donor, 0) + part
                back = subaccount("2045", term=standing.term, donor=parcel.donor, party=standing.party)
                spent, allotted = standing.place("8150", parcel), standing.place("8120", parcel)
                lines += (credit(back, part), debit(spent, part), credit(allotted, part))
        if gained:
            term = books.term(standing.term)
            lines += shared_difference(books, term, gained, self.on, coming=coming)
        return tuple(lines)

    def _parts(self, standing: TransferShares, minor: int) -> Sequence[int]:
        shares = [parcel.minor for parcel in standing.parcels]
        left = sum(shares) - sum(standing.refunded)
        if minor > left:
            raise TransferExceededError(
                transfer=self.transfer,
                asked=Amount(minor, BASE_CURRENCY),
                left=Amount(left, BASE_CURRENCY),
            )
        return draw(minor, shares, list(standing.refunded))

    def document(self, before: TransferShares | None, lines: Lines) -> TransferShares:
        assert before is not None, "what comes back was transferred before"
        back = {line.subaccount: line.minor for line in lines if line.subaccount.account == "8120"}
        refunded = tuple(
            already + back.get(before.place("8120", parcel), 0)
            for already, parcel in zip(before.refunded, before.parcels, strict=True)
        )
        return evolve(before, refunded=refunded)
