"""What a look at an installation finds, as values."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

DANGER, WARNING, NOTE = SEVERITIES = ("danger", "warning", "note")
"""What may cost postings or has, what will one day, and what is to be known."""


@frozen(kw_only=True)
class Diagnosis:
    """Something unsafe: how bad it is, what it is by name, what was seen, and what to do."""

    severity: str
    name: str
    seen: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.name}: {self.seen}\n  {self.remedy}"


def danger(name: str, seen: str, remedy: str) -> Diagnosis:
    """What may cost postings, or has."""
    return Diagnosis(severity=DANGER, name=name, seen=seen, remedy=remedy)


def warning(name: str, seen: str, remedy: str) -> Diagnosis:
    """What will one day."""
    return Diagnosis(severity=WARNING, name=name, seen=seen, remedy=remedy)


def note(name: str, seen: str, remedy: str) -> Diagnosis:
    """What is to be known."""
    return Diagnosis(severity=NOTE, name=name, seen=seen, remedy=remedy)


def is_unsafe(found: Iterable[Diagnosis]) -> bool:
    """Whether there is more than notes."""
    return any(one.severity != NOTE for one in found)
