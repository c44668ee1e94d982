"""Bank accounts: the ledger of each a term uses, over all terms, to hold against the bank's statement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, before, head_of, period_start
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance
from mdfm_ledger.source import JournalSource, PostedLine, Where, Window


@frozen(kw_only=True)
class BankMovement:
    """A line on a bank account, debit positive: its ``own`` amount in the account's currency, and dollars.

    ``description`` is the bank's reference, or what the money was for where none is recorded; ``balance``
    is the account's own balance after it. A revaluation has an own amount of zero.
    """

    number: int
    on: date
    value_date: date
    term: str
    kind: str
    reference: str
    description: str
    own: Amount
    dollars: Amount
    balance: Amount


@frozen(kw_only=True)
class BankBalanceOfTerm:
    """What of the closing balance of an account is a term's, in its own currency and in dollars."""

    term: str
    own: Amount
    dollars: Amount


@frozen(kw_only=True)
class BankAccountLedger:
    """A bank account through the period: ``closing`` = ``opening`` + all ``movements``, by value date."""

    bank_account: str
    name: str
    opening: Amount
    opening_dollars: Amount
    movements: tuple[BankMovement, ...]
    closing: Amount
    closing_dollars: Amount
    terms: tuple[BankBalanceOfTerm, ...]


@frozen(kw_only=True)
class BankAccounts:
    """The bank accounts that a term uses, each over all terms: the bank knows no terms."""

    name = "bank_accounts"

    head: Head
    since: date
    accounts: tuple[BankAccountLedger, ...]

    def ties(self, balance: TrialBalance) -> Iterator[Tie]:
        """What is this term's against the trial balance, and what is in the accounts against their parts."""
        own = self.name
        parts = [part for one in self.accounts for part in one.terms]
        of_term = total_of(part.dollars for part in parts if part.term == self.head.term)
        yield tie("bank_of_term", own, of_term, "trial_balance", balance.balance("1010"))
        closing = total_of(one.closing_dollars for one in self.accounts)
        yield tie("bank_terms", own, closing, own, total_of(part.dollars for part in parts))
        moved = total_of(line.dollars for one in self.accounts for line in one.movements)
        opening = total_of(one.opening_dollars for one in self.accounts)
        yield tie("bank_movements", own, closing, own, opening + moved)

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        facts = Facts(key="since", items=(Fact(key="since", value=self.since),))
        return Document(
            name=self.name,
            title=text("title.bank_accounts"),
            sections=(
                Section(key="head", blocks=(self.head.facts(), facts)),
                Section(key="bank_balances", blocks=(self._balances(), self._parts())),
                Section(key="bank_ledgers", blocks=(self._ledgers(), Note(text=text("note.bank_ledgers")))),
            ),
        )

    def _balances(self) -> Table:
        columns = (
            Column(key="bank_account", kind=ColumnKind.CODE),
            Column(key="account_name", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("opening", "closing", "booked")),
        )
        rows = tuple(
            Row(cells=(one.bank_account, one.name, one.opening, one.closing, one.closing_dollars))
            for one in self.accounts
        )
        return Table(key="bank_balances", columns=columns, rows=rows)

    def _parts(self) -> Table:
        columns = (
            Column(key="bank_account", kind=ColumnKind.CODE),
            Column(key="term", kind=ColumnKind.CODE),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("closing", "booked")),
        )
        rows = tuple(
            Row(cells=(one.bank_account, part.term, part.own, part.dollars))
            for one in self.accounts
            for part in one.terms
        )
        return Table(key="bank_balances_by_term", columns=columns, rows=rows)

    def _ledgers(self) -> Table:
        columns = (
            Column(key="bank_account", kind=ColumnKind.CODE),
            Column(key="value_date", kind=ColumnKind.DATE),
            Column(key="number", kind=ColumnKind.NUMBER),
            Column(key="term", kind=ColumnKind.CODE, only_in_files=True),
            Column(key="event", kind=ColumnKind.TEXT, only_in_files=True),
            Column(key="reference", kind=ColumnKind.TEXT),
            Column(key="description", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in ("amount", "dollars", "balance")),
        )
        rows = tuple(row for one in self.accounts for row in _rows(one))
        return Table(key="bank_ledgers", columns=columns, rows=rows)


def _rows(one: BankAccountLedger) -> Iterator[Row]:
    yield _balance_row(one, "bank_opening", one.opening_dollars, one.opening)
    for line in one.movements:
        event = text(f"event.{line.kind}")
        yield Row(
            cells=(
                one.bank_account,
                line.value_date,
                line.number,
                line.term,
                event,
                line.reference,
                line.description,
                line.own,
                line.dollars,
                line.balance,
            ),
            entries=(line.number,),
            under=text("bank_line", event=event, term=line.term),
        )
    yield _balance_row(one, "bank_closing", one.closing_dollars, one.closing)


def _balance_row(one: BankAccountLedger, key: str, dollars: Amount, balance: Amount) -> Row:
    cells = (one.bank_account, None, None, None, None, text(key), None, None, dollars, balance)
    return Row(cells=cells, level=RowLevel.SUBTOTAL)


def bank_accounts(
    source: JournalSource, window: Window, *, term: str, since: date | None = None
) -> BankAccounts:
    """The accounts a term uses in the window, from ``since`` (the first of the year of ``as_of``) on.

    Raises UnknownDocumentError for the term.
    """
    term_of(source, window, term)
    first = period_start(window, since)
    used = source.totals(("bank_account",), window, where={"account": "1010", "term": term})
    references = [total.key[0] for total in used]
    known = cast(dict[str, BankAccount], source.documents("bank_account", window, references=references))
    owns = _own_amounts(source, window)
    accounts = tuple(_account(source, window, first, one, owns) for one in known.values())
    return BankAccounts(head=head_of(term, window), since=first, accounts=accounts)


_Owns = dict[tuple[int, str, str], list[Amount]]
"""The own amounts of lines, debit positive, in their order, by entry, term and bank account."""


def _own_amounts(source: JournalSource, window: Window) -> _Owns:
    found: _Owns = {}
    for term in source.documents("term", window):
        for line in source.own_lines(window, term=term):
            key = (line.number, term, line.bank_account)
            found.setdefault(key, []).append(Amount(line.own_signed, line.own.currency))
    return found


def _account(
    source: JournalSource, window: Window, since: date, known: BankAccount, owns: _Owns
) -> BankAccountLedger:
    where: Where = {"account": "1010", "bank_account": known.reference}
    moved: list[tuple[PostedLine, Amount]] = []
    for line in source.lines(window, where=where):
        own = owns.get((line.number, line.place.term, known.reference))
        moved.append((line, own.pop(0) if own else _usd(line.signed)))
    opening = total_of((own for line, own in moved if line.on < since), known.currency)
    movements: list[BankMovement] = []
    in_period = [one for one in moved if one[0].on >= since]
    for line, amount in sorted(in_period, key=lambda one: (one[0].value_date, one[0].number)):
        movements.append(
            BankMovement(
                number=line.number,
                on=line.on,
                value_date=line.value_date,
                term=line.place.term,
                kind=line.kind,
                reference=line.reference,
                description=line.description,
                own=amount,
                dollars=_usd(line.signed),
                balance=amount + (movements[-1].balance if movements else opening),
            )
        )
    by_term = source.totals(("term",), window, where=where)
    carried = source.totals(("term",), before(window, since), where=where)
    return BankAccountLedger(
        bank_account=known.reference,
        name=known.name,
        opening=opening,
        opening_dollars=_usd(sum(total.balance for total in carried)),
        movements=tuple(movements),
        closing=total_of([own for _, own in moved], known.currency),
        closing_dollars=_usd(sum(total.balance for total in by_term)),
        terms=tuple(
            BankBalanceOfTerm(
                term=total.key[0],
                own=total_of([own for line, own in moved if line.place.term == total.key[0]], known.currency),
                dollars=_usd(total.balance),
            )
            for total in by_term
        ),
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
