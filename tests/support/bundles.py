"""Ledgers with issued statements, and bundles of them, for tests of evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from mdfm_ledger import Ledger
from mdfm_ledger.canonical import canonical
from mdfm_ledger.evidence.checkpoint import signed_note
from tests.support.bookkeeping import TERM
from tests.support.ledgers import events, open_ledger
from tests.support.signing import KEY, sign

YEAR = date(2020, 12, 31)
HAMBURG = "2020-2021-ham-001.1"


def ledger_with_statements(path: Path) -> Ledger:
    """The small ledger, with a statement issued to each of its two donors."""
    ledger = open_ledger(path)
    ledger.record_all(events())
    issue_all(ledger)
    return ledger


def issue_all(ledger: Ledger, as_of: date = YEAR) -> None:
    """Issue the statements of all donors up to a day."""
    ledger.issue_statements(term=TERM, kind="annual", as_of=as_of, certified_by="chief@example.org")


def note_of(ledger: Ledger) -> str:
    """The ledger's checkpoint as it is, signed."""
    return signed_note(ledger.checkpoints(KEY.name)[-1].text, KEY, sign)


def bundle(ledger: Ledger, reference: str = HAMBURG, **options: Any) -> bytes:
    """The bundle of a statement against the ledger as it is."""
    if "checkpoint" not in options:
        options["checkpoint"] = note_of(ledger)
    return ledger.statement_bundle(reference, key=str(KEY), **options)


def changed(raw: bytes, change: Callable[[Any], object]) -> bytes:
    """A bundle in canonical form again, after somebody changed it."""
    value = json.loads(raw)
    change(value)
    return canonical(value)
