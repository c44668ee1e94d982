"""Exchange: what is held in other currencies, by which rates it was priced, and whose the differences are."""

from __future__ import annotations

from typing import cast

from attrs import frozen

from mdfm_ledger.books.documents import BankAccount, Donor
from mdfm_ledger.chart import BASE_CURRENCY
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import Document, Section, Table, text
from mdfm_ledger.reports.exchange_tables import (
    DonorDifference,
    ExchangeDifference,
    ForeignAccount,
    PricedMovement,
    accounts_table,
    contributions_table,
    differences_table,
    donors_table,
    movements_table,
)
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.reports.published import published
from mdfm_ledger.source import JournalSource, OwnLine, Window


@frozen(kw_only=True)
class Exchange:
    """Money of a term in other currencies, and its exchange differences in US dollars."""

    name = "exchange"

    head: Head
    accounts: tuple[ForeignAccount, ...]
    movements: tuple[PricedMovement, ...]
    contributions: tuple[PricedMovement, ...] = ()
    """Those in dollars that count for what was sent, at the published rate; on no bank account."""
    differences: tuple[ExchangeDifference, ...]
    donors: tuple[DonorDifference, ...]

    @property
    def total(self) -> Amount:
        """All differences together: gains positive."""
        return _usd(sum(one.amount.minor for one in self.differences))

    def _priced(self) -> tuple[Table, ...]:
        counted = (contributions_table(self.contributions),) if self.contributions else ()
        return (movements_table(self.movements), *counted)

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.exchange"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="foreign_accounts", blocks=(accounts_table(self.accounts),)),
                Section(key="priced_movements", blocks=self._priced()),
                Section(
                    key="exchange_differences",
                    blocks=(differences_table(self.differences, self.total), donors_table(self.donors)),
                ),
            ),
        )


def exchange(source: JournalSource, window: Window, *, term: str) -> Exchange:
    """The money of a term in other currencies in the window. Raises UnknownDocumentError for the term."""
    lines = source.own_lines(window, term=term)
    return Exchange(
        head=head_of(term, window),
        accounts=_accounts(source, window, term, lines),
        movements=tuple(_movement(line) for line in lines if line.bank_account),
        contributions=tuple(_movement(line, -1) for line in lines if not line.bank_account),
        differences=_differences(source, window, term),
        donors=_donors(source, window, term),
    )


def _accounts(
    source: JournalSource, window: Window, term: str, lines: list[OwnLine]
) -> tuple[ForeignAccount, ...]:
    known = cast(dict[str, BankAccount], source.documents("bank_account", window))
    owner, rates = term_of(source, window, term), published(source, window)
    totals = source.totals(("bank_account",), window, where={"term": term, "account": "1010"})
    balances = {total.key[0]: total.balance for total in totals}
    # A closed term is revalued no more: what it has left stays at the rates of its last day.
    priced_on = min(window.as_of, owner.closed_on or window.as_of)
    found = []
    for bank_account in dict.fromkeys(line.bank_account for line in lines if line.bank_account):
        account = known[bank_account]
        on_it = [line for line in lines if line.bank_account == bank_account]
        own = Amount(sum(line.own_signed for line in on_it), account.currency)
        booked = _usd(balances[bank_account])
        rate = rates.last(owner, account.currency, priced_on)
        worth = rate.dollars(own) if rate else None
        found.append(
            ForeignAccount(
                bank_account=bank_account,
                name=account.name,
                own=own,
                booked=booked,
                rate=rate,
                worth=worth,
                not_revalued=worth - booked if worth else None,
            )
        )
    return tuple(found)


def _movement(line: OwnLine, sign: int = 1) -> PricedMovement:
    return PricedMovement(
        number=line.number,
        on=line.on,
        value_date=line.value_date,
        kind=line.kind,
        reference=line.reference,
        bank_account=line.bank_account,
        own=Amount(sign * line.own_signed, line.own.currency),
        rate=line.own.rate,
        dollars=_usd(sign * line.signed),
    )


def _differences(source: JournalSource, window: Window, term: str) -> tuple[ExchangeDifference, ...]:
    by_entry: dict[int, ExchangeDifference] = {}
    for line in source.lines(window, where={"term": term, "account": "2030", "flow": ""}):
        before = by_entry.get(line.number)
        by_entry[line.number] = ExchangeDifference(
            number=line.number,
            on=line.on,
            kind=line.kind,
            reference=line.reference,
            amount=_usd((before.amount.minor if before else 0) - line.signed),
        )
    return tuple(by_entry.values())


def _donors(source: JournalSource, window: Window, term: str) -> tuple[DonorDifference, ...]:
    totals = source.totals(("donor",), window, where={"term": term, "account": "2030", "flow": ""})
    donors = cast(
        dict[str, Donor], source.documents("donor", window, references=[total.key[0] for total in totals])
    )
    return tuple(
        DonorDifference(
            donor=total.key[0],
            name=donors[total.key[0]].name,
            gains=_usd(total.credit),
            losses=_usd(-total.debit),
            total=_usd(-total.balance),
        )
        for total in totals
    )


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
