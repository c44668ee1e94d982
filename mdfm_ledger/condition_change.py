"""That a donor no longer asks for what it asked for when it pledged."""

from __future__ import annotations

from datetime import date

from attrs import frozen


@frozen(kw_only=True)
class ConditionChange:
    """An ``amendment`` of a pledge put other codes in the place of those asked for until then.

    ``condition`` says which of the conditions it is, by its field; ``after`` holds from ``on`` (inclusive).
    Where there are no codes nothing was, or is, asked for.
    """

    pledge: str
    on: date
    amendment: str
    condition: str
    before: tuple[str, ...]
    after: tuple[str, ...]
