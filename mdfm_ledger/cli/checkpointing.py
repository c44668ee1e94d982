"""``mdfm checkpoint``: keys, signing, anchors, and comparing what was signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mdfm_ledger.cli.options import DAY, DONE, answering, ledger_option, opened
from mdfm_ledger.cli.stating import note_in
from mdfm_ledger.ledger import Ledger, utc_now

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


def _keys_option(command: Any) -> Any:
    text = "The signer's folder, with key and journal; or set MDFM_KEYS."
    return click.option("--keys", type=_FOLDER, envvar="MDFM_KEYS", required=True, help=text)(command)


def _passphrase_option(command: Any) -> Any:
    text = "Of the private key; better set MDFM_KEY_PASSPHRASE."
    return click.option("--passphrase", envvar="MDFM_KEY_PASSPHRASE", default="", help=text)(command)


def _event_options(command: Any) -> Any:
    for option in (
        click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR."),
        click.option("--approved-by", required=True, help="Who approves; not the actor."),
        click.option("--reference", required=True, help="The reference of the event that records it."),
        click.option("--on", type=DAY, required=True, help="The day since when the key signs."),
        click.option("--reason", required=True),
    ):
        command = option(command)
    return command


@click.group()
def checkpoint() -> None:
    """Sign what the ledger holds, so that a change to it can be seen by whoever holds a checkpoint."""


@checkpoint.group()
def key() -> None:
    """Make and replace the signing key; each is recorded in the ledger."""


@key.command()
@ledger_option
@_keys_option
@_passphrase_option
@_event_options
@click.option("--name", required=True, help="What the ledger is called in its checkpoints.")
@answering
def make(*, url: str, keys: Path, passphrase: str, name: str, actor: str, **fields: Any) -> int:
    """Make the ledger's first key and record that it is adopted.

    Where that was refused or cut off, do it again: the key that was made is taken up.
    """
    from mdfm_ledger.events import AdoptKey
    from mdfm_ledger.notary.key_file import make_key, replace_key, require_no_key

    require_no_key(keys)
    with opened(url, actor=actor, read_only=False) as ledger:
        made = make_key(keys, name, passphrase)
        ledger.record(AdoptKey(public_key=str(made), **fields))
    replace_key(keys)
    click.echo(str(made))
    return DONE


@key.command()
@ledger_option
@_keys_option
@_passphrase_option
@_event_options
@answering
def rotate(*, url: str, keys: Path, passphrase: str, actor: str, **fields: Any) -> int:
    """Make a new key, record that it replaces the one in use, and use it from now on."""
    from mdfm_ledger.events import RotateKey
    from mdfm_ledger.notary.key_file import make_key, replace_key
    from mdfm_ledger.notary.public_key import public_key

    old = public_key(keys)
    with opened(url, actor=actor, read_only=False) as ledger:
        made = make_key(keys, old.name, passphrase)
        ledger.record(RotateKey(public_key=str(made), replaces=str(old), **fields))
    replace_key(keys)
    click.echo(str(made))
    return DONE


@checkpoint.command()
@ledger_option
@_keys_option
@_passphrase_option
@click.option("--out", type=_FILE, help="Write the note to a file.")
@click.option("--to", "places", multiple=True, help="Anchor it there: folder:PATH or git:PATH.")
@answering
def sign(*, url: str, keys: Path, passphrase: str, out: Path | None, places: tuple[str, ...]) -> int:
    """Sign the ledger as it is, and put the note where it is asked for."""
    from mdfm_ledger.ledger.kept import require_replaceable
    from mdfm_ledger.ledger.output import write_file
    from mdfm_ledger.notary.anchors import anchor
    from mdfm_ledger.notary.signing import sign_checkpoint

    if out:
        # Before anything is signed, since a refusal says that nothing was done.
        require_replaceable(out)
    with opened(url) as ledger:
        note = sign_checkpoint(ledger, keys, clock=utc_now, passphrase=passphrase)
        for place in places:
            anchor(note, place, keys=keys, now=utc_now())
        state = _state(ledger, keys)
    if out:
        write_file(out, note)
    click.echo(note, nl=False)
    click.echo(state, err=True)
    return DONE


@checkpoint.command()
@ledger_option
@_keys_option
@answering
def show(*, url: str, keys: Path) -> int:
    """Show the last signed note, and how far the ledger is anchored."""
    from mdfm_ledger.notary.anchors import signed_so_far

    notes = signed_so_far(keys)
    click.echo(notes[-1].note if notes else "no checkpoint was signed yet\n", nl=False)
    with opened(url) as ledger:
        click.echo(_state(ledger, keys))
    return DONE


def _state(ledger: Ledger, keys: Path) -> str:
    from mdfm_ledger.notary.anchors import anchor_state

    return str(anchor_state(keys, ledger.entry_count()))


@checkpoint.command()
@click.argument("first", type=_FILE)
@click.argument("second", type=_FILE)
@click.option("--key", "texts", required=True, multiple=True, help="The ledger's verifier key; or several.")
@click.option("--ledger", "url", envvar="MDFM_LEDGER", help="The ledger, for notes of different sizes.")
@answering
def compare(*, first: Path, second: Path, texts: tuple[str, ...], url: str | None) -> int:
    """Compare two checkpoints: that both are of one ledger which only grew in between.

    Two of one size are compared by themselves; of different sizes, by the ledger's own entries.
    """
    from mdfm_ledger.evidence.checkpoint import require_not_forked, verifier_keys

    notes, keys = [note_in(first), note_in(second)], " ".join(texts)
    if not require_not_forked(notes[0], notes[1], *verifier_keys(keys)):
        if not url:
            raise click.UsageError("the notes are of different sizes: name the --ledger too")
        with opened(url) as ledger:
            ledger.require_grown(notes[0], notes[1], key=keys)
    click.echo("both are checkpoints of one ledger, which only grew.")
    return DONE
