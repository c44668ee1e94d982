"""Term-target report: how far the term is from its target, gross and as money for activities."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from mdfm_ledger.books.documents import Policy, Term
from mdfm_ledger.chart import CARRIED_IN
from mdfm_ledger.money import Amount
from mdfm_ledger.reports.document import (
    Column,
    ColumnKind,
    Document,
    Fact,
    Facts,
    Note,
    Row,
    RowLevel,
    Section,
    Table,
    TargetCurve,
    text,
)
from mdfm_ledger.reports.foreign_pledges import ForeignPledge, foreign_pledges, foreign_table
from mdfm_ledger.reports.head import Head, head_of
from mdfm_ledger.reports.positions import PledgePosition, donors_of, pledge_positions, term_of
from mdfm_ledger.reports.programmable import Programmable, both, bought_by, needed_for, programmable_table
from mdfm_ledger.reports.published import published
from mdfm_ledger.source import JournalSource, Window


@frozen(kw_only=True)
class KindRow:
    """What donors of a kind have paid and promised, in dollars."""

    kind: str
    received: Amount
    due: Amount
    not_due: Amount
    announced: Amount


@frozen(kw_only=True)
class CurvePoint:
    """What had been received by the end of a day."""

    on: date
    received: Amount


@frozen(kw_only=True)
class TermTarget:
    """``target`` = ``received`` + ``due`` + ``not_due`` + ``announced`` + ``gap``, in dollars.

    ``gap`` is below zero when more than the target is promised. Pledges in other currencies count at the
    rate of the term's first day, which stays; one without such a rate counts when its money arrives.
    ``overdue`` is the part of ``due`` whose day has passed. ``carried_in`` is money of an earlier term, never
    counted. ``programmable`` is what the money received buys of activities after the agent's fee and
    programme support, ``needed`` what full delivery of the plan takes; ``buys`` says both of each money.
    ``expected`` is the straight line from nothing on the first day of the term to the target on its last.
    """

    name = "term_target"

    head: Head
    starts_on: date
    ends_on: date
    target: Amount
    carried_in: Amount
    received: Amount
    due: Amount
    overdue: Amount
    not_due: Amount
    announced: Amount
    gap: Amount
    expected: Amount
    programmable: Amount
    needed: Amount
    buys: tuple[Programmable, ...]
    kinds: tuple[KindRow, ...]
    foreign: tuple[ForeignPledge, ...]
    curve: tuple[CurvePoint, ...]

    def document(self) -> Document:
        """The report as blocks for a renderer."""
        return Document(
            name=self.name,
            title=text("title.term_target"),
            sections=(
                Section(key="head", blocks=(self.head.facts(),)),
                Section(key="target", blocks=(self._identity(), self._chart())),
                Section(
                    key="programmable",
                    blocks=(
                        programmable_table(self.buys),
                        Note(text=text("note.programmable")),
                        self._course(),
                    ),
                ),
                Section(key="kinds", blocks=(self._kinds(),)),
                Section(key="foreign", blocks=(foreign_table(self.foreign), Note(text=text("note.foreign")))),
            ),
        )

    def _identity(self) -> Table:
        keys = ("received", "due", "not_due", "announced", "gap")
        rows = [Row(cells=(text(f"target.{key}"), getattr(self, key), None)) for key in keys]
        rows.insert(2, Row(cells=(text("target.overdue"), None, self.overdue)))
        rows.append(Row(cells=(text("target.target"), self.target, None), level=RowLevel.TOTAL))
        columns = (
            Column(key="movement", kind=ColumnKind.TEXT),
            Column(key="amount", kind=ColumnKind.AMOUNT),
            Column(key="of_which", kind=ColumnKind.AMOUNT),
        )
        return Table(key="target", columns=columns, rows=tuple(rows))

    def _course(self) -> Facts:
        keys = ("expected", "carried_in")
        return Facts(key="course", items=tuple(Fact(key=key, value=getattr(self, key)) for key in keys))

    def _kinds(self) -> Table:
        names = ("received", "due", "not_due", "announced")
        columns = (
            Column(key="donor_kind", kind=ColumnKind.TEXT),
            *(Column(key=name, kind=ColumnKind.AMOUNT) for name in names),
        )
        rows = [
            Row(cells=(text(f"donor_kind.{one.kind}"), *(getattr(one, name) for name in names)))
            for one in self.kinds
        ]
        total = Row(cells=(text("total"), *(getattr(self, name) for name in names)), level=RowLevel.TOTAL)
        return Table(key="kinds", columns=columns, rows=(*rows, total))

    def _chart(self) -> TargetCurve:
        return TargetCurve(
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            as_of=self.head.as_of,
            target=self.target,
            received=tuple((point.on, point.received) for point in self.curve),
        )


def term_target(source: JournalSource, window: Window, *, term: str) -> TermTarget:
    """The term against its target, in the window. Raises UnknownDocumentError."""
    known = term_of(source, window, term)
    target = known.budget_on(window.as_of).target
    positions = pledge_positions(source, window, term=term)
    foreign = foreign_pledges(positions, published(source, window), window, known)
    kinds = _kinds(source, window, known, positions, foreign)
    received, due, not_due, announced = (
        sum((getattr(one, name) for one in kinds), start=Amount.zero(known.currency))
        for name in ("received", "due", "not_due", "announced")
    )
    carried_in = _carried_in(source, window, known)
    buys = _buys(known.policy_on(window.as_of), received, due + not_due + announced, carried_in, target)
    return TermTarget(
        head=head_of(term, window),
        starts_on=known.starts_on,
        ends_on=known.ends_on,
        target=target,
        carried_in=carried_in,
        received=received,
        due=due,
        overdue=_overdue(positions, foreign, window.as_of, known.currency),
        not_due=not_due,
        announced=announced,
        gap=target - received - due - not_due - announced,
        expected=_expected(known, target, window.as_of),
        programmable=buys[0].activities,
        needed=buys[-1].gross,
        buys=buys,
        kinds=kinds,
        foreign=foreign,
        curve=_curve(source, window, known),
    )


def _kinds(
    source: JournalSource,
    window: Window,
    term: Term,
    positions: tuple[PledgePosition, ...],
    foreign: tuple[ForeignPledge, ...],
) -> tuple[KindRow, ...]:
    donors = donors_of(source, window)
    sums: dict[str, dict[str, int]] = {}

    def add(donor: str, name: str, minor: int) -> None:
        row = sums.setdefault(donors[donor].kind, {})
        row[name] = row.get(name, 0) + minor

    where = {"term": term.reference, "account": "2010", "flow": ""}
    for total in source.totals(("donor",), window, where=where):
        add(total.key[0], "received", -total.balance)
    for name in ("due", "not_due", "announced"):
        for position in positions:
            if position.amount.currency == term.currency:
                add(position.donor, name, getattr(position, name).minor)
        for one in foreign:
            add(one.position.donor, name, one.counted(name))
    return tuple(
        KindRow(
            kind=kind,
            received=Amount(row.get("received", 0), term.currency),
            due=Amount(row.get("due", 0), term.currency),
            not_due=Amount(row.get("not_due", 0), term.currency),
            announced=Amount(row.get("announced", 0), term.currency),
        )
        for kind, row in sorted(sums.items())
    )


def _curve(source: JournalSource, window: Window, term: Term) -> tuple[CurvePoint, ...]:
    """What had been received by the end of each day with a movement."""
    points, received = [], 0
    where = {"term": term.reference, "account": "2010", "flow": ""}
    for total in source.totals(("day",), window, where=where):
        received -= total.balance
        points.append(
            CurvePoint(on=date.fromisoformat(total.key[0]), received=Amount(received, term.currency))
        )
    return tuple(points)


def _carried_in(source: JournalSource, window: Window, term: Term) -> Amount:
    """What donors left to this term from an earlier one; never new money toward the target."""
    where = {"term": term.reference, "account": "2010", "flow": CARRIED_IN}
    totals = source.totals(("account",), window, where=where)
    return Amount(-sum(total.balance for total in totals), term.currency)


def _expected(term: Term, target: Amount, as_of: date) -> Amount:
    days = (term.ends_on - term.starts_on).days + 1
    passed = min(max((as_of - term.starts_on).days + 1, 0), days)
    return Amount(target.minor * passed // days, target.currency)


def _buys(
    policy: Policy, received: Amount, promised: Amount, carried_in: Amount, target: Amount
) -> tuple[Programmable, ...]:
    """What was received, what is promised, both, and what was carried in buys; and what the plan takes."""
    own, expected = bought_by("received", received, policy), bought_by("promised", promised, policy)
    return (
        own,
        expected,
        both(own, expected),
        bought_by("carried_in", carried_in, policy, has_fee=False),
        needed_for("full_delivery", target, policy),
    )


def _overdue(
    positions: tuple[PledgePosition, ...], foreign: tuple[ForeignPledge, ...], as_of: date, currency: str
) -> Amount:
    """What is due and unpaid on pledges whose day has passed, in dollars as they count toward the target."""

    def passed(position: PledgePosition) -> Amount:
        late = (part.amount for part in position.overdue if part.due_on < as_of)
        return sum(late, start=Amount.zero(position.amount.currency))

    own = sum(passed(one).minor for one in positions if one.amount.currency == currency)
    return Amount(own + sum(one.in_dollars(passed(one.position)) for one in foreign), currency)
