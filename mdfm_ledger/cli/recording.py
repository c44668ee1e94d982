"""``mdfm record``: a file of events in, a clear answer or a clear refusal out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import click

from mdfm_ledger.cli.options import (
    DONE,
    REFUSED,
    answering,
    error_json,
    json_option,
    ledger_option,
    opened,
    progress,
    say_warnings,
    warnings_json,
)
from mdfm_ledger.codec import LONGEST_LINE
from mdfm_ledger.notices import Notice
from mdfm_ledger.results import Batch, Refusal

_MOST_WARNINGS = 20


@click.command()
@click.argument("file", type=click.File("rb"))
@ledger_option
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@json_option
@answering
def record(*, file: BinaryIO, url: str, actor: str, dry_run: bool, as_json: bool) -> int:
    """Record the events of FILE, one JSON object a line: all of them, or none.

    Every refused line is listed with its number, what is wrong and what to do. Recording the same
    file again changes nothing.
    """
    with opened(url, actor=actor, create=not dry_run, read_only=False) as ledger:
        batch = ledger.record_lines(lines_of(file), dry_run=dry_run, progress=progress())
    _say_batch(batch, dry_run=dry_run, as_json=as_json)
    return REFUSED if batch.refusals else DONE


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one too long to be an event, no more than shows that it is."""
    while line := file.readline(LONGEST_LINE + 2):
        yield line
        while line and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _say_batch(batch: Batch, *, dry_run: bool, as_json: bool) -> None:
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
    if as_json:
        click.echo(json.dumps(_batch_json(batch, dry_run=dry_run), ensure_ascii=False))
        return
    for refusal in batch.refusals:
        error = refusal.error
        click.echo(f"line {refusal.position}: {error.code}: {error}\n  {error.remedy}", err=True)
    if batch.refusals:
        lines = "line" if len(batch.refusals) == 1 else "lines"
        click.echo(f"{len(batch.refusals):,} {lines} refused; nothing was written.", err=True)
        return
    notes = _notes(batch)
    say_warnings(notes[:_MOST_WARNINGS])
    if len(notes) > _MOST_WARNINGS:
        click.echo(f"note: and {len(notes) - _MOST_WARNINGS:,} more; --json lists all", err=True)
    if dry_run:
        outcome = f"{batch.recorded:,} events would be recorded, {batch.replayed:,} are already"
        click.echo(f"{outcome}; nothing was written.")
    else:
        click.echo(f"{batch.recorded:,} events recorded, {batch.replayed:,} were already.")


def _notes(batch: Batch) -> Sequence[Notice]:
    """What is worth a note; nothing where lines were refused, since nothing happened then."""
    return () if batch.refusals else batch.warnings


def _batch_json(batch: Batch, *, dry_run: bool) -> dict[str, Any]:
    return {
        "written": not dry_run and not batch.refusals,
        "recorded": batch.recorded,
        "replayed": batch.replayed,
        "last_number": batch.last_number,
        "warnings": warnings_json(_notes(batch)),
        "refusals": [_refusal_json(refusal) for refusal in batch.refusals],
    }


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {"line": refusal.position, **error_json(refusal.error)}
