"""The statements issued to a donor for a term: how they are numbered, and which supersedes which."""

from __future__ import annotations

import hashlib
from datetime import date

from attrs import frozen

from mdfm_ledger.fields import LONGEST_REFERENCE
from mdfm_ledger.money import Amount

STATEMENT_KINDS = ("interim", "annual", "final")
"""What a statement is for: any period, twelve months at most, or the whole of a donor's part in a term."""

_LONGEST_NAME = LONGEST_REFERENCE - 20
"""What of term and donor fits into a number, so that sequence and version fit behind it."""


@frozen(kw_only=True)
class IssuedStatement:
    """A statement as issued: its number and version, what it covers, what it said, and its digest.

    ``reference`` is number and version in one; ``known_at`` is the last entry it knows.
    """

    reference: str
    number: str
    version: int
    supersedes: str
    kind: str
    since: date
    as_of: date
    known_at: int
    on: date
    certified_by: str
    entries: int
    opening: Amount
    closing: Amount
    digest: str


@frozen(kw_only=True)
class NextStatement:
    """What the next statement is called: its number, its version, and the one it supersedes, if any."""

    number: str
    version: int
    supersedes: str

    @property
    def reference(self) -> str:
        """Number and version in one."""
        return f"{self.number}.{self.version}"


@frozen(kw_only=True)
class StatementRegister:
    """The statements issued to a donor for a term, in the order issued."""

    donor: str
    term: str
    issued: tuple[IssuedStatement, ...] = ()

    def next(self, kind: str, since: date, as_of: date) -> NextStatement:
        """What the next statement of that kind and period is called.

        For a period that has one it is that number's next version; else the next number.
        """
        same = [one for one in self.issued if (one.kind, one.since, one.as_of) == (kind, since, as_of)]
        if same:
            last = same[-1]
            return NextStatement(number=last.number, version=last.version + 1, supersedes=last.reference)
        sequence = len({one.number for one in self.issued}) + 1
        return NextStatement(
            number=f"{_name(self.term, self.donor)}-{sequence:03d}", version=1, supersedes=""
        )

    def told_before(self, since: date, as_of: date, kind: str = "") -> IssuedStatement | None:
        """What a statement is explained against: what its donor was told last of the period, or up to it.

        For a period that has statements it is the last of them, of the same kind where there is one: the
        one that is superseded. Else it is the one that reaches furthest of those whose period ended by the
        same day, the last issued of these.
        """
        same = [one for one in self.issued if (one.since, one.as_of) == (since, as_of)]
        if same:
            return ([one for one in same if one.kind == kind] or same)[-1]
        ended = [one for one in reversed(self.issued) if one.as_of <= as_of]
        return max(ended, key=lambda one: one.as_of, default=None)


def register_reference(donor: str, term: str) -> str:
    """What the register of a donor and a term is known by."""
    return f"{term}/{donor}"


def _name(term: str, donor: str) -> str:
    name = f"{term}-{donor}"
    if len(name) <= _LONGEST_NAME:
        return name
    # Too long to be shown whole; the digest of the whole keeps two long names apart.
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_NAME - 9].rstrip()}-{mark}"
