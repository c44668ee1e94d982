"""``mdfm report``: what the ledger says."""

from __future__ import annotations

from typing import Any

import click

from mdfm_ledger.cli.options import (
    DONE,
    answering,
    format_options,
    ledger_option,
    opened,
    window_options,
)
from mdfm_ledger.ledger import Ledger
from mdfm_ledger.ledger.output import render, write_file
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
