"""Trial balance: the turnover and balance of every account, each set balancing on its own."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.chart import CHART, JournalSet
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Column, ColumnKind, Document, Row, RowLevel, Section, Table, text
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class TrialBalanceRow:
    """An account in one currency: all debits, all credits, and the balance, debit positive."""

    journal_set: str
    account: str
    currency: str
    debits: Amount
    credits: Amount
    balance: Amount


@frozen(kw_only=True)
class TrialBalance:
    """Turnover and balances of a term by account; debits equal credits in each set and currency."""

    name = "trial_balance"

    head: Head
    rows: tuple[TrialBalanceRow, ...]

    def balance(self, account: str, currency: str = "USD") -> Amount:
        """The balance of an account, debit positive; nothing where it was never posted to."""
        for row in self.rows:
            if (row.account, row.currency) == (account, currency):
                return row.balance
        return Amount.zero(currency)

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.trial_balance"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                *(self._section(journal_set) for journal_set in JournalSet),
            ),
        )

    def _section(self, journal_set: JournalSet) -> Section:
        rows = [row for row in self.rows if row.journal_set == journal_set.value]
        currencies = sorted({row.currency for row in rows})
        shown = [
            Row(cells=(row.account, text(f"account.{row.account}"), row.currency, *_sides(row)))
            for row in rows
        ]
        for currency in currencies:
            own = [row for row in rows if row.currency == currency]
            shown.append(_total(own, currency))
        columns = (
            Column(key="account", kind=ColumnKind.CODE),
            Column(key="account_name", kind=ColumnKind.TEXT),
            Column(key="currency", kind=ColumnKind.CODE),
            Column(key="debits", kind=ColumnKind.AMOUNT),
            Column(key="credits", kind=ColumnKind.AMOUNT),
            Column(key="debit_balance", kind=ColumnKind.AMOUNT),
            Column(key="credit_balance", kind=ColumnKind.AMOUNT),
        )
        table = Table(key=f"trial_balance_{journal_set.value}", columns=columns, rows=tuple(shown))
        return Section(key=f"set_{journal_set.value}", blocks=(table,))


def _sides(row: TrialBalanceRow) -> tuple[Amount, Amount, Amount | None, Amount | None]:
    debit = row.balance if row.balance.minor > 0 else None
    credit = -row.balance if row.balance.minor < 0 else None
    return row.debits, row.credits, debit, credit


def _total(rows: list[TrialBalanceRow], currency: str) -> Row:
    def amount(minors: list[int]) -> Amount:
        return Amount(sum(minors), currency)

    return Row(
        cells=(
            None,
            text("total"),
            currency,
            amount([row.debits.minor for row in rows]),
            amount([row.credits.minor for row in rows]),
            amount([max(row.balance.minor, 0) for row in rows]),
            amount([max(-row.balance.minor, 0) for row in rows]),
        ),
        level=RowLevel.TOTAL,
    )


def trial_balance(source: JournalSource, window: Window, *, term: str) -> TrialBalance:
    """The trial balance of a term in the window. Raises UnknownDocumentError for the term."""
    term_of(source, window, term)
    rows = [
        TrialBalanceRow(
            journal_set=CHART[total.key[0]].journal_set.value,
            account=total.key[0],
            currency=total.key[1],
            debits=Amount(total.debit, total.key[1]),
            credits=Amount(total.credit, total.key[1]),
            balance=Amount(total.balance, total.key[1]),
        )
        for total in source.totals(("account", "currency"), window, where={"term": term})
    ]
    return TrialBalance(head=head_of(term, window), rows=tuple(rows))
