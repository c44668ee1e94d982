"""Digests of all that the demo story gives: ``python -m tests.support.printed`` prints them, one a line.

With the name of a file the signed checkpoint is read from it, and written to it where there is none.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from mdfm_ledger import Ledger
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.ledger.output import FORMATS, render
from mdfm_ledger.reports import TERM_REPORTS
from tests.support.bundles import bundle, note_of
from tests.support.ledgers import counted_salts
from tests.support.signing import KEY

END = date(2021, 12, 31)


def noted(ledger: Ledger, file: str) -> str:
    """The ledger's checkpoint, signed; where another signed it, it has to be of this very ledger."""
    if file and Path(file).exists():
        note = Path(file).read_text("utf-8")
        assert note.startswith(ledger.checkpoints(KEY.name)[-1].text)
        return note
    note = note_of(ledger)
    if file:
        Path(file).write_text(note, "utf-8")
    return note


def printed(file: str = "") -> Iterator[tuple[str, bytes]]:
    """Records, checkpoint, reports and statements in every format, and bundles: name and bytes."""
    with Ledger.open(
        "sqlite://",
        actor="finance@example.org",
        clock=lambda: datetime(2022, 1, 15, tzinfo=UTC),
        salts=counted_salts(),
    ) as ledger:
        ledger.record_all(story())
        ledger.issue_statements(term=TERM, kind="interim", as_of=END, certified_by="chief@example.org")
        note = noted(ledger, file)
        yield "checkpoint", note.encode()
        for number, leaf, parts in ledger._connection.exec_driver_sql(
            "SELECT number, leaf, parts FROM entry"
        ):
            yield f"record {number}", leaf + b"\n" + parts
        ledger._connection.rollback()
        for name in TERM_REPORTS:
            report = ledger.report(name, term=TERM, as_of=END)
            for form in FORMATS:
                yield f"{name} as {form}", render(report, form, language="fr").encode()
        for register in ledger.documents("statement_register").values():
            reference = register.issued[0].reference
            statement = ledger.issued_statement(reference)
            for form in FORMATS:
                yield f"{reference} as {form}", render(statement, form, language="es").encode()
            yield f"bundle of {reference}", bundle(ledger, reference, checkpoint=note)


if __name__ == "__main__":
    for name, raw in printed(*sys.argv[1:]):
        print(hashlib.sha256(raw).hexdigest(), name)
