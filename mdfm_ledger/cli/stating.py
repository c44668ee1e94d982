"""``mdfm statement`` and ``statements``: what is stated to donors, as a preview or issued."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from mdfm_ledger.cli.options import (
    DONE,
    answering,
    format_options,
    issue_options,
    issuing,
    json_option,
    ledger_option,
    opened,
    window_options,
)
from mdfm_ledger.cli.reading import say_report, window_of
from mdfm_ledger.errors import NoteRefusedError
from mdfm_ledger.ledger import utc_now
from mdfm_ledger.ledger.kept import require_replaceable
from mdfm_ledger.ledger.output import FORMATS, file_name, make_folder, render, write_file
from mdfm_ledger.notary.anchors import handed_out
from mdfm_ledger.reports import DonorStatement

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("donor")
@ledger_option
@window_options
@format_options
@issue_options
@click.option("--because", default="", help="With --issue: why it is issued anew, for another certifier.")
@click.option("--number", default="", help="Make an issued statement again, by its number and version.")
@click.option("--bundle", type=_FILE, help="With --number: write statement and proofs to one file.")
@click.option("--checkpoint", type=_FILE, help="The signed checkpoint that the bundle proves by.")
@click.option("--earlier", type=_FILE, multiple=True, help="A checkpoint the donor may hold, or its bundle.")
@click.option("--key", multiple=True, help="The ledger's verifier key, then those it replaced, one each.")
@click.option("--disclosing", is_flag=True, help="Although a text in it names another donor, who agreed.")
@click.option("--keys", type=_FOLDER, envvar="MDFM_KEYS", help="The signer's folder: note it as an anchor.")
@answering
def statement(donor: str, url: str, number: str, because: str, **options: Any) -> int:
    """The statement of DONOR (its reference): promised, paid, held, used.

    A preview, unless --issue says that it is issued: then it is numbered, recorded, and can be made again
    for ever, whatever is recorded later.
    """
    asked = issuing(options)
    proving = {
        name: options.pop(name) for name in ("bundle", "checkpoint", "earlier", "key", "keys", "disclosing")
    }
    if proving["bundle"]:
        return _bundled(donor, url, number, proving)
    if because and not asked:
        raise click.UsageError("--because is for --issue")
    if asked and number:
        raise click.UsageError("--number makes an issued statement again; leave out --issue")
    if asked:
        value = _issued(donor, url, {**asked, "because": because}, options)
    else:
        with opened(url) as ledger:
            if number:
                value = ledger.issued_statement(number)
                _require_donor(value, donor)
            else:
                value = ledger.donor_statement(donor, **window_of(ledger, options))
    say_report(value, options)
    return DONE


def _bundled(donor: str, url: str, number: str, proving: dict[str, Any]) -> int:
    if not (number and proving["checkpoint"] and proving["key"]):
        raise click.UsageError("--bundle needs --number, --checkpoint and --key too")
    note = note_in(proving["checkpoint"])
    with opened(url) as ledger:
        _require_donor(ledger.issued_statement(number), donor)
        raw = ledger.statement_bundle(
            number,
            checkpoint=note,
            key=" ".join(proving["key"]),
            earlier=[note_in(path) for path in proving["earlier"]],
            disclosing=proving["disclosing"],
        )
    write_file(proving["bundle"], raw.decode())
    click.echo(f"{number} and its proofs in {proving['bundle']}")
    if proving["keys"]:
        anchored = handed_out(note, number, keys=proving["keys"], now=utc_now())
        click.echo(f"noted as an anchor of the first {anchored.size:,} entries")
    return DONE


def note_in(path: Path) -> str:
    """The signed note in a file, or in the bundle that is in it. Raises NoteRefusedError where none is."""
    try:
        text = path.read_text("utf-8-sig")
        return text if not text.startswith("{") else str(json.loads(text)["checkpoint"])
    except (OSError, ValueError, RecursionError) as error:
        raise NoteRefusedError(problem=f"{path} cannot be read: {error}") from None
    except LookupError:
        raise NoteRefusedError(problem=f"{path} is no bundle, and no checkpoint is in it") from None


def _issued(donor: str, url: str, asked: dict[str, Any], options: dict[str, Any]) -> DonorStatement:
    if options["out"]:
        # Before it is issued, since a refusal says that nothing was done.
        require_replaceable(options["out"])
    with opened(url, actor=asked["actor"], read_only=False) as ledger:
        window = window_of(ledger, options)
        del window["known_at"]
        how = {name: asked[name] for name in ("kind", "certified_by", "because")}
        done = ledger.issue_statement(donor, **how, **window)
    # Not on standard output, where the statement itself may go.
    click.echo(f"issued {reference_of(done.statement)} as entry {done.recorded.number}", err=True)
    return done.statement


def _require_donor(value: DonorStatement, donor: str) -> None:
    if value.donor.reference != donor:
        raise click.UsageError(f"that statement is of another donor than {donor}")


def reference_of(value: DonorStatement) -> str:
    """Number and version of an issued statement; empty for a preview."""
    return f"{value.issue.number}.{value.issue.version}" if value.issue else ""


@click.command()
@ledger_option
@window_options
@issue_options
@click.option("--all", "every", is_flag=True, required=True, help="Of every donor with a line in the term.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write to.")
@json_option
@answering
def statements(*, url: str, every: bool, form: str, out: Path, as_json: bool, **options: Any) -> int:
    """Write the statements of all donors of a term to a folder.

    With --issue all of them are issued, or none; one that was issued for the period and has not
    changed stands, and no file is written for it.
    """
    del every
    asked = issuing(options)
    make_folder(out)
    with opened(url, actor=asked["actor"] if asked else "", read_only=asked is None) as ledger:
        window = window_of(ledger, options)
        found: Iterable[DonorStatement]
        if asked:
            del window["known_at"]
            done = ledger.issue_statements(kind=asked["kind"], certified_by=asked["certified_by"], **window)
            found = [one.statement for one in done]
        else:
            found = ledger.donor_statements(**window)
    paths = [_written(out, at, value, form, options["language"]) for at, value in enumerate(found, start=1)]
    what = "statements issued" if asked else "statements"
    click.echo(json.dumps(paths, ensure_ascii=False) if as_json else f"{len(paths)} {what} in {out}")
    return DONE


def _written(out: Path, position: int, value: DonorStatement, form: str, language: str) -> dict[str, str]:
    # An issued statement is filed by number and version, so that no later one takes its place.
    name = file_name(position, reference_of(value) or value.donor.reference, form)
    write_file(out / name, render(value, form, language=language))
    issued = {"statement": reference_of(value)} if value.issue else {}
    return {"donor": value.donor.reference, "file": str(out / name), **issued}
