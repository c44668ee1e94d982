"""``mdfm due``: what has fallen due on the pledges to a term."""

from __future__ import annotations

import json
from datetime import date

import click

from mdfm_ledger.cli.options import DAY, DONE, answering, json_option, ledger_option, opened


@click.command()
@ledger_option
@click.option("--term", required=True, help="Reference of the term.")
@click.option("--on", type=DAY, required=True, help="Record what is due by this day.")
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR.")
@json_option
@answering
def due(*, url: str, term: str, on: date, actor: str, as_json: bool) -> int:
    """Record as due what has fallen due on the pledges to a term; nothing due is no error."""
    with opened(url, actor=actor, read_only=False) as ledger:
        done = ledger.record_due(term=term, on=on)
    if as_json:
        click.echo(json.dumps({"number": done.number if done else None}))
    else:
        click.echo(f"recorded as {done.number}." if done else f"nothing new is due by {on}.")
    return DONE
