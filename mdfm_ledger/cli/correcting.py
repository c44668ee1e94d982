"""``mdfm reverse`` and ``mdfm correct``: what is wrong is taken back, with a date and a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO

import click

from mdfm_ledger.cli.options import DAY, DONE, answering, json_option, ledger_option, opened
from mdfm_ledger.codec import parse_event
from mdfm_ledger.results import Recorded


def _reversing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options of a reversal; a date and a reason are never made up."""
    for option in (
        click.argument("reference"),
        click.argument("kind"),
        click.option("--on", type=DAY, required=True, help="Accounting date of the reversal."),
        click.option("--reason", required=True, help="Why it is taken back."),
        click.option("--as", "own", default="", help="Reference of the reversal; KIND/REFERENCE."),
        click.option("--approved-by", default="", help="Who approved it."),
        click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR."),
        ledger_option,
        json_option,
    ):
        command = option(command)
    return command


@click.command()
@_reversing
@answering
def reverse(*, kind: str, reference: str, url: str, actor: str, as_json: bool, **options: Any) -> int:
    """Take back the entry of KIND and REFERENCE by its exact mirror."""
    with opened(url, actor=actor, read_only=False) as ledger:
        done = ledger.reverse((kind, reference), **_reversal(kind, reference, **options))
    _say([done], as_json=as_json)
    return DONE


@click.command()
@_reversing
@click.argument("file", type=click.File("rb"))
@answering
def correct(
    *, kind: str, reference: str, file: BinaryIO, url: str, actor: str, as_json: bool, **options: Any
) -> int:
    """Take back the entry of KIND and REFERENCE and record the event in FILE instead: both, or neither."""
    replacement = parse_event(file.read())
    with opened(url, actor=actor, read_only=False) as ledger:
        both = ledger.correct((kind, reference), replacement, **_reversal(kind, reference, **options))
    _say(both, as_json=as_json)
    return DONE


def _reversal(
    kind: str, reference: str, *, own: str, on: date, reason: str, approved_by: str
) -> dict[str, Any]:
    named = own or f"{kind}/{reference}"
    return {"reference": named, "on": on, "reason": reason, "approved_by": approved_by}


def _say(done: list[Recorded] | tuple[Recorded, ...], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([{"number": one.number, "was_replayed": one.was_replayed} for one in done]))
    else:
        numbers = " and ".join(str(one.number) for one in done)
        again = " already" if all(one.was_replayed for one in done) else ""
        click.echo(f"recorded{again} as {numbers}.")
