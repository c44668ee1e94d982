"""A statement is issued to a donor: numbered, certified, and bound by its digest to what it said."""

from __future__ import annotations

from datetime import date, timedelta

from attrs import evolve, frozen

from mdfm_ledger.books import Books
from mdfm_ledger.books.documents import Donor, Term
from mdfm_ledger.books.statement_register import (
    STATEMENT_KINDS,
    IssuedStatement,
    NextStatement,
    StatementRegister,
    register_reference,
)
from mdfm_ledger.errors import (
    AnnualStatementError,
    FinalPeriodError,
    InvalidFieldError,
    StatementOutOfTurnError,
    StatementPeriodError,
    UnknownDocumentError,
)
from mdfm_ledger.event import Event
from mdfm_ledger.fields import (
    amount,
    day,
    digest,
    one_of,
    optional_reference,
    optional_text,
    reference,
    require_match,
    text,
    whole_number,
)
from mdfm_ledger.journal import Lines
from mdfm_ledger.money import Amount

_MOST = 1 << 53


@frozen(kw_only=True)
class IssueStatement(Event):
    """The statement of a donor for a term and a period (both dates inclusive), as known at an entry.

    An annual statement covers twelve months at most; a final one the term from its first day, once the term
    is closed or nothing is left for the donor. The ledger makes this event; written by hand it is refused
    unless it says what the books say. ``number`` and ``statement_version`` make the ``reference``; for a
    period that has a statement it is that number's next version, and ``supersedes`` names the one before.
    ``opening`` and ``closing`` are what is held for the donor, ``entries`` how many entries with a line of
    the donor the period has, ``digest`` the SHA-256 of the statement as canonical JSON without the donor's
    personal details. ``parts`` is how many parts of entries up to ``known_at`` are the donor's, in all
    terms, and ``parts_root`` the Merkle root over them, so that a bundle is provably complete. ``because``
    says why it was issued anew, which is needed where no figure has changed: for another certifier. It posts
    nothing.
    """

    event_kind = "issue_statement"

    on: date = day()
    kind: str = one_of(*STATEMENT_KINDS)
    donor: str = reference()
    term: str = reference()
    since: date = day()
    as_of: date = day()
    known_at: int = whole_number(1, _MOST)
    number: str = reference()
    statement_version: int = whole_number(1, _MOST)
    supersedes: str = optional_reference()
    opening: Amount = amount()
    closing: Amount = amount()
    entries: int = whole_number(0, _MOST)
    parts: int = whole_number(1, _MOST)
    parts_root: str = digest()
    digest: str = digest()
    certified_by: str = text()
    because: str = optional_text()

    def __attrs_post_init__(self) -> None:
        if not self.since <= self.as_of <= self.on:
            raise StatementPeriodError(since=self.since, as_of=self.as_of, on=self.on)
        if self.because and not self.supersedes:
            raise InvalidFieldError(field="because", problem="is why one is issued anew; leave it out")

    @property
    def approver(self) -> str:
        """Who certified it."""
        return self.certified_by

    @property
    def description(self) -> str:
        return f"{self.kind}, {self.since} to {self.as_of}"

    def about(self, books: Books, lines: Lines) -> str:
        return f"statement_register:{register_reference(self.donor, self.term)}"

    def post(self, books: Books) -> Lines:
        """No lines: that a statement was issued moves nothing."""
        self._require_its_period(books.term(self.term))
        books.document(Donor, "donor", self.donor)
        if self.known_at > books.number:
            raise UnknownDocumentError(kind="entry", reference=str(self.known_at))
        expected = self._register(books).next(self.kind, self.since, self.as_of)
        given = NextStatement(number=self.number, version=self.statement_version, supersedes=self.supersedes)
        if given != expected or self.reference != expected.reference:
            raise StatementOutOfTurnError(donor=self.donor, expected=expected.reference, given=self.reference)
        return ()

    def _require_its_period(self, term: Term) -> None:
        """Whether the period is one of its kind: asked as it is issued, since what was is read as it is."""
        first = _twelve_months_to(self.as_of)
        if self.kind == "annual" and self.since < first:
            raise AnnualStatementError(since=self.since, as_of=self.as_of, first=first)
        if self.kind == "final" and self.since > term.starts_on:
            raise FinalPeriodError(term=self.term, first=term.starts_on, since=self.since)

    def _register(self, books: Books) -> StatementRegister:
        known = register_reference(self.donor, self.term)
        if not books.has_document("statement_register", known):
            return StatementRegister(donor=self.donor, term=self.term)
        register = books.document(StatementRegister, "statement_register", known)
        require_match("donor", self.donor, f"statement register {known}", register.donor)
        return register

    def document(self, before: StatementRegister | None, lines: Lines) -> StatementRegister:
        del lines
        register = before or StatementRegister(donor=self.donor, term=self.term)
        return evolve(register, issued=(*register.issued, self._issued()))

    def _issued(self) -> IssuedStatement:
        return IssuedStatement(
            reference=self.reference,
            number=self.number,
            version=self.statement_version,
            supersedes=self.supersedes,
            kind=self.kind,
            since=self.since,
            as_of=self.as_of,
            known_at=self.known_at,
            on=self.on,
            certified_by=self.certified_by,
            entries=self.entries,
            opening=self.opening,
            closing=self.closing,
            digest=self.digest,
        )


def _twelve_months_to(last: date) -> date:
    """The first day of the twelve months that end with a day."""
    after = last + timedelta(days=1)
    if (after.month, after.day) == (2, 29):
        after = after.replace(month=3, day=1)
    return after.replace(year=after.year - 1)
