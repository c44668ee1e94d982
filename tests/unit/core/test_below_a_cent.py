"""Money in another currency that is worth less than the books count in: refused, with what it is worth."""

from __future__ import annotations

from datetime import date

import pytest

from mdfm_ledger import (
    Amount,
    BankCharge,
    Conversion,
    CurrencyRate,
    Interest,
    OpenBankAccount,
    PublishRates,
    RegisterPartner,
    RevisePolicy,
    Transfer,
    UnidentifiedReceipt,
    errors,
)
from mdfm_ledger.event import Event
from mdfm_ledger.rates import DOLLARS_PER_UNIT, UNITS_PER_DOLLAR, RateUsed
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, pledge, receipt, usd

ON = date(2020, 4, 2)


def vnd(minor: int) -> Amount:
    return Amount(minor, "VND")


def desk(*events: Event) -> Desk:
    """Dong at 25,000 a dollar: half a cent is 125 of them."""
    return Desk(
        RevisePolicy(
            reference="RP-1",
            term=TERM,
            on=date(2020, 1, 1),
            agent_fee_basis_points=0,
            support_cost_basis_points=0,
            interest_to="donors",
            rate_source="UN",
            rate_limit_days=366,
            receipts_at="operational_rate",
            decision="SC-1",
        ),
        PublishRates(
            reference="X-1",
            on=date(2020, 1, 1),
            source="UN",
            since=date(2020, 1, 1),
            rates=(CurrencyRate(currency="VND", rate="25000"),),
        ),
        RegisterPartner(reference="kla", name="Kampala"),
        OpenBankAccount(reference="dong", name="Dong", currency="VND"),
        receipt(),
        allocation(),
        *events,
    )


CASES: dict[str, Event] = {
    "receipt": receipt("R-2", money=vnd(124), bank_account="dong"),
    "unidentified_receipt": UnidentifiedReceipt(
        reference="U-1", term=TERM, amount=vnd(124), bank_account="dong", bank_reference="x", on=ON
    ),
    "bank_charge": BankCharge(
        reference="C-1", term=TERM, amount=vnd(124), bank_account="dong", bank_reference="x", on=ON
    ),
    "interest": Interest(
        reference="I-1",
        term=TERM,
        amount=vnd(124),
        bank_account="dong",
        bank_reference="x",
        since=date(2020, 3, 3),
        until=date(2020, 3, 31),
        on=ON,
    ),
    "expenditure": expenditure(money=vnd(124), bank_account="dong"),
    "conversion": Conversion(
        reference="CV-1",
        term=TERM,
        sold=usd("1.00"),
        from_account="uil",
        bought=vnd(124),
        to_account="dong",
        bank_reference="x",
        on=ON,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_less_than_half_a_cent_is_refused_with_its_worth(case: str) -> None:
    with pytest.raises(errors.BelowACentError) as caught:
        desk().post(CASES[case])
    assert (caught.value.amount, caught.value.worth) == (vnd(124), "0.004960")
    assert "124 is worth USD 0.004960 at 25000 units per dollar, UN of 2020-01-01" in str(caught.value)


def test_half_a_cent_is_a_cent() -> None:
    posted = desk().lines(receipt("R-2", money=vnd(125), bank_account="dong"))
    assert posted.startswith("Dr 1010 dong USD 0.01")


def test_a_pledge_counted_at_the_published_rate_needs_a_cent_too() -> None:
    books = desk(pledge("P-2", money=vnd(1_000_000)))
    event = receipt("R-2", "0.01", pledge="P-2", fulfils=vnd(100))
    with pytest.raises(errors.BelowACentError) as caught:
        books.post(event)
    assert caught.value.worth == "0.004000"


def test_so_does_each_part_of_a_receipt_that_exceeds_its_pledge() -> None:
    """Of 300 dong, which are a cent, 100 are on the pledge and 200 would wait."""
    books = desk(pledge("P-2", money=vnd(100)))
    with pytest.raises(errors.BelowACentError) as caught:
        books.post(receipt("R-2", money=vnd(300), pledge="P-2", bank_account="dong"))
    assert (caught.value.amount, caught.value.worth) == (vnd(100), "0.004000")
    # Of 900, which are four cents, the 800 that wait are three.
    posted = books.lines(receipt("R-2", money=vnd(900), pledge="P-2", bank_account="dong")).splitlines()
    assert posted[:3] == ["Dr 1010 dong USD 0.04", "Cr 2010 ham USD 0.01", "Cr 2050 R-2 USD 0.03"]


def test_a_transfer_of_less_than_a_cent_is_refused() -> None:
    transfer = Transfer(
        reference="T-1",
        allocation="A-1",
        party="kla",
        amount=vnd(1),
        bank_account="dong",
        agreement="x",
        on=ON,
    )
    with pytest.raises(errors.BelowACentError, match=r"USD 0\.000040"):
        desk().post(transfer)


@pytest.mark.parametrize(
    ("rate", "quoted", "worth"),
    [("25000", UNITS_PER_DOLLAR, "0.000040"), ("0.00004", DOLLARS_PER_UNIT, "0.000040")],
)
def test_the_worth_is_told_whichever_way_the_rate_is_quoted(rate: str, quoted: str, worth: str) -> None:
    used = RateUsed(rate=rate, quoted=quoted, source="UN", since=ON)
    assert used.below_a_cent(vnd(1)).worth == worth
    assert used.cents(vnd(25_000)) == 100
