"""The command ``mdfm``: files in, a clear answer or a clear refusal out."""

from __future__ import annotations

import click

from mdfm_ledger.cli.approving import approve, withdraw_approval
from mdfm_ledger.cli.checkpointing import checkpoint
from mdfm_ledger.cli.correcting import correct, reverse
from mdfm_ledger.cli.diagnosing import doctor
from mdfm_ledger.cli.due import due
from mdfm_ledger.cli.granting import roles
from mdfm_ledger.cli.holding import holdings
from mdfm_ledger.cli.keeping import redact, verify
from mdfm_ledger.cli.making import demo, schema, verifier
from mdfm_ledger.cli.reading import report
from mdfm_ledger.cli.recording import record
from mdfm_ledger.cli.safekeeping import backup, migrate, restore, scrub
from mdfm_ledger.cli.stating import statement, statements


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mdfm-ledger")
def cli() -> None:
    """Keep and read the books of a multi-donor trust fund.

    Exit codes: 0 done, 1 refused (nothing was written), 2 used wrongly, 3 ledger unusable or corrupt.
    """


for _command in (
    approve,
    withdraw_approval,
    record,
    reverse,
    correct,
    due,
    redact,
    scrub,
    statement,
    statements,
    holdings,
    report,
    verify,
    backup,
    restore,
    migrate,
    roles,
    doctor,
    verifier,
    checkpoint,
    schema,
    demo,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line."""
    cli()
