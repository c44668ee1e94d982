"""Roll-forward: opening + movements = closing for every account and activity, and from term to term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from mdfm_ledger.chart import BASE_CURRENCY, CARRIED_IN, CARRIED_OUT
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    Row,
    Section,
    Table,
    text,
)
from mdfm_ledger.reports.head import Head, before, head_of, period_start
from mdfm_ledger.reports.positions import donors_of, term_of
from mdfm_ledger.reports.sources_and_uses import SourcesAndUses
from mdfm_ledger.reports.ties import Tie, tie, total_of
from mdfm_ledger.reports.trial_balance import TrialBalance
from mdfm_ledger.source import JournalSource, Window

_CARRIED = ("carried_out", "carried_in")


@frozen(kw_only=True)
class AccountRoll:
    """An account through the period, debit positive: each figure is asked of the journal on its own."""

    account: str
    currency: str
    opening: Amount
    debits: Amount
    credits: Amount
    closing: Amount


@frozen(kw_only=True)
class ActivityRoll:
    """What an activity had used before the period, used in it, and has used at its end, in US dollars."""

    activity: str
    opening: Amount
    period: Amount
    closing: Amount


@frozen(kw_only=True)
class DonorCarried:
    """What a donor carried between terms, over all terms of the ledger since it began, in US dollars."""

    donor: str
    donor_name: str
    carried_out: Amount
    carried_in: Amount


@frozen(kw_only=True)
class TermCarried:
    """What was carried out of a term and into it since the ledger began, in US dollars."""

    term: str
    carried_out: Amount
    carried_in: Amount


@frozen(kw_only=True)
class RollForward:
    """A term from ``since`` to the date of the head (both inclusive), and what was carried between terms."""

    name = "roll_forward"

    head: Head
    since: date
    accounts: tuple[AccountRoll, ...]
    activities: tuple[ActivityRoll, ...]
    carried: tuple[DonorCarried, ...]
    terms: tuple[TermCarried, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        period = Facts(key="period", items=(Fact(key="since", value=self.since),))
        return Document(
            name=self.name,
            title=text("title.roll_forward"),
            sections=(
                Section(key="head", blocks=(self.head.facts(), period)),
                Section(key="roll_accounts", blocks=(self._accounts(),)),
                Section(key="roll_activities", blocks=(self._activities(),)),
                Section(key="roll_carried", blocks=(self._carried(), self._terms())),
            ),
        )

    def ties(self, balance: TrialBalance, fund: SourcesAndUses) -> Iterator[Tie]:
        """Opening and movements against closing, closing against the trial balance, term against term."""
        for one in self.accounts:
            moved = one.opening + one.debits - one.credits
            yield tie("roll_account", self.name, moved, self.name, one.closing)
            booked = balance.balance(one.account, one.currency)
            yield tie("roll_closing", self.name, one.closing, balance.name, booked)
        for used in self.activities:
            yield tie("roll_activity", self.name, used.opening + used.period, self.name, used.closing)
        spent = total_of(used.closing for used in self.activities)
        yield tie("spent", self.name, spent, balance.name, -balance.balance("8150"))
        for donor in self.carried:
            yield tie("roll_carried", self.name, donor.carried_out, self.name, donor.carried_in)
        out, into = (total_of(getattr(one, key) for one in self.terms) for key in _CARRIED)
        yield tie("roll_terms", self.name, out, self.name, into)
        yield tie(
            "roll_terms_donors", self.name, out, self.name, total_of(one.carried_out for one in self.carried)
        )
        own = next(one for one in self.terms if one.term == self.head.term)
        yield tie("carried_out", self.name, own.carried_out, fund.name, -fund.flow("carried_out"))
        yield tie("carried_in", self.name, own.carried_in, fund.name, fund.flow("carried_in"))

    def _accounts(self) -> Table:
        names = ("opening", "debits", "credits", "closing")
        columns = (
            Column(key="account", kind=ColumnKind.CODE),
            Column(key="account_name", kind=ColumnKind.TEXT),
            Column(key="currency", kind=ColumnKind.CODE),
            *(Column(key=name, kind=ColumnKind.AMOUNT) for name in names),
        )
        rows = tuple(
            Row(
                cells=(
                    one.account,
                    text(f"account.{one.account}"),
                    one.currency,
                    *(getattr(one, name) for name in names),
                )
            )
            for one in self.accounts
        )
        return Table(key="roll_accounts", columns=columns, rows=rows)

    def _activities(self) -> Table:
        names = ("opening", "period", "closing")
        columns = (
            Column(key="activity", kind=ColumnKind.CODE),
            *(Column(key=name, kind=ColumnKind.AMOUNT) for name in names),
        )
        rows = [Row(cells=(one.activity, *(getattr(one, name) for name in names))) for one in self.activities]
        return Table(key="roll_activities", columns=columns, rows=tuple(rows))

    def _carried(self) -> Table:
        columns = (
            Column(key="donor", kind=ColumnKind.TEXT),
            *(Column(key=f"flow_{key}", kind=ColumnKind.AMOUNT) for key in ("carried_out", "carried_in")),
        )
        rows = tuple(Row(cells=(one.donor_name, one.carried_out, one.carried_in)) for one in self.carried)
        return Table(key="roll_carried", columns=columns, rows=rows)

    def _terms(self) -> Table:
        columns = (
            Column(key="term", kind=ColumnKind.TEXT),
            *(Column(key=f"flow_{key}", kind=ColumnKind.AMOUNT) for key in _CARRIED),
        )
        rows = tuple(Row(cells=(one.term, one.carried_out, one.carried_in)) for one in self.terms)
        return Table(key="roll_terms", columns=columns, rows=rows)


def roll_forward(
    source: JournalSource, window: Window, *, term: str, since: date | None = None
) -> RollForward:
    """The roll-forward of a term from ``since``, the first day of the year of ``as_of`` unless given.

    Raises UnknownDocumentError for the term.
    """
    term_of(source, window, term)
    first = period_start(window, since)
    return RollForward(
        head=head_of(term, window),
        since=first,
        accounts=_accounts(source, window, term, first),
        activities=_activities(source, window, term, first),
        carried=_carried(source, window),
        terms=_terms(source, window),
    )


def _accounts(source: JournalSource, window: Window, term: str, since: date) -> tuple[AccountRoll, ...]:
    by, where = ("account", "currency"), {"term": term}
    opening = {total.key: total.balance for total in source.totals(by, before(window, since), where=where)}
    moved = {total.key: total for total in source.totals(by, window, since=since, where=where)}
    rows = []
    for closing in source.totals(by, window, where=where):
        account, currency = closing.key
        movement = moved.get(closing.key)
        rows.append(
            AccountRoll(
                account=account,
                currency=currency,
                opening=Amount(opening.get(closing.key, 0), currency),
                debits=Amount(movement.debit if movement else 0, currency),
                credits=Amount(movement.credit if movement else 0, currency),
                closing=Amount(closing.balance, currency),
            )
        )
    return tuple(rows)


def _activities(source: JournalSource, window: Window, term: str, since: date) -> tuple[ActivityRoll, ...]:
    by, where = ("activity",), {"term": term, "account": "8150"}
    opening = {total.key: -total.balance for total in source.totals(by, before(window, since), where=where)}
    period = {total.key: -total.balance for total in source.totals(by, window, since=since, where=where)}
    return tuple(
        ActivityRoll(
            activity=total.key[0],
            opening=_usd(opening.get(total.key, 0)),
            period=_usd(period.get(total.key, 0)),
            closing=_usd(-total.balance),
        )
        for total in source.totals(by, window, where=where)
    )


def _carried(source: JournalSource, window: Window) -> tuple[DonorCarried, ...]:
    """Donor by donor what left terms and what entered them; what stood aside may be carried too."""
    found = _carried_by("donor", source, window)
    carrying = {donor for donor, _ in found}
    return tuple(
        DonorCarried(
            donor=reference,
            donor_name=donor.name,
            carried_out=_usd(found.get((reference, CARRIED_OUT), 0)),
            carried_in=_usd(-found.get((reference, CARRIED_IN), 0)),
        )
        for reference, donor in donors_of(source, window).items()
        if reference in carrying
    )


def _terms(source: JournalSource, window: Window) -> tuple[TermCarried, ...]:
    """The same term by term, in the order they were opened."""
    found = _carried_by("term", source, window)
    return tuple(
        TermCarried(
            term=reference,
            carried_out=_usd(found.get((reference, CARRIED_OUT), 0)),
            carried_in=_usd(-found.get((reference, CARRIED_IN), 0)),
        )
        for reference in source.documents("term", window)
    )


def _carried_by(what: str, source: JournalSource, window: Window) -> dict[tuple[str, ...], int]:
    where = {"account": ("2010", "2070"), "flow": (CARRIED_OUT, CARRIED_IN)}
    return {total.key: total.balance for total in source.totals((what, "flow"), window, where=where)}


def _usd(minor: int) -> Amount:
    return Amount(minor, BASE_CURRENCY)
