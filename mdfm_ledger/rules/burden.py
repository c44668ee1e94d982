"""What the administration of the fund costs: rates of the term's policy, and who is owed it."""

from __future__ import annotations

from datetime import date

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Partner, Term
from mdfm_ledger.chart import BASE_CURRENCY, INDIRECT
from mdfm_ledger.errors import PolicyError
from mdfm_ledger.journal import JournalLine, credit, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.banking import is_in_base_currency, paid

FULL = 10_000
"""A hundred percent, in basis points."""


def share_of(minor: int, basis_points: int) -> int:
    """A rate of an amount in whole minor units, to the nearest; half a unit goes up."""
    return nearest(minor * basis_points, FULL)


def nearest(dividend: int, divisor: int) -> int:
    """The nearest whole number; a half goes up. Nothing where there is nothing to divide by."""
    return (2 * dividend + divisor) // (2 * divisor) if divisor else 0


def support_cost(term: Term, minor: int, category: str, on: date) -> int:
    """The support cost of an expenditure, by the policy of its date; none on what is support itself."""
    return 0 if category == INDIRECT else share_of(minor, term.policy_on(on).support_cost_basis_points)


def support_cost_to_come(books: Books, allocation: str, on: date, obligated: int = 0) -> int:
    """The support cost of what is obligated under an allocation and not used yet, and of so much more.

    By the policy of ``on``, in minor units; what is obligated is taken to be direct cost. It is drawn on the
    same allocation when the money is used, so what else is taken from it has to leave as much.
    """
    rate = books.term(books.allocation(allocation).term).policy_on(on).support_cost_basis_points
    return share_of(books.committed(allocation).total + obligated, rate) if rate else 0


def settled(books: Books, term: Term, minor: int, on: date, bank_account: str = "") -> JournalLine:
    """Cr 1010 where the fee or cost is paid from a bank account in dollars, else Cr 2110 owed to the agent.

    Fee and support cost are dollars, so that an account in another currency does not pay them.
    """
    if bank_account and is_in_base_currency(books, bank_account):
        return paid(books, term.reference, bank_account, Amount(minor, BASE_CURRENCY), on)
    agent = term.policy_on(on).agent
    if not agent:
        unpaid = (
            f"not paid from {bank_account}, which is not in dollars" if bank_account else "not paid at once"
        )
        problem = (
            f"names no agent to owe fee or support cost to, and {Amount(minor, BASE_CURRENCY)} is {unpaid}"
        )
        raise PolicyError(term=term.reference, on=on, problem=problem)
    books.document(Partner, "partner", agent)
    return credit(subaccount("2110", term=term.reference, party=agent), minor)
