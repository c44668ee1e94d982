"""``mdfm holdings``: what is held for all donors is published, so that none can be left out."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from mdfm_ledger.cli.options import (
    DAY,
    DONE,
    answering,
    json_option,
    ledger_option,
    opened,
    say_warnings,
    warnings_json,
)
from mdfm_ledger.errors import InvalidAmountError, InvalidFieldError
from mdfm_ledger.money import Amount
from mdfm_ledger.rules.held_in_trust import BankConfirmation


@click.command()
@click.argument("reference")
@ledger_option
@click.option("--as-of", type=DAY, required=True, help="The day (inclusive) whose holdings are published.")
@click.option(
    "--confirm",
    nargs=3,
    multiple=True,
    metavar="ACCOUNT AMOUNT STATEMENT",
    help="What a bank states on that day, such as: uil-usd 'USD 1200.50' '2021/12'.",
)
@click.option(
    "--explain", nargs=2, multiple=True, metavar="ACCOUNT TEXT", help="Why bank and books differ there."
)
@click.option("--approved-by", default="", help="Who approved it.")
@click.option("--actor", envvar="MDFM_ACTOR", required=True, help="Who enters; or set MDFM_ACTOR.")
@json_option
@answering
def holdings(
    *,
    reference: str,
    url: str,
    actor: str,
    as_json: bool,
    as_of: date,
    approved_by: str,
    **banks: Any,
) -> int:
    """Publish as REFERENCE what is held for every donor, as a tree in which each finds its own."""
    confirmed = _confirmed(banks["confirm"], dict(banks["explain"]))
    with opened(url, actor=actor, read_only=False) as ledger:
        done = ledger.publish_holdings(reference, as_of=as_of, confirmed=confirmed, approved_by=approved_by)
        published = ledger.documents("holdings")[reference]
    if as_json:
        told = {"number": done.number, "root": published.root, "total": str(published.total)}
        click.echo(json.dumps({**told, "warnings": warnings_json(done.warnings)}, ensure_ascii=False))
    else:
        again = " already" if done.was_replayed else ""
        click.echo(f"published{again} as entry {done.number}: {published.total} held on {published.as_of},")
        click.echo(f"root {published.root}")
        say_warnings(done.warnings)
    return DONE


def _confirmed(given: tuple[tuple[str, str, str], ...], explained: dict[str, str]) -> list[BankConfirmation]:
    unknown = explained.keys() - {account for account, _, _ in given}
    if unknown:
        raise InvalidFieldError(field="explain", problem=f"{min(unknown)} is not confirmed")
    return [
        BankConfirmation(
            bank_account=account,
            amount=_amount(amount),
            statement=statement,
            explanation=explained.get(account, ""),
        )
        for account, amount, statement in given
    ]


def _amount(written: str) -> Amount:
    currency, space, digits = written.partition(" ")
    if not space:
        raise InvalidAmountError(value=written[:40], problem="needs a currency and an amount: USD 1200.50")
    return Amount.parse(digits, currency)
