"""What verify answers: the checks it made and what it found, as values."""

from __future__ import annotations

from attrs import frozen

from mdfm_ledger.errors import CorruptLedgerError


@frozen(kw_only=True)
class Finding:
    """Something that is not as it was recorded: the entry (0 for the ledger as a whole) and what."""

    check: str
    number: int
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        where = f"entry {self.number}" if self.number else "ledger"
        return f"{self.check}: {where}: {self.what}; expected {self.expected}, found {self.found}"


@frozen(kw_only=True)
class Verification:
    """What verify looked at and what it found; ``findings`` is empty where all is well.

    ``entries`` and ``lines`` are how many there are; ``records`` how many entries were read byte by byte:
    all of them, or where it was ``quick`` the last. It was compared with so many signed ``checkpoints``, the
    last of which covers the first ``covered`` entries. ``pages_unseen`` is why a server was not asked to look
    at its pages and indexes; empty where it was, and for a file.
    """

    entries: int
    lines: int
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    records: int
    quick: bool = False
    checkpoints: int = 0
    covered: int = 0
    pages_unseen: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def raise_if_broken(self) -> None:
        """Raise CorruptLedgerError for the first finding, if there is one."""
        if self.findings:
            first = min(self.findings, key=lambda finding: finding.number or 1 << 62)
            raise CorruptLedgerError(
                number=first.number,
                what=f"{first.check}: {first.what}",
                expected=first.expected,
                found=first.found,
            )
