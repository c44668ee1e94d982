"""The command ``mdfm``: files in, a clear answer or a clear refusal out.

Exit codes: 0 done, 1 refused, 2 used wrongly, 3 the ledger is unusable or corrupt.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO

import click

from mdfm_ledger.codec import LONGEST_LINE, to_json
from mdfm_ledger.errors import LedgerError, RejectedError
from mdfm_ledger.fields import parse_day
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.output import FORMATS, file_name, render, write_file
from mdfm_ledger.reports import TERM_REPORTS, Report
from mdfm_ledger.results import Batch, Refusal

DONE, REFUSED, UNUSABLE = 0, 1, 3
_MOST_WARNINGS = 20


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else parse_day(str(value))
        except RejectedError as error:
            self.fail(str(error), param, ctx)


_DAY = _Day()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mdfm-ledger")
def cli() -> None:
    """Keep and read the books of a multi-donor trust fund.

    Exit codes: 0 done, 1 refused (nothing was written), 2 used wrongly, 3 ledger unusable or corrupt.
    """


def _ledger_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--ledger",
        "url",
        envvar="MDFM_LEDGER",
        required=True,
        help="File or database URL of the ledger; or set MDFM_LEDGER.",
    )(command)


def _json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(command)


def _window_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--term", default="", help="Reference of the term; not needed where there is one."),
        click.option("--as-of", type=_DAY, help="Last accounting date to look at; today."),
        click.option("--since", type=_DAY, help="First date of the period; the term's first day."),
        click.option("--known-at", type=click.IntRange(min=1), help="Last entry number to look at."),
        click.option("--language", type=click.Choice(["en", "fr", "es"]), default="en"),
    ):
        command = option(command)
    return command


def _format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True),
        click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
        click.option("--out", type=click.Path(path_type=Path), help="Write to a file instead."),
    ):
        command = option(command)
    return command


def _answering(command: Callable[..., int]) -> Callable[..., None]:
    """Turn our errors into a message with its remedy, and the outcome into the exit code."""

    @wraps(command)
    def answered(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except LedgerError as error:
            if kwargs.get("as_json"):
                click.echo(json.dumps({"error": _error_json(error)}, ensure_ascii=False))
            else:
                click.echo(f"{error.code}: {error}\n  {error.remedy}", err=True)
            code = REFUSED if isinstance(error, RejectedError) else UNUSABLE
        sys.exit(code)

    return answered


@contextmanager
def _opened(url: str, *, actor: str = "", create: bool = False, read_only: bool = True) -> Iterator[Ledger]:
    address = url if "://" in url else f"sqlite:///{url}"
    with Ledger.open(address, actor=actor, create=create, read_only=read_only) as ledger:
        yield ledger


# -- recording -------------------------------------------------------------------------------------


@cli.command()
@click.argument("file", type=click.File("rb"))
@_ledger_option
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@_json_option
@_answering
def record(file: BinaryIO, url: str, actor: str, dry_run: bool, as_json: bool) -> int:
    """Record the events of FILE, one JSON object a line: all of them, or none.

    Every refused line is listed with its number, what is wrong and what to do. Recording the same
    file again changes nothing.
    """
    with _opened(url, actor=actor, create=not dry_run, read_only=False) as ledger:
        batch = ledger.record_lines(_lines(file), dry_run=dry_run, progress=_progress())
    _say_batch(batch, dry_run=dry_run, as_json=as_json)
    return REFUSED if batch.refusals else DONE


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; of one too long to be an event, no more than shows that it is."""
    while line := file.readline(LONGEST_LINE + 2):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)
            if not line:
                return


def _progress() -> Callable[[int], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda count: click.echo(f"\r{count:,} lines", nl=False, err=True)


def _say_batch(batch: Batch, *, dry_run: bool, as_json: bool) -> None:
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
    if as_json:
        click.echo(json.dumps(_batch_json(batch, dry_run=dry_run), ensure_ascii=False))
        return
    for refusal in batch.refusals:
        error = refusal.error
        click.echo(f"line {refusal.position}: {error.code}: {error}\n  {error.remedy}", err=True)
    for warning in batch.warnings[:_MOST_WARNINGS]:
        click.echo(f"note: {warning.code}: {warning.message}", err=True)
    if len(batch.warnings) > _MOST_WARNINGS:
        click.echo(f"note: and {len(batch.warnings) - _MOST_WARNINGS:,} more; --json lists all", err=True)
    if batch.refusals:
        click.echo(f"{len(batch.refusals):,} lines refused; nothing was written.", err=True)
    elif dry_run:
        outcome = f"{batch.recorded:,} events would be recorded, {batch.replayed:,} are already"
        click.echo(f"{outcome}; nothing was written.")
    else:
        click.echo(f"{batch.recorded:,} events recorded, {batch.replayed:,} were already.")


def _batch_json(batch: Batch, *, dry_run: bool) -> dict[str, Any]:
    return {
        "written": not dry_run and not batch.refusals,
        "recorded": batch.recorded,
        "replayed": batch.replayed,
        "last_number": batch.last_number,
        "warnings": [{"code": one.code, "message": one.message} for one in batch.warnings],
        "refusals": [_refusal_json(refusal) for refusal in batch.refusals],
    }


def _refusal_json(refusal: Refusal) -> dict[str, Any]:
    return {"line": refusal.position, **_error_json(refusal.error)}


def _error_json(error: LedgerError) -> dict[str, Any]:
    figures = {name: to_json(value) for name, value in error.figures.items()}
    return {"code": error.code, "message": str(error), "remedy": error.remedy, "figures": figures}


# -- reading ---------------------------------------------------------------------------------------


@cli.command()
@click.argument("donor")
@_ledger_option
@_window_options
@_format_options
@_answering
def statement(donor: str, url: str, **options: Any) -> int:
    """The statement of DONOR (its reference): promised, paid, held, used."""
    with _opened(url) as ledger:
        value = ledger.donor_statement(donor, **_window(ledger, options))
    _say_report(value, options)
    return DONE


@cli.command()
@_ledger_option
@_window_options
@click.option("--all", "every", is_flag=True, required=True, help="Of every donor with a line in the term.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write to.")
@_json_option
@_answering
def statements(url: str, every: bool, form: str, out: Path, as_json: bool, **options: Any) -> int:
    """Write the statements of all donors of a term to a folder."""
    del every
    with _opened(url) as ledger:
        found = ledger.donor_statements(**_window(ledger, options))
    paths = []
    out.mkdir(parents=True, exist_ok=True)
    for position, value in enumerate(found, start=1):
        path = out / file_name(position, value.donor.reference, form)
        write_file(path, render(value, form, language=options["language"]))
        paths.append({"donor": value.donor.reference, "file": str(path)})
    click.echo(json.dumps(paths, ensure_ascii=False) if as_json else f"{len(paths)} statements in {out}")
    return DONE


@cli.command()
@click.argument("name", type=click.Choice(sorted(TERM_REPORTS)))
@_ledger_option
@_window_options
@_format_options
@_answering
def report(name: str, url: str, **options: Any) -> int:
    """The report NAME on a term."""
    if options["since"] and name != "journal":
        raise click.UsageError("--since is for the journal and for statements")
    with _opened(url) as ledger:
        value = ledger.report(name, **_window(ledger, options))
    _say_report(value, options)
    return DONE


def _window(ledger: Ledger, options: dict[str, Any]) -> dict[str, Any]:
    wanted = {name: options[name] for name in ("as_of", "since", "known_at")}
    return {**wanted, "term": options["term"] or _only_term(ledger)}


def _only_term(ledger: Ledger) -> str:
    terms = list(ledger.documents("term"))
    if len(terms) != 1:
        there = ", ".join(terms) or "none yet"
        raise click.UsageError(f"say which term with --term; there are: {there}")
    return terms[0]


def _say_report(value: Report, options: dict[str, Any]) -> None:
    form = "json" if options["as_json"] else options["form"]
    content = render(value, form, language=options["language"])
    if options["out"]:
        write_file(options["out"], content)
        click.echo(f"written to {options['out']}")
    else:
        click.echo(content, nl=False)


@cli.command()
@_ledger_option
@_json_option
@_answering
def verify(url: str, as_json: bool) -> int:
    """Check everything that is stored, recounted from the records; exit 3 where anything is wrong."""
    with _opened(url) as ledger:
        found = ledger.verify(progress=_progress())
    if as_json:
        click.echo(json.dumps({"clean": found.is_clean, **to_json(found)}, ensure_ascii=False))
    else:
        for finding in found.findings:
            click.echo(str(finding), err=True)
        outcome = "nothing wrong" if found.is_clean else f"{len(found.findings):,} findings"
        click.echo(
            f"{found.entries:,} entries, {found.lines:,} lines, {len(found.checks)} checks: {outcome}."
        )
    return DONE if found.is_clean else UNUSABLE


# -- schemas and demo ------------------------------------------------------------------------------


@cli.command()
@click.argument("name", default="")
@click.option("--out", type=click.Path(path_type=Path), help="Write all schemas to a folder.")
@click.option("--check", type=click.Path(path_type=Path), help="Compare a folder with the classes.")
@_answering
def schema(name: str, out: Path | None, check: Path | None) -> int:
    """Print the JSON Schema NAME; without a name, list the names."""
    from mdfm_ledger.schemas import schema_files

    files = schema_files()
    if check:
        return _check_schemas(files, check)
    if out:
        for path, content in files.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            write_file(out / path, content)
        click.echo(f"{len(files)} schemas in {out}")
    elif name:
        found = [content for path, content in files.items() if name in (path, Path(path).name.split(".")[0])]
        if not found:
            raise click.UsageError(f"no schema is named {name}")
        click.echo(found[0], nl=False)
    else:
        click.echo("\n".join(files))
    return DONE


def _check_schemas(files: dict[str, str], folder: Path) -> int:
    there = {str(path.relative_to(folder)): path for path in folder.rglob("*.json")}
    wrong = [name for name in files if name not in there or there[name].read_text() != files[name]]
    wrong += sorted(set(there) - set(files))
    for name in wrong:
        click.echo(f"{name} differs from the classes; write it again with mdfm schema --out", err=True)
    return REFUSED if wrong else DONE


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="mdfm-demo")
@_answering
def demo(folder: Path) -> int:
    """Play two years of the fund into FOLDER: a ledger, all statements, all reports."""
    from mdfm_ledger.demo import play

    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty; name another folder")
    play(folder, click.echo)
    return DONE


def main() -> None:
    """Run the command line."""
    cli()
