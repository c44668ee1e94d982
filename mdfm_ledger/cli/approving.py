"""``mdfm approve`` and ``mdfm withdraw-approval``: a second person looks before anything is recorded."""

from __future__ import annotations

import json
from typing import BinaryIO

import click
from attrs import evolve

from mdfm_ledger.cli.options import DONE, answering, json_option, ledger_option, opened
from mdfm_ledger.cli.reading import only_term
from mdfm_ledger.cli.recording import lines_of
from mdfm_ledger.codec import parse_event
from mdfm_ledger.results import Approved

_SAID = {
    "approved": "approved",
    "already": "already approved by you",
    "recorded": "recorded already; too late to approve",
    "not-needed": "needs no approval",
}


@click.command()
@click.argument("file", type=click.File("rb"))
@ledger_option
@click.option("--term", default="", help="Reference of the term; not needed where there is one.")
@click.option(
    "--corrects", default="", help="For mdfm correct: the reference of its reversal, KIND/REFERENCE or --as."
)
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who approves; or set MDFM_ACTOR.")
@json_option
@answering
def approve(*, file: BinaryIO, url: str, term: str, corrects: str, actor: str, as_json: bool) -> int:
    """Approve the events of FILE as they are, one JSON object a line: all of them, or none.

    Shows the digest of each. A line that is edited afterwards needs a new approval. Approving the same
    file again changes nothing.
    """
    events = [parse_event(line) for line in lines_of(file) if line.strip()]
    if corrects:
        events = [evolve(event, corrects=corrects) for event in events]
    with opened(url, actor=actor, read_only=False) as ledger:
        done = ledger.approve(events, term=term or only_term(ledger))
    if as_json:
        click.echo(json.dumps([_plain(one) for one in done], ensure_ascii=False))
    else:
        for one in done:
            click.echo(_line(one))
    return DONE


def _plain(one: Approved) -> dict[str, str | None]:
    return {
        "kind": one.kind,
        "reference": one.reference,
        "digest": one.digest,
        "amount": str(one.amount) if one.amount else None,
        "outcome": one.outcome,
    }


def _line(one: Approved) -> str:
    amount = f" {one.amount}" if one.amount else ""
    return f"{one.digest}  {one.kind} {one.reference}{amount}: {_SAID[one.outcome]}"


@click.command(name="withdraw-approval")
@click.argument("digest")
@ledger_option
@click.option("--term", default="", help="Reference of the term; not needed where there is one.")
@click.option("--reason", required=True, help="Why it is withdrawn.")
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who gave it; or set MDFM_ACTOR.")
@json_option
@answering
def withdraw_approval(*, digest: str, url: str, term: str, reason: str, actor: str, as_json: bool) -> int:
    """Take back your own approval of DIGEST, as long as the document is not recorded."""
    with opened(url, actor=actor, read_only=False) as ledger:
        done = ledger.withdraw_approval(digest, term=term or only_term(ledger), reason=reason)
    click.echo(json.dumps({"number": done.number}) if as_json else f"withdrawn by entry {done.number}.")
    return DONE
