"""Every error of the package tells what happened, which rule it was, and what to do."""

from __future__ import annotations

import pickle
import string
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import get_type_hints

import pytest

from mdfm_ledger import errors
from mdfm_ledger.errors import LedgerError, RuleError
from mdfm_ledger.money import Amount

# The names of section "Invariants" of the accounting model; an error may only speak of these.
INVARIANTS = {
    "balanced",
    "no-revenue",
    "numbered",
    "once",
    "trust-tie-out",
    "donor-not-negative",
    "pledge-identity",
    "funded-allocation",
    "earmark",
    "within-budget",
    "within-allotment",
    "resources-identity",
    "target-identity",
    "target-not-a-cap",
    "period-open",
    "reversal-exact",
    "two-people",
    "roll-forward",
    "tie-out",
    # Ours beside them: see the decisions on advances and payables, and on own amounts.
    "outstanding-not-negative",
    "period-seal",
    "term-closed",
    "own-currency",
}
SAMPLES: dict[type, object] = {
    str: "some-text",
    int: 7,
    date: date(2020, 2, 29),
    Amount: Amount(1_050, "USD"),
}


def _family(cls: type[LedgerError]) -> Iterator[type[LedgerError]]:
    # Tests may derive classes of their own; those are not the package's.
    if cls.__module__.startswith("mdfm_ledger."):
        yield cls
    for child in cls.__subclasses__():
        yield from _family(child)


ALL = list(dict.fromkeys(_family(LedgerError)))
# Those that are raised; the others group them.
LEAVES = [cls for cls in ALL if not any(issubclass(other, cls) for other in ALL if other is not cls)]
EVERY_LEAF = pytest.mark.parametrize("cls", LEAVES, ids=lambda cls: cls.__name__)


def _figures(cls: type[LedgerError]) -> dict[str, type]:
    hints = get_type_hints(cls, localns={"Amount": Amount})
    return {name: kind for name, kind in hints.items() if "ClassVar" not in str(kind)}


def _example(cls: type[LedgerError]) -> LedgerError:
    return cls(**{name: SAMPLES[kind] for name, kind in _figures(cls).items()})


def test_all_were_found() -> None:
    assert {"UnbalancedError", "ReferenceConflictError", "CorruptLedgerError"} <= {
        cls.__name__ for cls in LEAVES
    }


def test_every_class_is_exported_under_its_name() -> None:
    assert {cls.__name__ for cls in ALL} == set(errors.__all__)
    assert all(getattr(errors, cls.__name__) is cls for cls in ALL)


def test_codes_are_unique() -> None:
    shared = {code: count for code, count in Counter(cls.code for cls in LEAVES).items() if count > 1}
    assert shared == {}


@EVERY_LEAF
def test_code_is_its_own_and_fit_for_a_heading(cls: type[LedgerError]) -> None:
    assert "code" in vars(cls)
    assert set(cls.code) <= set(string.ascii_lowercase + "-")


@EVERY_LEAF
def test_message_uses_the_typed_attributes_and_no_others(cls: type[LedgerError]) -> None:
    named = {name for _, name, _, _ in string.Formatter().parse(cls.template) if name is not None}
    assert "template" in vars(cls)
    assert named == set(_figures(cls))


@EVERY_LEAF
def test_remedy_is_one_sentence_line(cls: type[LedgerError]) -> None:
    assert "remedy" in vars(cls)
    assert cls.remedy.endswith(".")
    assert "\n" not in cls.remedy
    assert len(cls.remedy) <= 120


@pytest.mark.parametrize(
    "cls", [cls for cls in LEAVES if issubclass(cls, RuleError)], ids=lambda cls: cls.__name__
)
def test_rule_error_names_its_invariant(cls: type[RuleError]) -> None:
    assert cls.invariant in INVARIANTS


@EVERY_LEAF
def test_message_shows_the_figures(cls: type[LedgerError]) -> None:
    error = _example(cls)
    assert all(str(value) in str(error) for value in error.figures.values())
    assert set(error.figures) == set(_figures(cls))


@EVERY_LEAF
def test_survives_a_trip_between_processes(cls: type[LedgerError]) -> None:
    error = _example(cls)
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is cls
    assert arrived.figures == error.figures
    assert str(arrived) == str(error)


def test_a_missing_or_unknown_figure_is_a_fault_of_the_caller() -> None:
    with pytest.raises(TypeError, match="UnknownCurrencyError takes"):
        errors.UnknownCurrencyError(currencies="USD")  # type: ignore[call-arg] # the mistake under test
