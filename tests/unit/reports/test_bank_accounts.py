"""The ledger of each bank account over all terms, in figures small enough to check by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import (
    Amount,
    CarryForward,
    CurrencyRate,
    Ledger,
    OpenBankAccount,
    OpenTerm,
    PublishRates,
    RegisterDonor,
    Revaluation,
    errors,
)
from mdfm_ledger.event import Event
from mdfm_ledger.reports import PERIOD_REPORTS, BankAccounts
from tests.support.bookkeeping import TERM, receipt, usd
from tests.support.ledgers import open_ledger

LATER = "2022-2023"


def eur(text: str) -> Amount:
    return Amount.parse(text, "EUR")


def term(reference: str, year: int) -> Event:
    return OpenTerm.from_plan("mdfm", reference=reference, starts_on=date(year, 1, 1), rate_source="UN")


def rate(since: date, printed: str) -> Event:
    rates = (CurrencyRate(currency="EUR", rate=printed),)
    return PublishRates(reference=f"UN/{since}", source="UN", since=since, rates=rates)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two terms on one account in dollars, of which the first alone has euros."""
    in_euros = {"bank_account": "eur", "donor": "ham"}
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(
            [
                term(TERM, 2020),
                term(LATER, 2022),
                OpenBankAccount(reference="uil", name="Trust account", currency="USD"),
                OpenBankAccount(reference="eur", name="Euros", currency="EUR"),
                OpenBankAccount(reference="idle", name="Not used", currency="USD"),
                RegisterDonor(reference="ham", name="Hamburg", kind="member_city", country="DE"),
                rate(date(2020, 12, 1), "0.8"),
                rate(date(2021, 1, 1), "0.9"),
                rate(date(2021, 1, 31), "1"),
                receipt("R-1", money=eur("80.00"), on=date(2020, 12, 10), **in_euros),
                receipt("R-2", "100.00", on=date(2020, 12, 11)),
                receipt("R-3", "5.00", on=date(2021, 1, 20)),
                # Of a value date before the others of its month.
                receipt("R-4", money=eur("9.00"), on=date(2021, 1, 20), **in_euros),
                receipt(
                    "R-5", money=eur("18.00"), on=date(2021, 1, 21), value_date=date(2021, 1, 19), **in_euros
                ),
                Revaluation(reference="RV", term=TERM, bank_account="eur", on=date(2021, 1, 31)),
                CarryForward(
                    reference="CF-1",
                    term=TERM,
                    to_term=LATER,
                    donor="ham",
                    amount=usd("40.00"),
                    bank_account="uil",
                    consent="L/1",
                    on=date(2021, 1, 31),
                ),
                receipt("R-6", "7.00", on=date(2021, 1, 31), term=LATER),
            ]
        )
        yield ledger


def of(ledger: Ledger, reference: str = TERM) -> BankAccounts:
    report = ledger.report("bank_accounts", term=reference, since=date(2021, 1, 1), as_of=date(2021, 1, 31))
    assert isinstance(report, BankAccounts)
    return report


def test_an_account_is_shown_over_all_terms_in_its_own_currency(ledger: Ledger) -> None:
    dollars, euros = of(ledger).accounts
    assert (dollars.bank_account, dollars.opening, dollars.closing) == ("uil", usd("100.00"), usd("112.00"))
    assert [(one.reference, one.term, one.own, one.balance) for one in dollars.movements] == [
        ("R-3", TERM, usd("5.00"), usd("105.00")),
        ("CF-1", TERM, usd("-40.00"), usd("65.00")),
        ("CF-1", LATER, usd("40.00"), usd("105.00")),
        ("R-6", LATER, usd("7.00"), usd("112.00")),
    ]
    assert [(one.term, one.own, one.dollars) for one in dollars.terms] == [
        (TERM, usd("65.00"), usd("65.00")),
        (LATER, usd("47.00"), usd("47.00")),
    ]
    assert (euros.opening, euros.opening_dollars) == (eur("80.00"), usd("100.00"))
    assert (euros.closing, euros.closing_dollars) == (eur("107.00"), usd("107.00"))
    # By value date; the revaluation takes 100.00 + 20.00 + 10.00 to what 107.00 euros are worth.
    assert [
        (one.reference, one.value_date.day, one.own, one.dollars, one.balance) for one in euros.movements
    ] == [
        ("R-5", 19, eur("18.00"), usd("20.00"), eur("98.00")),
        ("R-4", 20, eur("9.00"), usd("10.00"), eur("107.00")),
        ("RV", 31, eur("0.00"), usd("-23.00"), eur("107.00")),
    ]


def test_only_accounts_of_the_term_are_shown_and_they_tie_out(ledger: Ledger) -> None:
    assert [one.bank_account for one in of(ledger, LATER).accounts] == ["uil"]
    for reference in (TERM, LATER):
        for as_of in (date(2020, 12, 31), date(2021, 1, 31)):
            assert ledger.report("tie_out", term=reference, as_of=as_of).holds
    with pytest.raises(errors.UnknownDocumentError):
        ledger.report("bank_accounts", term="none")


def test_the_tables_begin_and_end_each_account_with_its_balance(ledger: Ledger) -> None:
    balances, parts, ledgers = of(ledger).document().tables()
    assert [row.cells[2:] for row in balances.rows] == [
        (usd("100.00"), usd("112.00"), usd("112.00")),
        (eur("80.00"), eur("107.00"), usd("107.00")),
    ]
    assert len(parts.rows) == 3
    assert [(row.cells[0], row.cells[-1]) for row in ledgers.rows if not row.entries] == [
        ("uil", usd("100.00")),
        ("uil", usd("112.00")),
        ("eur", eur("80.00")),
        ("eur", eur("107.00")),
    ]


@pytest.mark.parametrize("name", sorted(PERIOD_REPORTS))
def test_where_a_period_begins_that_is_not_named_is_as_the_help_says(ledger: Ledger, name: str) -> None:
    report = ledger.report(name, term=TERM, as_of=date(2021, 6, 30))
    if name == "journal":
        assert report.entries[0].number == 10  # the first that posts to the term
    elif hasattr(report, "since"):
        assert report.since == date(2020 if name == "pledge_position" else 2021, 1, 1)
    else:
        assert report.opening_on == date(2020, 12, 31)
    statement = ledger.donor_statement("ham", term=TERM, as_of=date(2021, 6, 30))
    assert statement.since == date(2020, 1, 1)
