"""``mdfm roles``: who owns, posts to and reads a ledger on a server."""

from __future__ import annotations

import click

from mdfm_ledger.cli.options import DONE, answering
from mdfm_ledger.safekeeping import make_roles


@click.command()
@click.argument("ledger", envvar="MDFM_LEDGER", metavar="URL")
@click.option("--owner", default="mdfm_owner", show_default=True, help="Owns all; nobody logs in as it.")
@click.option("--poster", default="mdfm_poster", show_default=True, help="Adds and reads.")
@click.option("--auditor", default="mdfm_auditor", show_default=True, help="Reads.")
@click.option("--show", is_flag=True, help="Only say the statements.")
@answering
def roles(*, ledger: str, owner: str, poster: str, auditor: str, show: bool) -> int:
    """Make the roles of a ledger on PostgreSQL.

    URL is that of an administrator of the server, who may make roles.
    It can be run again, after an upgrade or where somebody has granted more.
    """
    for statement in make_roles(ledger, owner=owner, poster=poster, auditor=auditor, only_show=show):
        click.echo(f"{statement};")
    return DONE
