"""Making a statement bundle of what the database holds, against a checkpoint that was signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from mdfm_ledger.errors import (
    BundleRefusedError,
    DisclosesDonorError,
    NoteRefusedError,
    SigningRefusedError,
    UnknownDocumentError,
)
from mdfm_ledger.events import IssueStatement, PublishHoldings
from mdfm_ledger.evidence.checkpoint import (
    Checkpoint,
    checkpoints_at,
    forked,
    open_by_one_of,
    open_checkpoint,
    verifier_keys,
)
from mdfm_ledger.evidence.holdings import ShownFragment
from mdfm_ledger.evidence.proof import root_at
from mdfm_ledger.issuing import made_again, statement_json
from mdfm_ledger.naming import Typed, named_in, typed_in_headers, typed_in_part, typed_of_banks, words_typed
from mdfm_ledger.publishing import shown_to
from mdfm_ledger.sealing.bundle import Evidence, ShownHoldings, bundle_of
from mdfm_ledger.sealing.disclosure import Disclosed, Record
from mdfm_ledger.source import Window
from mdfm_ledger.store.query import found, last_of_kind
from mdfm_ledger.store.reading import JournalReader
from mdfm_ledger.store.tree import TreeReader
from mdfm_ledger.verify_bundle import UNREADABLE, RefusedError, verify

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WORDS_AT_A_TIME, _NAMED_AT_MOST = 10_000, 10


def bundle_statement(
    connection: Connection,
    reference: str,
    *,
    note: str,
    key: str,
    earlier: tuple[str, ...] = (),
    disclosing: bool = False,
) -> bytes:
    """The bundle of an issued statement, with the last holdings published before it.

    Raises UnknownDocumentError, NoteRefusedError, ForkedLedgerError, BundleRefusedError, and unless
    ``disclosing`` DisclosesDonorError.
    """
    issued = found(connection, IssueStatement.event_kind, reference)
    if issued is None:
        raise UnknownDocumentError(kind="statement", reference=reference)
    event, tree = issued.entry.event, TreeReader(connection)
    assert isinstance(event, IssueStatement)
    evidence = evidence_of(tree, JournalReader(connection).head, note=note, key=key, earlier=earlier)
    if issued.entry.number > evidence.checkpoint.size:
        problem = (
            f"it covers {evidence.checkpoint.size} entries, the statement is entry {issued.entry.number}"
        )
        raise NoteRefusedError(problem=problem)
    shown = Disclosed(event.parts, event.parts_root)
    entries = list(tree.records(event.donor, event.known_at, expected=shown))
    issue = tree.record(issued.entry.number, event.donor)
    holdings = _last_holdings(connection, event, evidence.checkpoint.size)
    if not disclosing:
        _require_discreet(connection, event.donor, _typed([issue, *entries], holdings))
    statement = made_again(JournalReader(connection), event, prepared_by=issued.entry.actor)
    raw = bundle_of(
        statement_json(statement),
        issue,
        entries,
        evidence,
        holdings,
    )
    require_holds(raw, key)
    return raw


def require_holds(raw: bytes, keys: str) -> None:
    """Raise BundleRefusedError where its receiver's own program would say that a bundle does not hold."""
    try:
        verify(raw, keys)
    except (RefusedError, *UNREADABLE) as error:
        raise BundleRefusedError(problem=str(error)) from None


def _typed(records: Sequence[Record], holdings: ShownHoldings | None) -> list[Typed]:
    """What somebody typed of all that a donor is shown: headers, its own parts, and what is everybody's."""
    found = list(typed_in_headers(record.leaf for record in records))
    found += [one for record in records for one in typed_in_part(record.number, record.part)]
    if holdings is not None:
        published = holdings.published
        found += typed_in_headers([published.leaf])
        found += typed_of_banks(published.number, published.part)
    return found


def _require_discreet(connection: Connection, donor: str, texts: Sequence[Typed]) -> None:
    """Raise DisclosesDonorError where a text that the donor is shown names another."""
    reader = JournalReader(connection)
    window = Window(as_of=date.max, known_at=reader.head)
    donors: Any = reader.documents("donor", window)
    words = sorted(words_typed(texts))
    pledges: dict[str, str] = {}
    for at in range(0, len(words), _WORDS_AT_A_TIME):
        some: Any = reader.documents("pledge", window, references=words[at : at + _WORDS_AT_A_TIME])
        pledges |= {reference: pledge.donor for reference, pledge in some.items()}
    names = {reference: one.name for reference, one in donors.items()}
    found = list(named_in(texts, donor=donor, names=names, pledges=pledges))
    if found:
        told = "; ".join(map(str, found[:_NAMED_AT_MOST]))
        more = f"; and {len(found) - _NAMED_AT_MOST} more" if len(found) > _NAMED_AT_MOST else ""
        raise DisclosesDonorError(donor=donor, where=told + more)


def shown_holdings(connection: Connection, reference: str, donor: str) -> tuple[ShownFragment, ...]:
    """A donor's own fragments of published holdings. Raises UnknownDocumentError."""
    return _published(connection, reference, donor).fragments


def _published(connection: Connection, reference: str, donor: str) -> ShownHoldings:
    published = found(connection, PublishHoldings.event_kind, reference)
    if published is None:
        raise UnknownDocumentError(kind="published holdings", reference=reference)
    event = published.entry.event
    assert isinstance(event, PublishHoldings)
    fragments = shown_to(JournalReader(connection), event, donor)
    return ShownHoldings(published=TreeReader(connection).record(published.entry.number), fragments=fragments)


def _last_holdings(connection: Connection, issued: IssueStatement, size: int) -> ShownHoldings | None:
    """The last holdings that the statement knew all entries of, if the donor is in them."""
    last = min(size, issued.known_at + 1)
    reference = last_of_kind(connection, PublishHoldings.event_kind, last)
    if reference is None:
        return None
    shown = _published(connection, reference, issued.donor)
    return shown if shown.fragments else None


def recomputed(connection: Connection, name: str, sizes: Iterable[int]) -> tuple[Checkpoint, ...]:
    """Checkpoints worked out from the stored bytes, and compared with the stored hashes. See Ledger."""
    tree = TreeReader(connection)
    found = checkpoints_at(name, tree.leaves(), sizes)
    for one in found:
        if root_at(tree.hashes, one.size) != one.root:
            raise SigningRefusedError(problem=f"the hashes stored of {one.size} entries are not theirs")
    return found


def compared(connection: Connection, first: str, second: str, *, key: str) -> None:
    """Raise ForkedLedgerError unless two notes state the roots that the stored entries have."""
    keys, tree = verifier_keys(key), TreeReader(connection)
    for note, other in ((first, second), (second, first)):
        checkpoint = open_by_one_of(note, keys)
        size = min(checkpoint.size, JournalReader(connection).head)
        if size < checkpoint.size or root_at(tree.hashes, size) != checkpoint.root:
            problem = f"the one of {checkpoint.size} entries is not of this ledger's history"
            raise forked(problem, note, other)


def evidence_of(
    tree: TreeReader, head: int, *, note: str, key: str, earlier: tuple[str, ...] = ()
) -> Evidence:
    """What proofs rest on: a checkpoint and earlier ones, each compared with the entries as stored.

    Of several keys the first has to have signed the checkpoint, and any of them those before.
    """
    keys = verifier_keys(key)
    opened = open_checkpoint(note, keys[0])
    before = [(one, open_by_one_of(one, keys)) for one in earlier]
    for one, checkpoint in [(note, opened), *before]:
        _require_of_this_ledger(tree, head, one, checkpoint)
    smaller = {checkpoint.size: (one, checkpoint) for one, checkpoint in before if checkpoint.size}
    kept = tuple(smaller[size] for size in sorted(smaller) if size < opened.size)
    return Evidence(hashes=tree.hashes, note=note, checkpoint=opened, earlier=kept)


def _require_of_this_ledger(tree: TreeReader, head: int, note: str, checkpoint: Checkpoint) -> None:
    if checkpoint.size > head:
        raise forked(f"this ledger has {head} entries", note, "the ledger as it is stored\n")
    root = root_at(tree.hashes, checkpoint.size)
    if root != checkpoint.root:
        stored = Checkpoint(name=checkpoint.name, size=checkpoint.size, root=root)
        raise forked("the entries stored have another root", note, stored.text)
