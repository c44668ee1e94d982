"""``mdfm redact`` and ``verify``: people's details are erased, everything stored is checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mdfm_ledger.audit.verification import Verification
from mdfm_ledger.cli.options import (
    DAY,
    DONE,
    UNUSABLE,
    answering,
    json_option,
    ledger_option,
    opened,
    progress,
    progress_ended,
    say_warnings,
    warnings_json,
)
from mdfm_ledger.cli.stating import note_in
from mdfm_ledger.codec import to_json
from mdfm_ledger.events.redaction import REDACTABLE
from mdfm_ledger.notary.anchors import signed_so_far
from mdfm_ledger.results import Recorded

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)
_NOT_REACHED = (
    "Copies made before still hold them: backups, issued statements, files they were recorded from,"
    " and what a backup left that was cut off, which mdfm doctor names."
)


@click.command()
@click.argument("kind", type=click.Choice(REDACTABLE))
@click.argument("reference")
@ledger_option
@click.option("--reason", required=True, help="Why they are erased.")
@click.option("--approved-by", required=True, help="Who approved it; not the actor.")
@click.option("--on", type=DAY, required=True, help="Date of the redaction.")
@click.option("--as", "own", default="", help="Reference of the redaction; KIND/REFERENCE.")
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR.")
@json_option
@answering
def redact(*, kind: str, reference: str, url: str, actor: str, as_json: bool, **options: Any) -> int:
    """Erase personal details, for ever.

    Name, contact and bank identifier of a donor, partner or bank account.
    That they were erased, why and by whom is recorded. Figures and proofs stay; reports say withheld.
    """
    with opened(url, actor=actor, read_only=False) as ledger:
        done = ledger.redact(kind, reference, redaction_reference=options.pop("own"), **options)
    _say_redacted(done, f"{kind.replace('_', ' ')} {reference}", as_json=as_json)
    return DONE


def _say_redacted(done: Recorded, what: str, *, as_json: bool) -> None:
    if as_json:
        warnings = warnings_json(done.warnings)
        answer = {"number": done.number, "was_replayed": done.was_replayed, "warnings": warnings}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    already = " already" if done.was_replayed else ""
    click.echo(f"personal details of {what} are erased; recorded{already} as {done.number}.")
    click.echo(_NOT_REACHED)
    say_warnings(done.warnings)


@click.command()
@ledger_option
@click.option("--quick", is_flag=True, help="Only damage, guards, sums and the last entries.")
@click.option("--reports", is_flag=True, help="Make every report too, and hold each against the others.")
@click.option("--keys", type=_FOLDER, envvar="MDFM_KEYS", help="The signer's folder; or set MDFM_KEYS.")
@click.option("--checkpoint", "notes", type=_FILE, multiple=True, help="A signed checkpoint held elsewhere.")
@click.option("--key", default="", help="The verifier key NAME+HASH+BASE64, known from elsewhere.")
@json_option
@answering
def verify(
    *,
    url: str,
    quick: bool,
    reports: bool,
    keys: Path | None,
    notes: tuple[Path, ...],
    key: str,
    as_json: bool,
) -> int:
    """Check everything that is stored.

    It is recounted from the records, and compared with the checkpoints in the signer's journal and in files.
    Exit code 3 where anything is wrong.
    """
    against = [note_in(path) for path in notes]
    against += [signed.note for signed in signed_so_far(keys)] if keys else []
    with opened(url) as ledger:
        found = ledger.verify(
            quick=quick, reports=reports, progress=progress("entries"), against=against, key=key
        )
    progress_ended()
    if as_json:
        click.echo(json.dumps({"clean": found.is_clean, **to_json(found)}, ensure_ascii=False))
    else:
        for finding in found.findings:
            click.echo(str(finding), err=True)
        click.echo(outcome_of(found))
        click.echo(compared_with(found, keys))
        if found.pages_unseen:
            click.echo(f"no page or index of the server was looked at: {found.pages_unseen}.")
    return DONE if found.is_clean else UNUSABLE


def outcome_of(found: Verification) -> str:
    """What a verification came to, in a line."""
    many = len(found.findings)
    outcome = "nothing wrong" if found.is_clean else f"{many:,} finding{'s' if many > 1 else ''}"
    read = f"; quick: {found.records:,} records read" if found.quick else ""
    counted = f"{found.entries:,} entries, {found.lines:,} lines, {len(found.checks)} checks{read}"
    return f"{counted}: {outcome}."


def compared_with(found: Verification, keys: Path | None) -> str:
    """Which signed checkpoints it was compared with, in a line; ``keys`` is the signer's folder, if named."""
    if not found.checkpoints and keys:
        return f"compared with no signed checkpoint: none was signed yet by the journal in {keys}."
    if not found.checkpoints:
        return (
            "compared with no signed checkpoint: name the signer's folder (--keys) or a note (--checkpoint)."
        )
    many = f"{found.checkpoints:,} signed checkpoint{'s' if found.checkpoints > 1 else ''}"
    since = max(found.entries - found.covered, 0)
    later = f"{since:,} {'entry is' if since == 1 else 'entries are'} later"
    return f"compared with {many}, up to entry {found.covered:,}; {later}."
