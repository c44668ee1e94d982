"""Approvals of a term: who may approve what, what was approved and used, and what was refused."""

from __future__ import annotations

from datetime import date
from typing import cast

from attrs import frozen

from mdfm_ledger.approvals import ApprovedDocument, Attempt, Authority, policy_in_force
from mdfm_ledger.approving import approval_digest
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Note,
    Row,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import term_of
from mdfm_ledger.source import JournalSource, Window

USED, UNUSED, WITHDRAWN, OTHER = "used", "unused", "withdrawn", "other"


@frozen(kw_only=True)
class ApprovalRow:
    """An approval by one person, and what became of it.

    ``state`` is used, unused, withdrawn, or other where another text of the document was recorded.
    ``used_by`` is the number of the entry, 0 where there is none.
    """

    digest: str
    document_kind: str
    document_reference: str
    amount: Amount | None
    given_by: str
    on: date
    state: str
    used_by: int = 0
    reason: str = ""


@frozen(kw_only=True)
class Approvals:
    """The approvals of a term and the attempts refused for want of one, in the order recorded.

    Attempts to record what is of no term, such as the closing of a month, are in the report of each.
    """

    name = "approvals"

    head: Head
    authorities: tuple[Authority, ...] = ()
    approvals: tuple[ApprovalRow, ...] = ()
    attempts: tuple[Attempt, ...] = ()

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.approvals"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="authorities", blocks=(self._authorities(),)),
                Section(key="approvals", blocks=(self._approvals(), Note(text=text("note.approvals")))),
                Section(key="attempts", blocks=(self._attempts(), Note(text=text("note.attempts")))),
            ),
        )

    def _authorities(self) -> Table:
        columns = (
            Column(key="approver", kind=ColumnKind.TEXT),
            Column(key="kinds", kind=ColumnKind.TEXT),
            Column(key="up_to", kind=ColumnKind.AMOUNT),
        )
        rows = tuple(
            Row(cells=(one.approver, ", ".join(one.kinds), one.up_to or text("any_amount")))
            for one in self.authorities
        )
        return Table(key="authorities", columns=columns, rows=rows)

    def _approvals(self) -> Table:
        columns = (
            Column(key="on", kind=ColumnKind.DATE),
            Column(key="approver", kind=ColumnKind.TEXT),
            Column(key="document", kind=ColumnKind.TEXT),
            Column(key="amount", kind=ColumnKind.AMOUNT),
            Column(key="digest", kind=ColumnKind.DIGEST),
            Column(key="state", kind=ColumnKind.TEXT),
            Column(key="used_by", kind=ColumnKind.NUMBER),
            Column(key="note", kind=ColumnKind.TEXT),
        )
        rows = tuple(
            Row(
                cells=(
                    one.on,
                    one.given_by,
                    f"{one.document_kind} {one.document_reference}",
                    one.amount,
                    one.digest,
                    text(f"approval.{one.state}"),
                    one.used_by or None,
                    one.reason or None,
                )
            )
            for one in self.approvals
        )
        return Table(key="approvals", columns=columns, rows=rows)

    def _attempts(self) -> Table:
        columns = (
            Column(key="on", kind=ColumnKind.DATE),
            Column(key="attempted_by", kind=ColumnKind.TEXT),
            Column(key="document", kind=ColumnKind.TEXT),
            Column(key="digest", kind=ColumnKind.DIGEST),
            Column(key="rule", kind=ColumnKind.TEXT),
        )
        rows = tuple(
            Row(
                cells=(
                    one.on,
                    one.attempted_by,
                    f"{one.document_kind} {one.document_reference}",
                    one.digest,
                    one.rule,
                )
            )
            for one in self.attempts
        )
        return Table(key="attempts", columns=columns, rows=rows)


def approvals(source: JournalSource, window: Window, *, term: str) -> Approvals:
    """The approvals of a term in the window. Raises UnknownDocumentError for the term."""
    known = term_of(source, window, term)
    policy = policy_in_force(known.approval_policies, window.as_of)
    approved = cast(dict[str, ApprovedDocument], source.documents("approval", window))
    attempts = cast(dict[str, Attempt], source.documents("refused_attempt", window))
    return Approvals(
        head=head_of(term, window),
        authorities=policy.authorities if policy else (),
        approvals=tuple(
            row for one in approved.values() if one.term == term for row in _rows(source, window, one)
        ),
        attempts=tuple(one for one in attempts.values() if one.term in ("", term)),
    )


def _rows(source: JournalSource, window: Window, approved: ApprovedDocument) -> list[ApprovalRow]:
    entry = source.entry(approved.document_kind, approved.document_reference, window)
    is_same = entry is not None and approval_digest(entry.event) == approved.digest
    recorded = UNUSED if entry is None else USED if is_same else OTHER
    return [
        ApprovalRow(
            digest=approved.digest,
            document_kind=approved.document_kind,
            document_reference=approved.document_reference,
            amount=approved.amount,
            given_by=one.given_by,
            on=one.on,
            state=recorded if one.stands else WITHDRAWN,
            used_by=entry.number if entry and is_same and one.stands else 0,
            reason=one.reason,
        )
        for one in approved.given
    ]
