"""``mdfm backup``, ``restore`` and ``migrate``: copies that verify, and ledgers of earlier versions."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mdfm_ledger.cli.options import DONE, address_of, answering, json_option, progress, progress_ended
from mdfm_ledger.codec import to_json
from mdfm_ledger.safekeeping import Copy
from mdfm_ledger.safekeeping import backup as make_backup
from mdfm_ledger.safekeeping import migrate as make_current
from mdfm_ledger.safekeeping import restore as put_back
from mdfm_ledger.safekeeping import scrub as make_gone

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("ledger", envvar="MDFM_LEDGER")
@click.argument("target", type=_FILE)
@json_option
@answering
def backup(*, ledger: str, target: Path, as_json: bool) -> int:
    """Copy LEDGER to the new file TARGET and verify it.

    The copy is of one moment; others may go on writing meanwhile.
    """
    made = make_backup(address_of(ledger), target, progress=progress("entries"))
    _say("backed up to", made, as_json=as_json)
    return DONE


@click.command()
@click.argument("source", metavar="BACKUP", type=_FILE)
@click.argument("target")
@click.option("--expect-head", default="", help="NUMBER/SEAL the backup has to end with.")
@click.option("--replace", is_flag=True, help="Put it over a ledger that is an earlier state of it.")
@json_option
@answering
def restore(*, source: Path, target: str, expect_head: str, replace: bool, as_json: bool) -> int:
    """Put BACKUP in place as TARGET.

    It is verified in full before.
    Compare the head it says with the one that was written down when the backup was made.
    """
    made = put_back(
        source,
        address_of(target),
        expect_head=expect_head,
        replace=replace,
        progress=progress("entries"),
    )
    _say("restored to", made, as_json=as_json)
    return DONE


@click.command()
@click.argument("ledger", envvar="MDFM_LEDGER")
@click.option("--backup", "saved", type=_FILE, help="Where to copy it first, a new file.")
@click.option("--no-backup", is_flag=True, help="There is a backup already.")
@json_option
@answering
def migrate(*, ledger: str, saved: Path | None, no_backup: bool, as_json: bool) -> int:
    """Bring LEDGER to this version.

    It was made by an earlier one. It is checked before and verified in full after.
    """
    if (saved is None) is not no_backup:
        raise click.UsageError("say where to copy it first with --backup FILE, or say --no-backup")
    made = make_current(address_of(ledger), saved, progress=progress("entries"))
    _say("up to date:", made, as_json=as_json)
    return DONE


@click.command()
@click.argument("ledger", envvar="MDFM_LEDGER")
@click.option("--log", is_flag=True, help="The server's log too; takes an administrator, and a while.")
@json_option
@answering
def scrub(*, ledger: str, log: bool, as_json: bool) -> int:
    """Have what was erased go from the disk of LEDGER too.

    On a server run it after a redaction, as the owner of the ledger's tables. No entry is touched.
    """
    found = make_gone(address_of(ledger), log=log)
    if as_json:
        click.echo(json.dumps(to_json(found), ensure_ascii=False))
        return DONE
    for one in found.done:
        click.echo(f"done: {one}.")
    for one in found.left:
        click.echo(f"not reached: {one}.")
    return DONE


def _say(what: str, made: Copy, *, as_json: bool) -> None:
    progress_ended()
    if as_json:
        click.echo(json.dumps({**to_json(made), "head": made.head}, ensure_ascii=False))
    else:
        click.echo(f"{what} {made.path}; {made.entries:,} entries, verified.\nhead {made.head}")
