"""Statement of assets and liabilities held in trust: every account of the trust set, at two dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import BankAccount
from mdfm_ledger.chart import BASE_CURRENCY, CHART, HELD, JournalSet
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
from mdfm_ledger.reports.flows import FLOWS
from mdfm_ledger.reports.head import Head, before, head_of, period_start
from mdfm_ledger.reports.outside import ASIDE, REFUNDS
from mdfm_ledger.reports.owed import (
    OwedToDonor,
    RefundInCurrency,
    owed_table,
    owed_to_donors,
    refunds_in_currency,
    refunds_table,
)
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance
from mdfm_ledger.source import JournalSource, Window

_TRUST = tuple(code for code, known in CHART.items() if known.journal_set is JournalSet.TRUST)
_APPLIED = frozenset(flow.account for flow in FLOWS if not flow.is_source and not flow.flow)
_AMOUNTS = ("amount", "opening", "change")


def _group(account: str) -> str:
    """Which part of the statement an account stands in."""
    if account < "2000":
        return "assets"
    if account not in HELD:
        return "other_liabilities"
    return "applied" if account in _APPLIED else "received"


@frozen(kw_only=True)
class PositionRow:
    """An account, or a sum of accounts, at the date of the statement and at its opening.

    ``group`` is assets, received, applied (a deduction from what was received) or other_liabilities;
    ``account`` is empty for the sum of a group. Assets are positive as debits, liabilities as credits,
    so a deduction is negative. US dollars.
    """

    group: str
    account: str
    amount: Amount
    opening: Amount

    @property
    def change(self) -> Amount:
        """What it grew by since the opening."""
        return self.amount - self.opening


@frozen(kw_only=True)
class CashRow:
    """A bank account of the trust, in US dollars at the date of the statement and at its opening."""

    bank_account: str
    name: str
    amount: Amount
    opening: Amount

    @property
    def change(self) -> Amount:
        """What it grew by since the opening."""
        return self.amount - self.opening


@frozen(kw_only=True)
class AssetsAndLiabilities:
    """Assets of the trust against what it owes, at the date of the head and on ``opening_on``.

    ``held`` = received less applied is owed to the donors; ``liabilities`` = ``held`` + what is owed to
    others, and equals ``assets``. There is no net asset and no equity: all of it is owed.
    """

    name = "assets_and_liabilities"

    head: Head
    opening_on: date
    rows: tuple[PositionRow, ...]
    assets: PositionRow
    received: PositionRow
    held: PositionRow
    other_liabilities: PositionRow
    liabilities: PositionRow
    cash: tuple[CashRow, ...]
    owed: tuple[OwedToDonor, ...]
    refunds: tuple[RefundInCurrency, ...]

    def document(self) -> Document:
        """The statement as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.assets_and_liabilities"),
            sections=(
                Section(key="head", blocks=(self.head.facts(), self._facts())),
                Section(
                    key="position", blocks=(self._table(), Note(text=text("note.assets_and_liabilities")))
                ),
                Section(key="cash", blocks=(self._cash(),)),
                Section(key="owed_to_donors", blocks=self._owed()),
            ),
        )

    def _owed(self) -> tuple[Table, ...]:
        # Few terms owe anything in a donor's own currency: no empty table for the others.
        return (owed_table(self.owed), *([refunds_table(self.refunds)] if self.refunds else ()))

    def _facts(self) -> Facts:
        return Facts(key="comparative", items=(Fact(key="opening_on", value=self.opening_on),))

    def _table(self) -> Table:
        columns = (
            Column(key="account", kind=ColumnKind.CODE),
            Column(key="account_name", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in _AMOUNTS),
        )
        return Table(key="assets_and_liabilities", columns=columns, rows=tuple(self._rows()))

    def _rows(self) -> Iterator[Row]:
        parts = (
            (("assets",), "assets", RowLevel.TOTAL),
            (("received",), "received", RowLevel.SUBTOTAL),
            (("applied",), "held", RowLevel.SUBTOTAL),
            (("other_liabilities",), "other_liabilities", RowLevel.SUBTOTAL),
            ((), "liabilities", RowLevel.TOTAL),
        )
        for groups, key, level in parts:
            for row in self.rows:
                if row.group in groups:
                    yield Row(cells=(row.account, text(f"account.{row.account}"), *_cells(row)))
            yield Row(cells=(None, text(f"position.{key}"), *_cells(getattr(self, key))), level=level)

    def _cash(self) -> Table:
        columns = (
            Column(key="bank_account", kind=ColumnKind.TEXT),
            Column(key="account_name", kind=ColumnKind.TEXT),
            *(Column(key=key, kind=ColumnKind.AMOUNT) for key in _AMOUNTS),
        )
        shown = [Row(cells=(one.bank_account, one.name, *_cells(one))) for one in self.cash]
        sums = [total_of(getattr(one, key) for one in self.cash) for key in _AMOUNTS]
        total = Row(cells=(text("total"), None, *sums), level=RowLevel.TOTAL)
        return Table(key="cash", columns=columns, rows=(*shown, total) if shown else ())

    def ties(self, balance: TrialBalance) -> Iterator[Tie]:
        """Every figure of the statement against the trial balance, and its two sides."""
        own, trial = self.name, "trial_balance"
        yield tie("sides", own, self.assets.amount, own, self.liabilities.amount)
        yield tie("opening_sides", own, self.assets.opening, own, self.liabilities.opening)
        for row in self.rows:
            sign = 1 if row.group == "assets" else -1
            booked = Amount(sign * balance.balance(row.account).minor, BASE_CURRENCY)
            yield tie("position", own, row.amount, trial, booked)
        cash = total_of(one.amount for one in self.cash)
        yield tie("cash", own, cash, trial, balance.balance("1010"))
        yield tie("owed_held", own, total_of(one.held for one in self.owed), own, self.held.amount)
        for key, account in (("refunds_payable", REFUNDS), ("donor_balance", ASIDE)):
            owed = total_of(getattr(one, key) for one in self.owed)
            yield tie(f"owed_{key}", own, owed, trial, -balance.balance(account))


def _cells(row: PositionRow | CashRow) -> tuple[Amount, ...]:
    return tuple(getattr(row, key) for key in _AMOUNTS)


def assets_and_liabilities(
    source: JournalSource, window: Window, *, term: str, since: date | None = None
) -> AssetsAndLiabilities:
    """The statement of a term in the window, against the day before ``since``.

    ``since`` is the first day of the year of ``as_of`` unless given. Raises UnknownDocumentError for
    the term.
    """
    term_of(source, window, term)
    first = period_start(window, since)
    now, then = _balances(source, window, term), _balances(source, before(window, first), term)
    rows = tuple(_row(code, now.get(code, 0), then.get(code, 0)) for code in _TRUST)
    received, applied, owed = (
        _sum(rows, group, group) for group in ("received", "applied", "other_liabilities")
    )
    held = _sum((received, applied), "", "held")
    return AssetsAndLiabilities(
        head=head_of(term, window),
        opening_on=first - timedelta(days=1),
        rows=rows,
        assets=_sum(rows, "assets", "assets"),
        received=received,
        held=held,
        other_liabilities=owed,
        liabilities=_sum((held, owed), "", "liabilities"),
        cash=_cash(source, window, first, term),
        owed=owed_to_donors(source, window, term),
        refunds=refunds_in_currency(source, window, term),
    )


def _balances(source: JournalSource, window: Window, term: str) -> dict[str, int]:
    where = {"term": term, "account": _TRUST}
    return {total.key[0]: total.balance for total in source.totals(("account",), window, where=where)}


def _row(account: str, balance: int, opening: int) -> PositionRow:
    group = _group(account)
    sign = 1 if group == "assets" else -1
    return PositionRow(
        group=group, account=account, amount=_usd(sign * balance), opening=_usd(sign * opening)
    )


def _sum(rows: tuple[PositionRow, ...], of: str, group: str) -> PositionRow:
    """The rows of a group added up, or all rows where ``of`` is empty."""
    own = [row for row in rows if not of or row.group == of]
    return PositionRow(
        group=group,
        account="",
        amount=total_of(row.amount for row in own),
        opening=total_of(row.opening for row in own),
    )


def _cash(source: JournalSource, window: Window, since: date, term: str) -> tuple[CashRow, ...]:
    where = {"term": term, "account": "1010"}
    now, then = (
        {total.key[0]: total.balance for total in source.totals(("bank_account",), one, where=where)}
        for one in (window, before(window, since))
    )
    known = cast(dict[str, BankAccount], source.documents("bank_account", window))
    return tuple(
        CashRow(
            bank_account=reference,
            name=account.name,
            amount=_usd(now[reference]),
            opening=_usd(then.get(reference, 0)),
        )
        for reference, account in known.items()
        if reference in now
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
