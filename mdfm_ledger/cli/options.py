"""What the commands share: options, exit codes, opening, and how errors are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from mdfm_ledger.books.statement_register import STATEMENT_KINDS
from mdfm_ledger.codec import to_json
from mdfm_ledger.errors import CopyRefusedError, LedgerError, RejectedError
from mdfm_ledger.fields import parse_day
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.ledger.output import FORMATS
from mdfm_ledger.notices import Notice

DONE, REFUSED, UNUSABLE = 0, 1, 3


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else parse_day(str(value))
        except RejectedError as error:
            self.fail(str(error), param, ctx)


DAY = _Day()


def ledger_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says which ledger."""
    return click.option(
        "--ledger",
        "url",
        envvar="MDFM_LEDGER",
        required=True,
        help="File or database URL of the ledger; or set MDFM_LEDGER.",
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that asks for an answer in JSON."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(command)


def window_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say through which window to look."""
    for option in (
        click.option("--term", default="", help="Reference of the term; not needed where there is one."),
        click.option("--as-of", type=DAY, help="Last accounting date to look at; today."),
        click.option(
            "--since",
            type=DAY,
            help="First date of the period. Without it statements and pledge_position begin with the term's"
            " first day, journal with its first entry, other reports with the first day of the year.",
        ),
        click.option("--known-at", type=click.IntRange(min=1), help="Last entry number to look at."),
        click.option("--language", type=click.Choice(["en", "fr", "es"]), default="en"),
    ):
        command = option(command)
    return command


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say in which format, and where to."""
    for option in (
        click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True),
        click.option("--json", "as_json", is_flag=True, help="The same as --format json."),
        click.option("--out", type=click.Path(path_type=Path), help="Write to a file instead."),
    ):
        command = option(command)
    return command


def issue_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that issue statements instead of only showing them."""
    for option in (
        click.option("--actor", envvar="MDFM_ACTOR", default="", help="Who issues; or set MDFM_ACTOR."),
        click.option("--certified-by", default="", help="Who certifies; not the actor."),
        click.option("--kind", type=click.Choice(STATEMENT_KINDS), help="What is issued."),
        click.option("--issue", is_flag=True, help="Issue it: number it and record that it was issued."),
    ):
        command = option(command)
    return command


def issuing(options: dict[str, Any]) -> dict[str, Any] | None:
    """Kind and certifier of what is to be issued, taken out of the options; None for a preview."""
    asked = {name: options.pop(name) for name in ("issue", "kind", "certified_by", "actor")}
    if not asked["issue"]:
        return None
    missing = [name for name in ("kind", "certified_by", "actor") if not asked[name]]
    if missing:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise click.UsageError(f"--issue needs {names} too")
    if options["known_at"]:
        raise click.UsageError("a statement is issued as known at the last entry: leave out --known-at")
    return asked


def answering(command: Callable[..., int]) -> Callable[..., None]:
    """Turn our errors into a message with its remedy, and the outcome into the exit code."""

    @wraps(command)
    def answered(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs)
        except LedgerError as error:
            if kwargs.get("as_json"):
                click.echo(json.dumps({"error": error_json(error)}, ensure_ascii=False))
            else:
                click.echo(f"{error.code}: {error}\n  {error.remedy}", err=True)
            code = REFUSED if isinstance(error, RejectedError | CopyRefusedError) else UNUSABLE
        sys.exit(code)

    return answered


@contextmanager
def opened(url: str, *, actor: str = "", create: bool = False, read_only: bool = True) -> Iterator[Ledger]:
    """The ledger at a path or database URL."""
    with Ledger.open(address_of(url), actor=actor, create=create, read_only=read_only) as ledger:
        yield ledger


def progress(what: str = "lines") -> Callable[[int], None] | None:
    """What shows progress on a terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return None
    return lambda count: click.echo(f"\r{count:,} {what}", nl=False, err=True)


def progress_ended() -> None:
    """Go back to the beginning of the line that showed progress."""
    if sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)


def address_of(ledger: str) -> str:
    """The database URL of a ledger named by its file or URL."""
    return ledger if "://" in ledger else f"sqlite:///{ledger}"


def warnings_json(warnings: Iterable[Notice]) -> list[dict[str, str]]:
    """What was accepted and should be known, as JSON values."""
    return [{"code": one.code, "message": one.message} for one in warnings]


def say_warnings(warnings: Iterable[Notice]) -> None:
    """Say what was accepted and should be known, each on a line of standard error."""
    for one in warnings:
        click.echo(f"note: {one.code}: {one.message}", err=True)


def error_json(error: LedgerError) -> dict[str, Any]:
    """An error as JSON values: its code, message, remedy and figures."""
    figures = {name: to_json(value) for name, value in error.figures.items()}
    return {"code": error.code, "message": str(error), "remedy": error.remedy, "figures": figures}
