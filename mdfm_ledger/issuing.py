"""Issuing statements: from a statement to its event, from the event to the statement again, and back.

The digest of an issued statement is the SHA-256 of its JSON in canonical form, without the donor's personal
details: whoever has the JSON file can work it out, whoever has the ledger can make the file again, and both
still hold once the details were erased.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from attrs import evolve, frozen

from mdfm_ledger.books.statement_register import IssuedStatement, StatementRegister
from mdfm_ledger.canonical import canonical
from mdfm_ledger.codec import to_json
from mdfm_ledger.errors import (
    FinalStatementError,
    NothingToStateError,
    StatementDiffersError,
    StatementUnchangedError,
)
from mdfm_ledger.events import IssueStatement, RegisterDonor
from mdfm_ledger.fields import same_person
from mdfm_ledger.reports.donor_statement import DonorStatement, donor_statement, donor_statements
from mdfm_ledger.reports.positions import donors_in, term_of
from mdfm_ledger.reports.statement.changes import changes_since, register_of
from mdfm_ledger.reports.statement.issue import Issue
from mdfm_ledger.results import Recorded
from mdfm_ledger.sealing.unsealing import event_of
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class Issued:
    """A statement as issued, and the entry that says so."""

    statement: DonorStatement
    recorded: Recorded


@frozen(kw_only=True)
class Order:
    """What is to be issued: which kind of statement, for which period, on which day, by whom.

    ``since`` is the term's first day unless given. One whose figures stand is issued anew only for
    another certifier, and ``because`` of something.
    """

    kind: str
    term: str
    since: date | None
    on: date
    prepared_by: str
    certified_by: str
    because: str = ""


Made = tuple[DonorStatement, IssueStatement]
"""A statement as it is to be issued, and the event that issues it."""


class Finding(NamedTuple):
    """What an issued statement does not agree in: the entry, the figure, and what both say."""

    number: int
    what: str
    expected: object
    found: object


def digest_of(statement: DonorStatement) -> str:
    """The SHA-256 of a statement's JSON in canonical form, in hexadecimal, without personal details."""
    plain = statement_json(statement)
    donor = {name: value for name, value in plain["donor"].items() if name not in RegisterDonor.personal}
    return hashlib.sha256(canonical({**plain, "donor": donor})).hexdigest()


def statement_json(statement: DonorStatement) -> dict[str, Any]:
    """A statement as plain JSON values, as its file holds them."""
    return {"report": statement.name, **to_json(statement)}


def issue_one(source: JournalSource, window: Window, order: Order, donor: str) -> Made:
    """The statement of a donor as it is to be issued, and the event that issues it.

    Raises NothingToStateError, FinalStatementError, StatementUnchangedError and UnknownDocumentError.
    """
    statement = donor_statement(source, window, donor=donor, term=order.term, since=order.since)
    where = {"donor": donor, "term": order.term, "account": ("8090", "8100")}
    if not source.totals(("donor",), window, where=where):
        raise NothingToStateError(donor=donor, term=order.term, as_of=window.as_of)
    register = _register(source, window, donor, order.term)
    standing = _standing(source, register, statement, order)
    if standing and not (order.because and not same_person(standing.certified_by, order.certified_by)):
        raise StatementUnchangedError(reference=standing.reference)
    moment = (window.known_at, donor)
    return _issued(source, window, order, statement, register, source.disclosed([moment])[moment])


def issue_all(source: JournalSource, window: Window, order: Order) -> Iterator[Made]:
    """The same for every donor with a line in the term; a statement that stands unchanged is left out."""
    donors = donors_in(source, window, order.term)
    disclosed = source.disclosed((window.known_at, donor) for donor in donors)
    for statement in donor_statements(source, window, term=order.term, since=order.since, donors=donors):
        register = _register(source, window, statement.donor.reference, order.term)
        if _standing(source, register, statement, order) is None:
            moment = (window.known_at, register.donor)
            yield _issued(source, window, order, statement, register, disclosed[moment])


def _register(source: JournalSource, window: Window, donor: str, term: str) -> StatementRegister:
    return register_of(source, window, donor, term) or StatementRegister(donor=donor, term=term)


def _standing(
    source: JournalSource, register: StatementRegister, statement: DonorStatement, order: Order
) -> IssuedStatement | None:
    """The statement issued for the same period, where it still says all the same."""
    period = (order.kind, statement.since, statement.head.as_of)
    same = [one for one in register.issued if (one.kind, one.since, one.as_of) == period]
    if not same:
        return None
    last = same[-1]
    window = Window(as_of=last.as_of, known_at=last.known_at)
    then = donor_statement(source, window, donor=register.donor, term=register.term, since=last.since)
    return last if _figures(then) == _figures(statement) else None


def _figures(statement: DonorStatement) -> DonorStatement:
    """A statement without what tells when and as what it was made."""
    return evolve(
        statement, head=evolve(statement.head, known_at=0), journal_head="", issue=None, changes=None
    )


def _issued(
    source: JournalSource,
    window: Window,
    order: Order,
    statement: DonorStatement,
    register: StatementRegister,
    disclosed: tuple[int, str],
) -> Made:
    if order.kind == "final":
        _require_final(source, window, statement)
    coming = register.next(order.kind, statement.since, window.as_of)
    issue = Issue(
        kind=order.kind,
        number=coming.number,
        version=coming.version,
        supersedes=coming.supersedes,
        because=order.because,
        issued_on=order.on,
        prepared_by=order.prepared_by,
        certified_by=order.certified_by,
        entries=_entries(source, window, statement),
    )
    issued = _explained(source, window, evolve(statement, issue=issue), register)
    return issued, IssueStatement(
        reference=coming.reference,
        on=order.on,
        kind=order.kind,
        donor=register.donor,
        term=register.term,
        since=statement.since,
        as_of=window.as_of,
        known_at=window.known_at,
        number=coming.number,
        statement_version=coming.version,
        supersedes=coming.supersedes,
        opening=issued.opening,
        closing=issued.closing,
        entries=issue.entries,
        digest=digest_of(issued),
        parts=disclosed[0],
        parts_root=disclosed[1],
        certified_by=order.certified_by,
        because=order.because,
    )


def _require_final(source: JournalSource, window: Window, statement: DonorStatement) -> None:
    """Raise FinalStatementError while anything is open; what is held is, until the term is closed."""
    term = term_of(source, window, statement.head.term)
    is_closed = term.closed_on is not None and term.closed_on <= window.as_of
    if still_open := statement.still_open(is_closed=is_closed):
        donor = statement.donor.reference
        raise FinalStatementError(donor=donor, term=term.reference, still_open=", ".join(still_open))


def _explained(
    source: JournalSource, window: Window, statement: DonorStatement, register: StatementRegister | None
) -> DonorStatement:
    """A statement with what changed of the one it supersedes: a preview cannot know which that is."""
    assert statement.issue is not None
    supersedes, told = statement.issue.supersedes, statement.changes
    if not supersedes or (told and told.statement == supersedes):
        return statement
    donor, term = statement.donor.reference, statement.head.term
    known = register or _register(source, window, donor, term)
    before = known.told_before(statement.since, window.as_of, statement.issue.kind)
    return evolve(statement, changes=changes_since(source, window, donor=donor, term=term, issued=before))


def _entries(source: JournalSource, window: Window, statement: DonorStatement) -> int:
    donor = statement.donor.reference
    where = {"donor": donor, "term": statement.head.term}
    return source.touched(window, since=statement.since, where=where).get(donor, 0)


# -- made again --------------------------------------------------------------------------------------


def made_again(source: JournalSource, event: IssueStatement, *, prepared_by: str) -> DonorStatement:
    """An issued statement as it was, whatever was recorded since."""
    window = Window(as_of=event.as_of, known_at=event.known_at)
    statement = donor_statement(source, window, donor=event.donor, term=event.term, since=event.since)
    return _as_issued(source, window, statement, event, prepared_by)


def _as_issued(
    source: JournalSource, window: Window, statement: DonorStatement, event: IssueStatement, prepared_by: str
) -> DonorStatement:
    issue = Issue(
        kind=event.kind,
        number=event.number,
        version=event.statement_version,
        supersedes=event.supersedes,
        because=event.because,
        issued_on=event.on,
        prepared_by=prepared_by,
        certified_by=event.certified_by,
        entries=_entries(source, window, statement),
    )
    return _explained(source, window, evolve(statement, issue=issue), None)


def require_as_made(source: JournalSource, event: IssueStatement, *, prepared_by: str) -> None:
    """Raise StatementDiffersError unless the event says what the books say, FinalStatementError too early."""
    statement = made_again(source, event, prepared_by=prepared_by)
    if event.kind == "final":
        _require_final(source, Window(as_of=event.as_of, known_at=event.known_at), statement)
    moment = (event.known_at, event.donor)
    for field, given, found in _differences(event, statement, source.disclosed([moment])[moment]):
        raise StatementDiffersError(
            reference=event.reference, field=field, given=str(given), found=str(found)
        )


def _differences(
    event: IssueStatement, statement: DonorStatement, disclosed: tuple[int, str]
) -> Iterator[tuple[str, object, object]]:
    """The figures in which an event and its statement differ: name, of the event, of the statement."""
    assert statement.issue is not None
    for field, given, found in (
        ("opening", event.opening, statement.opening),
        ("closing", event.closing, statement.closing),
        ("entries", event.entries, statement.issue.entries),
        ("digest", event.digest, digest_of(statement)),
        ("parts", event.parts, disclosed[0]),
        ("parts_root", event.parts_root, disclosed[1]),
    ):
        if given != found:
            yield field, given, found


IssueEntry = tuple[int, str, bytes]
"""The entry of an issued statement as stored: its number, who entered it, its parts."""


def findings(source: JournalSource, issued: Iterable[IssueEntry]) -> Iterator[Finding]:
    """Every statement made again and compared; those of one period and moment are made together."""
    sets: dict[tuple[str, date, date, int], list[tuple[int, str, IssueStatement]]] = {}
    for number, actor, parts in issued:
        event = event_of(parts, None)
        # Where the column says another kind than the leaf, the check of columns has found it.
        if isinstance(event, IssueStatement):
            period = (event.term, event.since, event.as_of, event.known_at)
            sets.setdefault(period, []).append((number, actor, event))
    disclosed = source.disclosed(
        (event.known_at, event.donor) for alike in sets.values() for _, _, event in alike
    )
    for (term, since, as_of, known_at), alike in sets.items():
        window = Window(as_of=as_of, known_at=known_at)
        donors = [event.donor for _, _, event in alike]
        made = donor_statements(source, window, term=term, since=since, donors=donors)
        for (number, actor, event), preview in zip(alike, made, strict=True):
            statement = _as_issued(source, window, preview, event, actor)
            shown = disclosed[known_at, event.donor]
            for field, given, found in _differences(event, statement, shown):
                yield Finding(number, f"{field} of statement {event.reference}", given, found)
