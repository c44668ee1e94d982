"""The part of the story in euros: rates, a receipt, what it is worth later, and turning it into dollars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mdfm_ledger.event import Event
from mdfm_ledger.events import Conversion, OpenBankAccount, PublishRates, Receipt, Revaluation
from mdfm_ledger.money import Amount
from mdfm_ledger.rates import CurrencyRate

RATES = "EXAMPLE-RATES"
_EUROS = "UIL-EUR"


def exchange(term: str, account: str) -> Iterator[Event]:
    """Espoo pays 5,000 euros on an account in euros; they are revalued, half is sold, the rest revalued."""
    yield OpenBankAccount(reference=_EUROS, name="UIL trust account, euros", currency="EUR")
    yield from _rates()
    yield Receipt(
        reference="R-EUR-1",
        term=term,
        donor="ESP",
        amount=Amount(5_000_00, "EUR"),
        bank_account=_EUROS,
        bank_reference="TRF/ESP/EUR",
        on=date(2021, 4, 12),
    )
    yield Revaluation(reference="RV-2021-04", term=term, bank_account=_EUROS, on=date(2021, 4, 30))
    yield Conversion(
        reference="CV-1",
        term=term,
        sold=Amount(2_500_00, "EUR"),
        from_account=_EUROS,
        bought=Amount(3_020_00, "USD"),
        to_account=account,
        bank_reference="FX/2021/1",
        on=date(2021, 5, 10),
        approved_by="director@example.org",
    )
    yield Revaluation(reference="RV-2021-12", term=term, bank_account=_EUROS, on=date(2021, 12, 14))


def _rates() -> Iterator[Event]:
    """Units per dollar, as the UN publishes them; the figures are examples."""
    for day, rates in (
        (date(2020, 1, 1), {"EUR": "0.893", "JPY": "109"}),
        (date(2021, 4, 1), {"EUR": "0.84"}),
        (date(2021, 4, 30), {"EUR": "0.85"}),
        (date(2021, 5, 10), {"EUR": "0.825"}),
        (date(2021, 12, 1), {"EUR": "0.88", "JPY": "113.25"}),
    ):
        yield PublishRates(
            reference=f"XR-{day}",
            source=RATES,
            since=day,
            rates=tuple(CurrencyRate(currency=currency, rate=rate) for currency, rate in rates.items()),
        )
