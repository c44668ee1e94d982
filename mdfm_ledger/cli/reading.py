"""``mdfm report`` and ``verify``: what the ledger says."""

from __future__ import annotations

import json
from typing import Any

import click

from mdfm_ledger.cli.options import (
    DONE,
    UNUSABLE,
    answering,
    format_options,
    json_option,
    ledger_option,
    opened,
    progress,
    window_options,
)
from mdfm_ledger.codec import to_json
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.output import render, write_file
from mdfm_ledger.reports import PERIOD_REPORTS, TERM_REPORTS, Report


@click.command()
@click.argument("name", type=click.Choice(sorted(TERM_REPORTS)))
@ledger_option
@window_options
@format_options
@answering
def report(name: str, url: str, **options: Any) -> int:
    """The report NAME on a term."""
    if options["since"] and name not in PERIOD_REPORTS:
        raise click.UsageError(f"--since is for statements and for {', '.join(sorted(PERIOD_REPORTS))}")
    with opened(url) as ledger:
        value = ledger.report(name, **window_of(ledger, options))
    say_report(value, options)
    return DONE


def window_of(ledger: Ledger, options: dict[str, Any]) -> dict[str, Any]:
    """Term, dates and entry number the options ask for; the only term there is, unless they name one."""
    wanted = {name: options[name] for name in ("as_of", "since", "known_at")}
    return {**wanted, "term": options["term"] or only_term(ledger)}


def only_term(ledger: Ledger) -> str:
    """The only term there is; a wrong use of the command where there are several, or none."""
    terms = list(ledger.documents("term"))
    if len(terms) != 1:
        there = ", ".join(terms) or "none yet"
        raise click.UsageError(f"say which term with --term; there are: {there}")
    return terms[0]


def say_report(value: Report, options: dict[str, Any]) -> None:
    """Print a report, or write it to the file the options name, in their format."""
    form = "json" if options["as_json"] else options["form"]
    content = render(value, form, language=options["language"])
    if options["out"]:
        write_file(options["out"], content)
        click.echo(f"written to {options['out']}")
    else:
        click.echo(content, nl=False)


@click.command()
@ledger_option
@json_option
@answering
def verify(*, url: str, as_json: bool) -> int:
    """Check everything that is stored, recounted from the records; exit 3 where anything is wrong."""
    with opened(url) as ledger:
        found = ledger.verify(progress=progress())
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
