"""What makes a statement an issued one: its number and version, who prepared and who certified it."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.reports.document import Block, Fact, Facts, Note, text


@frozen(kw_only=True)
class Issue:
    """A statement as issued: number, version, what it supersedes, who answers for it.

    ``entries`` is how many entries with a line of the donor the period has, ``because`` why it was issued
    anew with the same figures.
    """

    kind: str
    number: str
    version: int
    supersedes: str = ""
    because: str = ""
    issued_on: date
    prepared_by: str
    certified_by: str
    entries: int


def issue_facts(issue: Issue | None, journal_head: str, since: date, as_of: date) -> Facts:
    """Which statement it is, for which period, standing on which journal; a preview says that it is one."""
    items = [Fact(key="statement_kind", value=text(f"statement_kind.{issue.kind if issue else 'preview'}"))]
    if issue:
        items += [
            Fact(key="statement_number", value=issue.number),
            Fact(key="statement_version", value=issue.version),
            Fact(key="supersedes", value=issue.supersedes or None),
        ]
        items += [Fact(key="because", value=issue.because)] if issue.because else []
    items += [
        Fact(key="period", value=text("period", since=since, as_of=as_of)),
        Fact(key="journal_head", value=journal_head),
    ]
    return Facts(key="statement", items=tuple(items))


def certification(issue: Issue | None) -> tuple[Block, ...]:
    """Who answers for the statement, and for what; of a preview nobody does."""
    if issue is None:
        return (Note(text=text("note.preview")),)
    people = Facts(
        key="certification",
        items=(
            Fact(key="prepared_by", value=issue.prepared_by),
            Fact(key="certified_by", value=issue.certified_by),
            Fact(key="issued_on", value=issue.issued_on),
            Fact(key="entries", value=issue.entries),
        ),
    )
    return (Note(text=text("note.certification")), people)
