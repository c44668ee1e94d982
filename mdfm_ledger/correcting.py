"""A correction: what was wrong is taken back, and what is right recorded right after it."""

from __future__ import annotations

from datetime import date

from attrs import evolve

from mdfm_ledger.event import Event
from mdfm_ledger.events import Reversal


def correction(
    wrong: tuple[str, str],
    replacement: Event,
    *,
    reference: str,
    on: date,
    reason: str,
    approved_by: str = "",
) -> tuple[Reversal, Event]:
    """The reversal of the ``wrong`` entry (kind and reference) and its replacement, each naming the other.

    Record both in one transaction, with ``record_all``. ``reference``, ``on`` (the accounting date),
    ``reason`` and ``approved_by`` are the reversal's; the replacement keeps its own date.
    """
    reversal = Reversal(
        reference=reference,
        reversed_kind=wrong[0],
        reversed_reference=wrong[1],
        on=on,
        reason=reason,
        replacement_kind=replacement.event_kind,
        replacement_reference=replacement.reference,
        approved_by=approved_by,
    )
    return reversal, evolve(replacement, corrects=reference)
