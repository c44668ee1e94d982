"""``mdfm doctor``: what is unsafe about this installation."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mdfm_ledger.cli.options import DONE, REFUSED, address_of, answering, json_option
from mdfm_ledger.codec import to_json
from mdfm_ledger.diagnosis import is_unsafe
from mdfm_ledger.doctor import examine

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("ledger", envvar="MDFM_LEDGER")
@click.option("--keys", type=_FOLDER, envvar="MDFM_KEYS", help="The signer's folder; or set MDFM_KEYS.")
@click.option(
    "--backups",
    type=_FOLDER,
    envvar="MDFM_BACKUPS",
    help="Where backups are kept: of a server's ledger, or moved there.",
)
@json_option
@answering
def doctor(*, ledger: str, keys: Path | None, backups: Path | None, as_json: bool) -> int:
    """Say what is unsafe about LEDGER.

    Exit code 1 where there is more than notes.
    Looks at permissions, disk, log, guards, the clock, backups, signing and anchors. Changes nothing.
    """
    found = examine(address_of(ledger), keys=keys, backups=backups)
    if as_json:
        click.echo(json.dumps({"safe": not is_unsafe(found), "found": to_json(found)}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(str(one))
        click.echo("unsafe: see above." if is_unsafe(found) else "nothing unsafe was seen.")
    return REFUSED if is_unsafe(found) else DONE
