"""A term that is not there is refused by name: an empty report would look like a term without money."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mdfm_ledger import Ledger
from mdfm_ledger.errors import UnknownDocumentError
from mdfm_ledger.reports import TERM_REPORTS
from tests.support.ledgers import events, open_ledger


def reported(name: str) -> Callable[[Ledger, str], object]:
    return lambda ledger, term: ledger.report(name, term=term)


ASKED: dict[str, Callable[[Ledger, str], object]] = {
    **{name: reported(name) for name in TERM_REPORTS},
    "donor_statement": lambda ledger, term: ledger.donor_statement("ham", term=term),
    "donor_statements": lambda ledger, term: ledger.donor_statements(term=term),
    "balance": lambda ledger, term: ledger.balance("1010", term=term),
}


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(events())
        yield ledger


@pytest.mark.parametrize("name", ASKED)
def test_an_unknown_term_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(UnknownDocumentError) as caught:
        ASKED[name](ledger, "2040-2041")
    assert (caught.value.kind, caught.value.reference) == ("term", "2040-2041")


@pytest.mark.parametrize("name", ASKED)
def test_a_known_term_is_answered(ledger: Ledger, name: str) -> None:
    assert ASKED[name](ledger, "2020-2021")
