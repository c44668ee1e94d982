"""Unspent money that leaves a donor's account of a term: to the donor, to another term, or aside."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor, Term
from mdfm_ledger.fields import require_match
from mdfm_ledger.journal import JournalLine, Lines, debit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.free_money import require_backed, taken

HELD = "held"
ASIDE = "donor_balance"
OUT_OF = (HELD, ASIDE)
"""Whence unspent money is taken: what is held for the donor (2010), or its donor balance account (2070)."""


def unspent(books: Books, term: Term, donor: str, amount: Amount, out_of: str, *, flow: str) -> JournalLine:
    """Dr 2010, or Dr 2070: money that leaves, told apart by ``flow``.

    Raises UnknownDocumentError for the donor, MismatchError for another currency than the term's. That
    there is as much on the donor balance account is for the invariant to say.
    """
    books.document(Donor, "donor", donor)
    require_match("amount", amount.currency, f"term {term.reference}", term.currency)
    account = "2010" if out_of == HELD else "2070"
    return debit(subaccount(account, term=term.reference, donor=donor, flow=flow), amount.minor)


def no_longer_free(books: Books, term: Term, donor: str, amount: Amount, out_of: str, on: date) -> Lines:
    """Dr 8110 Cr 8100 for what leaves 2010; nothing for what stands aside, which is free no longer.

    Raises DonorNegativeError where less is free on the date or on any later one, ExchangeShortfallError
    where exchange losses of others left less at the bank.
    """
    if out_of != HELD:
        return ()
    lines = taken(books, term, donor, amount.minor, on)
    require_backed(books, term, amount, on, purpose=f"donor {donor}", donor=donor)
    return lines
