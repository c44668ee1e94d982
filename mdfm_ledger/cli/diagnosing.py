"""``mdfm doctor``: what is unsafe about this installation."""

from __future__ import annotations

import json

import click

from mdfm_ledger.cli.options import DONE, REFUSED, address_of, answering, json_option
from mdfm_ledger.codec import to_json
from mdfm_ledger.doctor import examine, is_unsafe


@click.command()
@click.argument("ledger", envvar="MDFM_LEDGER")
@json_option
@answering
def doctor(*, ledger: str, as_json: bool) -> int:
    """Say what is unsafe about LEDGER.

    Exit code 1 where there is more than notes.
    Looks at permissions, disk, log, guards, the clock and backups. Changes nothing.
    """
    found = examine(address_of(ledger))
    if as_json:
        click.echo(json.dumps({"safe": not is_unsafe(found), "found": to_json(found)}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(str(one))
        click.echo("unsafe: see above." if is_unsafe(found) else "nothing unsafe was seen.")
    return REFUSED if is_unsafe(found) else DONE
