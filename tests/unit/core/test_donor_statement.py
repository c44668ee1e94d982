"""The blocks of a donor statement, in figures small enough to check by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mdfm_ledger import (
    Advance,
    AdvanceLiquidation,
    Amount,
    BankCharge,
    Ledger,
    Obligation,
    OpenBankAccount,
    OpenTerm,
    PublishRates,
    RegisterDonor,
    RegisterPartner,
    Reversal,
)
from mdfm_ledger.event import Event
from mdfm_ledger.ledger.output import FORMATS, render
from mdfm_ledger.rates import CurrencyRate
from mdfm_ledger.reports import DonorStatement
from mdfm_ledger.reports.statement.earmarks import earmark_rows
from mdfm_ledger.reports.statement.shared import shared
from mdfm_ledger.source import Total
from tests.support.bookkeeping import TERM, allocation, expenditure, pledge, receipt, usd
from tests.support.ledgers import open_ledger

BASE: tuple[Event, ...] = (
    OpenTerm.from_plan(
        "mdfm",
        reference=TERM,
        starts_on=date(2020, 1, 1),
        support_cost_basis_points=700,
        rate_source="UN",
        agent="host",
    ),
    OpenBankAccount(reference="uil", name="UIL", currency="USD"),
    RegisterDonor(reference="ham", name="Hamburg", kind="member_city", country="DE"),
    RegisterDonor(reference="med", name="Medellín", kind="member_city", country="CO"),
    RegisterDonor(reference="jp", name="Japan", kind="country", country="JP"),
    RegisterPartner(reference="host", name="UIL"),
    RegisterPartner(reference="kla", name="Kampala", country="UG"),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Hamburg paid 100.00, of which 40.00 for 1.1; Medellín 200.00; 90.00 are allotted to 1.1."""
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(BASE)
        ledger.record_all(
            [
                pledge("P-1", "120.00"),
                receipt("R-1", "60.00", pledge="P-1", bank_reference="TRF/1"),
                receipt("R-2", "40.00", earmark="1.1"),
                receipt("R-3", "200.00", donor="med"),
                BankCharge(
                    reference="C-1",
                    term=TERM,
                    amount=usd("2.00"),
                    bank_account="uil",
                    bank_reference="TRF/1",
                    donor="ham",
                    on=date(2020, 3, 2),
                ),
                allocation("A-1", "90.00"),
            ]
        )
        yield ledger


def of(ledger: Ledger, donor: str = "ham", since: date | None = None) -> DonorStatement:
    return ledger.donor_statement(donor, term=TERM, since=since)


def table(text: str) -> list[list[str]]:
    return [row.split() for row in text.strip().splitlines()]


def account(statement: DonorStatement) -> list[list[str]]:
    """The rows of the account that hold something, with the states below them."""
    rows = [
        [row.key + row.activity, row.prior.text, row.period.text, row.inception.text]
        for row in statement.account
        if row.key in ("opening", "closing") or row.inception.minor or row.prior.minor
    ]
    return rows + [[row.key, row.opening.text, row.closing.text] for row in statement.states]


def test_the_account_has_three_columns_and_a_row_an_activity(ledger: Ledger) -> None:
    """The pool gives 50.00 to A-1: 58/258 of it Hamburg, 11.24; with its 40.00 earmarked 51.24 of 90.00.

    Of 20.00 spent in 2020 that is 11.39, of 10.00 in 2021 (17.08 in all, to a cent) 5.70; support cost 7 %.
    """
    ledger.record_all(
        [
            expenditure("E-1", "20.00", on=date(2020, 5, 4)),
            expenditure("E-2", "10.00", on=date(2021, 5, 4), party="host", bank_account=""),
        ]
    )
    assert account(of(ledger, since=date(2021, 1, 1))) == table(
        """
        opening         0.00   85.82    0.00
        contributions 100.00    0.00  100.00
        activities1.1 -11.39   -5.70  -17.09
        support_cost   -0.79   -0.40   -1.19
        bank_charges   -2.00    0.00   -2.00
        closing        85.82   79.72   79.72
        free           46.76   46.76
        allotted       39.06   32.96
        obligated       0.00    0.00
        advanced        0.00    0.00
        """
    )


def test_every_column_of_the_account_adds_up(ledger: Ledger) -> None:
    ledger.record(expenditure("E-1", "20.00", on=date(2020, 5, 4)))
    for row in (of(ledger), of(ledger, "med"), of(ledger, since=date(2020, 3, 3))):
        *flows, closing = row.account
        assert sum(flow.prior.minor for flow in flows) == closing.prior.minor == row.opening.minor
        assert sum(flow.period.minor for flow in flows) == closing.period.minor == row.closing.minor
        assert sum(flow.inception.minor for flow in flows[1:]) == closing.inception.minor
        assert sum(state.closing.minor for state in row.states[:3]) == row.closing.minor


def test_a_charge_stands_beside_the_receipt_whose_bank_reference_it_names(ledger: Ledger) -> None:
    assert [(row.bank_reference, row.dollars.text, row.charges.text) for row in of(ledger).receipts] == [
        ("TRF/1", "60.00", "2.00"),
        ("B/R-2", "40.00", "0.00"),
    ]


def test_advances_are_shared_by_what_is_left_of_their_obligation(ledger: Ledger) -> None:
    """Of 60.00 obligated 34.16 are Hamburg's, of 30.00 advanced 17.08; 12.00 reported leave 18.00."""
    ledger.record_all(
        [
            Obligation(
                reference="O-1",
                allocation="A-1",
                party="kla",
                purpose="Workshop",
                amount=usd("60.00"),
                on=date(2020, 5, 4),
            ),
            Advance(
                reference="ADV-1",
                obligation="O-1",
                amount=usd("30.00"),
                on=date(2020, 6, 1),
                due_on=date(2020, 9, 30),
                bank_account="uil",
                bank_reference="ADV",
            ),
        ]
    )
    ham, med = of(ledger), of(ledger, "med")
    assert (ham.obligated.text, med.obligated.text) == ("34.16", "25.84")
    assert (ham.advanced.text, med.advanced.text) == ("17.08", "12.92")
    report = AdvanceLiquidation(
        reference="AL-1",
        advance="ADV-1",
        amount=usd("12.00"),
        report="Certified",
        category="5",
        on=date(2020, 10, 1),
    )
    ledger.record(report)
    ham, med = of(ledger, since=date(2020, 7, 1)), of(ledger, "med")
    assert (ham.advanced.text, med.advanced.text) == ("10.25", "7.75")
    assert ham.states[3].opening == usd("17.08")
    assert ledger.report("tie_out", term=TERM).holds


def test_each_earmark_is_received_allotted_spent_and_free(ledger: Ledger) -> None:
    ledger.record(expenditure("E-1", "20.00", on=date(2020, 5, 4)))
    found = [
        [row.earmark or "none", *(getattr(row, name).text for name in NAMES)] for row in of(ledger).earmarks
    ]
    assert found == table(
        """
        none  60.00  -2.00  11.24  2.67  46.76  0.00
        1.1   40.00   0.00  40.00  9.51   0.00  0.00
        """
    )


NAMES = ("received", "other", "allotted", "spent", "free", "outside")


def test_a_receipt_taken_back_was_not_received_under_its_earmark(ledger: Ledger) -> None:
    ledger.record(receipt("R-9", "15.00", earmark="2", donor="med"))
    ledger.record(
        Reversal(
            reference="RV",
            reversed_kind="receipt",
            reversed_reference="R-9",
            on=date(2020, 3, 3),
            reason="of another fund",
        )
    )
    found = {row.earmark: row.received.text for row in of(ledger, "med").earmarks}
    assert found == {"": "200.00", "2": "0.00"}


def test_a_pledge_in_yen_shows_the_dollars_that_came_of_it(ledger: Ledger) -> None:
    yen = Amount(500_000, "JPY")
    ledger.record(pledge("P-2", donor="jp", money=yen))
    paid = receipt("R-8", "4.00", pledge="P-2", fulfils=Amount(400, "JPY"))
    ledger.record(paid)
    ledger.record(receipt("R-7", "3.00", pledge="P-2", fulfils=Amount(300, "JPY"), on=date(2020, 3, 9)))
    statement = of(ledger, "jp", since=date(2020, 3, 5))
    (row,) = statement.pledges
    assert (row.position.amount, row.position.paid, row.received) == (yen, Amount(700, "JPY"), usd("7.00"))
    assert [line.reference for line in statement.receipts] == ["R-7"]


@pytest.mark.parametrize("form", FORMATS)
def test_no_other_donor_is_named(ledger: Ledger, form: str) -> None:
    shown = render(of(ledger), form)
    assert "Hamburg" in shown
    assert "Medellín" not in shown
    assert "Japan" not in shown


def test_what_went_outside_its_earmark_would_show(ledger: Ledger) -> None:
    """No rule lets it happen, so it is shown to the rows as if one had."""
    where = {"donor": "ham", "term": TERM}
    with ledger._through(None, None) as (source, window):
        alike = shared(source, window, term=TERM, since=None)
        totals = [Total(("8120", "1.1", "2.1"), 0, 500), Total(("8150", "1", "1.2"), 0, 300)]
        rows = earmark_rows(source, alike, where, totals, usd("8.00"))
    assert [(row.earmark, row.outside.text) for row in rows] == [("", "0.00"), ("1", "0.00"), ("1.1", "5.00")]


def test_several_pledges_in_one_currency_have_a_total(ledger: Ledger) -> None:
    ledger.record(pledge("P-2", "30.00"))
    table = next(table for table in of(ledger).document().tables() if table.key == "pledges")
    assert [cell for cell in table.rows[-1].cells if isinstance(cell, Amount)] == [
        usd(text) for text in ("150.00", "60.00", "0.00", "90.00", "0.00", "90.00", "60.00")
    ]


def test_a_receipt_in_another_currency_shows_its_amount_rate_and_source(ledger: Ledger) -> None:
    rates = CurrencyRate(currency="EUR", rate="0.8")
    ledger.record_all(
        [
            OpenBankAccount(reference="eur", name="Euro account", currency="EUR"),
            PublishRates(reference="UN/2020-03", source="UN", since=date(2020, 3, 1), rates=(rates,)),
            receipt("R-5", money=Amount(8_000, "EUR"), bank_account="eur", on=date(2020, 3, 9)),
        ]
    )
    statement = of(ledger)
    row = statement.receipts[-1]
    assert (row.amount, row.dollars) == (Amount(8_000, "EUR"), usd("100.00"))
    assert row.rate is not None
    assert (row.rate.rate, row.rate.source, row.rate.since) == ("0.8", "UN", date(2020, 3, 1))
    shown = render(statement, "text")
    assert "80.00" in shown
    assert "UN of 1 Mar 2020" in " ".join(shown.split())


def test_a_file_of_tables_says_whose_statement_it_is_and_who_certified_it(ledger: Ledger) -> None:
    ledger.issue_statement("ham", term=TERM, kind="interim", as_of=date(2020, 12, 31), certified_by="chief")
    shown = render(ledger.issued_statement(f"{TERM}-ham-001.1"), "csv")
    for row in (
        "head,donor_reference,ham,,normal",
        f"head,term,{TERM},,normal",
        "head,statement_kind,Interim,,normal",
        f"head,statement_number,{TERM}-ham-001,,normal",
        "head,statement_version,1,,normal",
        "head,period.as_of,2020-12-31,,normal",
        "certification,certified_by,chief,,normal",
    ):
        assert f"\r\n{row}\r\n" in shown, row
