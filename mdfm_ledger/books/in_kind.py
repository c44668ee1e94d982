"""Offers in kind: what a city would do or lend. They have no amount and are never counted as money."""

from __future__ import annotations

from datetime import date

from attrs import frozen

OFFERED = "offered"
OUTCOMES = ("accepted", "delivered", "declined", "withdrawn")
"""What may become of an offer."""

ITEMS = ("1", "2", "3", "4", "6")
"""The items of the questionnaire for member cities that are answered in kind."""


@frozen(kw_only=True)
class InKind:
    """An offer as it stands: by item of the questionnaire, and what became of it on ``changed_on``."""

    reference: str
    term: str
    city: str
    item: str
    offer: str
    cluster: str
    on: date
    outcome: str
    changed_on: date
    note: str = ""
