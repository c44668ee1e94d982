"""A term is closed: what was earned and used is set against each donor's contributions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.closing import is_new_to_a_term
from mdfm_ledger.books.documents import BankAccount, Term
from mdfm_ledger.chart import BASE_CURRENCY, CHART, CLOSING, DIMENSIONS, HELD, Side
from mdfm_ledger.errors import NoRateError, NoRateSourceError, StillOpenError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import day, reference, require_from, require_match, several, text
from mdfm_ledger.journal import JournalLine, Lines, Subaccount, subaccount
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.exchange import worth_on
from mdfm_ledger.rules.held_in_trust import BankConfirmation, own_cash
from mdfm_ledger.series import Series, as_date, day_number

_OPEN = {
    "1210": "advance",
    "1230": "recoverable of advance",
    "2050": "unapplied receipt",
    "2110": "payable to",
    "8010": "pledge",
    "8020": "pledge",
    "8030": "pledge",
    "8120": "allocation",
    "8140": "obligation",
}
"""What may not be open, by account; accounts of one word are one document's."""

_CLOSED = tuple(code for code in HELD if code != "2010")


@frozen(kw_only=True)
class TermClose(Event):
    """The closing of a term, by a decision and an approver, once nothing of it is open.

    What is open (advances, recoverables, payables, obligations, allotments, unapplied receipts, pledges)
    is listed in the refusal with its figures, and so is that anything is dated later which may not follow a
    close, and cash that is not reconciled: of each bank account the term has cash on, ``confirmed`` names
    what the bank states at the end of the day, for all terms; where the books differ, why. Money in other
    currencies is in the books for what it is worth that day, since it is revalued no more, and no donor's
    money is below zero. Each donor's unspent balance stays on 2010. From then on the term takes nothing but
    refunds, carry-forward and donor balances.
    """

    event_kind = "term_close"
    described_by = "decision"
    is_undone_without_lines = True

    on: date = day()
    term: str = reference()
    decision: str = text()
    approved_by: str = text()
    confirmed: tuple[BankConfirmation, ...] = several(BankConfirmation)

    def about(self, books: Books, lines: Lines) -> str:
        return f"term:{self.term}"

    def post(self, books: Books) -> Lines:
        """Each donor's 2020, 2021, 2030 and 2040 to 2045 into its 2010; nothing in the memorandum set."""
        term = books.term(self.term)
        require_from(self.on, term.starts_on, f"term {self.term}")
        courses = books.whole.courses(self.term, (*_OPEN, *HELD, "1010"))
        self._require_nothing_open(books, term, courses)
        sums: dict[Subaccount, int] = {}
        for place in sorted(courses):
            if place.account in _CLOSED:
                closing = _closing(place)
                sums[closing] = sums.get(closing, 0) + courses[place].total
        lines: list[JournalLine] = []
        into: dict[str, int] = {}
        for place, total in sums.items():
            if total:
                signed = total if CHART[place.account].normal is Side.DEBIT else -total
                lines.append(JournalLine(place, -signed))
                into[place.donor] = into.get(place.donor, 0) + signed
        for donor, signed in sorted(into.items()):
            if signed:
                place = subaccount("2010", term=self.term, donor=donor, flow=CLOSING)
                lines.append(JournalLine(place, signed))
        return tuple(lines)

    def _require_nothing_open(self, books: Books, term: Term, courses: Mapping[Subaccount, Series]) -> None:
        day = day_number(self.on)
        still_open: dict[tuple[str, str, str], int] = {}
        later: set[int] = set()
        for place, series in courses.items():
            if place.account in _OPEN:
                key = (_OPEN[place.account], _document(place), place.currency)
                still_open[key] = still_open.get(key, 0) + series.at(day)
            later.update(_later(place, series, day))
        items = [
            f"{word} {name} {Amount(abs(signed), currency)}"
            for (word, name, currency), signed in sorted(still_open.items())
            if signed
        ]
        cash = sorted(place.bank_account for place in courses if place.account == "1010")
        items += [*self._unreconciled(books, cash), *self._not_revalued(books, term, cash)]
        items += self._below_zero(books)
        if later:
            items.append(f"entries dated after it, the last on {as_date(max(later))}")
        if items:
            raise StillOpenError(term=self.term, on=self.on, count=len(items), items="; ".join(items))

    def _unreconciled(self, books: Books, cash: Iterable[str]) -> Iterator[str]:
        """The bank accounts with cash of the term that no bank statement, or another one, stands for."""
        stated = {one.bank_account: one for one in self.confirmed}
        for account in cash:
            of_term = books.cash(self.term, account)
            if not any(series.at(day_number(self.on)) for series in of_term):
                continue
            booked = own_cash(books, account, self.on)
            if account not in stated:
                yield f"cash on {account} {booked} without a bank statement"
                continue
            require_match("confirmed", stated[account].amount.currency, account, booked.currency)
            if stated[account].amount != booked and not stated[account].explanation:
                yield f"cash on {account} {booked}, the bank states {stated[account].amount}"

    def _not_revalued(self, books: Books, term: Term, cash: Iterable[str]) -> Iterator[str]:
        """Accounts in other currencies that the books show at other dollars than they are worth that day.

        With what is dated later too: nothing of it could be revalued after the close.
        """
        for account in cash:
            currency = books.document(BankAccount, "bank_account", account).currency
            dollars, own = books.cash(self.term, account)
            if currency == BASE_CURRENCY:
                continue
            day = day_number(self.on)
            for minor, cents in dict.fromkeys([(own.at(day), dollars.at(day)), (own.total, dollars.total)]):
                stands, booked = Amount(minor, currency), Amount(cents, BASE_CURRENCY)
                if problem := self._other_worth(books, term, stands, booked):
                    yield f"cash on {account} {stands} booked at {booked}, {problem}"

    def _other_worth(self, books: Books, term: Term, own: Amount, booked: Amount) -> str:
        try:
            worth = worth_on(books, term, own, self.on)
        except (NoRateError, NoRateSourceError):
            return "without a rate of the day"
        return "" if worth == booked else f"worth {worth}"

    def _below_zero(self, books: Books) -> Iterator[str]:
        """Donors whose money exchange losses left below zero: others' money would stand for it for ever."""
        for donor, series in sorted(books.held(self.term).items()):
            least = min(series.at(day_number(self.on)), series.total)
            if least < 0:
                yield f"exchange losses beyond the money of {donor} {Amount(-least, BASE_CURRENCY)}"

    def document(self, before: Term, lines: Lines) -> Term:
        del lines
        return evolve(before, closed_on=self.on)


def _later(place: Subaccount, series: Series, day: int) -> Iterator[int]:
    """The days after a close on which the place moves as it may not any more: cash may only leave."""
    if is_new_to_a_term(place.account, place.flow) or (
        place.account == "1010" and series.total > series.at(day)
    ):
        yield from (on for on, _ in series.days if on > day)


def _document(place: Subaccount) -> str:
    """What a person knows an open balance by: the most particular document it is of."""
    for name in ("pledge", "advance", "obligation", "allocation", "bank_reference"):
        if found := getattr(place, name):
            return str(found)
    return place.party


def _closing(place: Subaccount) -> Subaccount:
    dimensions = {name: getattr(place, name) for name in DIMENSIONS if getattr(place, name)}
    dimensions["flow"] = CLOSING
    return subaccount(place.account, term=place.term, **dimensions)
