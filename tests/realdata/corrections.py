"""The corrections a published table went through, as events: amendments, reversals, receipts, new pledges.

The file lists what changed from one daily snapshot to the next, field by field. A snapshot is applied to the
rows of each contribution it touches, and what the rows then say is compared with what the ledger holds:

- a receipt that is gone or different (amount, day) is reversed, and recorded anew where there is another;
- a new total is an amendment of the pledge; a promise that is no longer only announced is signed;
- another day of the pledge takes back the whole contribution and records it again;
- a contribution that left the table is taken back as recorded by mistake. It is never written off: that a row
  is missing is no word of the donor's.

Whatever is recorded is dated the day of the snapshot, when it became known; the bank's day is the value date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import date
from itertools import groupby

from attrs import Factory, define, evolve, frozen

from mdfm_ledger import Amount, Pledge, PledgeAmendment, Receipt, RegisterDonor, Reversal
from mdfm_ledger.event import Event
from mdfm_ledger.fields import parse_day
from tests.realdata.desk import Desk
from tests.realdata.ocha import BANK, TERM, UNKNOWN_DAY, Import, status_of

Row = dict[str, str]
HELD = frozenset({"PaidAmt", "PledgeAmt", "PaidDate", "PledgeDate", "ContributionStatus"})
"""The fields the ledger holds; the others are printed rates, amounts in other currencies and comments."""


@frozen(kw_only=True)
class Change:
    """A row of the file of corrections."""

    number: int
    day: date
    code: str
    index: str
    change: str
    field: str
    old: str
    new: str

    @classmethod
    def of(cls, number: int, cells: Row) -> Change:
        """The row as it stands."""
        return cls(
            number=number,
            day=parse_day(cells["snapshot_time"][:10]),
            code=cells["contribution_code"],
            index=cells["row_index"],
            change=cells["change"],
            field=cells["field"],
            old=cells["old"],
            new=cells["new"],
        )

    @property
    def is_held(self) -> bool:
        """Whether it changes something the ledger holds."""
        return self.change != "field" or self.field in HELD


@define(kw_only=True)
class Standing:
    """What the ledger holds of a contribution: the entries that made its pledge, and its receipts."""

    pledge: str
    made_by: list[tuple[str, str]]
    on: date
    status: str
    promised: int
    receipts: list[tuple[int, date, str]] = Factory(list)
    """(cents, day paid, reference)"""


@define(kw_only=True)
class Said:
    """What the rows of a contribution say, as far as the library accepts it."""

    on: date
    status: str
    outstanding: int
    paid: list[tuple[int, date | None]]

    @property
    def promised(self) -> int:
        """Paid and outstanding together."""
        return self.outstanding + sum(minor for minor, _ in self.paid)


@define(kw_only=True)
class Corrector:
    """Applies corrections to the rows, and makes the events that bring the ledger after them."""

    desk: Desk
    rows: dict[str, list[Row]]
    later: dict[str, list[Row]]
    """The rows of the later table: where a donor, or the day of a new payment, is looked up."""
    standing: dict[str, Standing] = Factory(dict)
    donors: set[str] = Factory(set)
    unmoved: set[int] = Factory(set)
    """Corrections after which the ledger holds what it held: the day of an unpaid row, a row of nothing."""
    count: int = 0
    donor_of: dict[str, str] = Factory(dict)

    @classmethod
    def after(cls, desk: Desk, found: Import, rows: Iterable[Row], later: Iterable[Row]) -> Corrector:
        """A corrector of a ledger that an import was recorded in."""
        made = cls(desk=desk, rows=by_code(rows), later=by_code(later), donors=set(found.donors))
        for one in found.contributions.values():
            made.donor_of[one.code] = one.donor
            made.standing[one.code] = Standing(
                pledge=one.code,
                made_by=[("pledge", one.code)],
                on=one.on,
                status=one.status,
                promised=one.promised,
                receipts=[(paid.minor, on, f"{one.code}#{row}") for row, on, paid in one.receipts],
            )
        return made

    def apply(self, changes: list[Change]) -> None:
        """Apply all corrections, snapshot by snapshot, contribution by contribution."""
        for (day, code), group in groupby(changes, key=lambda one: (one.day, one.code)):
            own = list(group)
            for change in own:
                self._edit(change)
            if any(change.is_held for change in own):
                self._follow(day, code, [change.number for change in own if change.is_held])

    def _edit(self, change: Change) -> None:
        rows = self.rows.setdefault(change.code, [])
        if change.change == "field":
            rows[int(change.index)][change.field] = change.new
        elif change.change == "added":
            rows.append(dict(part.split("=", 1) for part in change.new.split("|")))
        elif change.change == "row_added":
            paid, outstanding = change.new.split("|")
            rows.append({"PaidAmt": paid, "PledgeAmt": outstanding})
        elif change.change == "row_removed":
            paid, outstanding = change.old.split("|")
            rows.remove(
                next(row for row in rows if (row["PaidAmt"], row["PledgeAmt"]) == (paid, outstanding))
            )
        else:
            rows.clear()

    def _follow(self, day: date, code: str, numbers: list[int]) -> None:
        before = deepcopy(self.standing.get(code))
        events: list[Event] = []
        first = numbers[0]
        if self.desk.accepts(first, lambda: self._record(events, day, code, first)):
            (self.desk.recorded if events else self.unmoved).update(numbers)
            return
        if before is not None:
            self.standing[code] = before
        self.desk.refused += [evolve(self.desk.refused[-1], row=number) for number in numbers[1:]]

    def _record(self, events: list[Event], day: date, code: str, number: int) -> None:
        events += self._events(day, code, number)
        self.desk.ledger.record_all(events)

    # -- what the rows say, and the events that follow --------------------------------------------

    def _said(self, code: str, number: int) -> Said | None:
        rows = self.rows[code]
        outstanding, paid = 0, list[tuple[int, date | None]]()
        for row in rows:
            outstanding += self._cents(number, row["PledgeAmt"])
            minor = self._cents(number, row["PaidAmt"])
            if minor:
                paid.append((minor, parse_day(row["PaidDate"]) if row.get("PaidDate") else None))
        if not outstanding and not paid:
            return None
        dated = next(row for row in [*rows, *self.later.get(code, [])] if "PledgeDate" in row)
        on = dated["PledgeDate"] if dated["PledgeDate"] != UNKNOWN_DAY else dated["PaidDate"]
        return Said(on=parse_day(on), status=status_of(dated), outstanding=outstanding, paid=paid)

    def _cents(self, number: int, text: str) -> int:
        found = []
        self.desk.accepts(number, lambda: found.append(Amount.parse(text, "USD").minor))
        return found[0] if found else 0

    def _events(self, day: date, code: str, number: int) -> Iterator[Event]:
        said, held = self._said(code, number), self.standing.get(code)
        if held and (
            said is None or said.on != held.on or (said.status, held.status) == ("announced", "signed")
        ):
            yield from self._taken_back(day, self.standing.pop(code))
            held = None
        if said is None:
            return
        if held is None:
            yield from self._begun(day, code, said)
            held = self.standing[code]
        yield from self._brought_up_to_date(day, code, held, said)

    def _taken_back(self, day: date, held: Standing) -> Iterator[Event]:
        entries = [("receipt", reference) for _, _, reference in held.receipts] + held.made_by[::-1]
        for kind, reference in entries:
            yield self._reversal(day, kind, reference)

    def _reversal(self, day: date, kind: str, reference: str) -> Reversal:
        return Reversal(
            reference=self._next("RV"),
            reversed_kind=kind,
            reversed_reference=reference,
            on=day,
            reason="the published table was corrected",
        )

    def _begun(self, day: date, code: str, said: Said) -> Iterator[Event]:
        donor = self.donor_of.get(code) or next((row["DonorName"] for row in self.later.get(code, [])), "")
        if donor and donor not in self.donors:
            yield RegisterDonor(reference=donor, name=donor, kind="other_private")
            self.donors.add(donor)
        reference = self._next(code) if code in self.donor_of else code
        self.donor_of[code] = donor
        event = Pledge(
            reference=reference,
            term=TERM,
            donor=donor,
            amount=Amount(said.promised, "USD"),
            on=min(said.on, day),
            status=said.status,
        )
        yield event
        self.standing[code] = Standing(
            pledge=event.reference,
            made_by=[("pledge", event.reference)],
            on=said.on,
            status=said.status,
            promised=said.promised,
        )

    def _brought_up_to_date(self, day: date, code: str, held: Standing, said: Said) -> Iterator[Event]:
        new, gone = compared(held.receipts, said.paid)
        for receipt in gone:
            yield self._reversal(day, "receipt", receipt[2])
            held.receipts.remove(receipt)
        if said.promised != held.promised or said.status != held.status:
            yield self._amendment(day, held, said)
        for minor, paid_on in new:
            on = paid_on or self._paid_on(code, minor) or day
            event = Receipt(
                reference=self._next(code),
                pledge=held.pledge,
                amount=Amount(minor, "USD"),
                on=day,
                value_date=on,
                bank_account=BANK,
                bank_reference=code,
            )
            yield event
            held.receipts.append((minor, on, event.reference))

    def _amendment(self, day: date, held: Standing, said: Said) -> PledgeAmendment:
        event = PledgeAmendment(
            reference=self._next("PA"),
            pledge=held.pledge,
            amount=Amount(said.promised, "USD"),
            status="signed" if said.status == "signed" else "",
            on=day,
            reason="the published table was corrected",
        )
        held.made_by.append(("pledge_amendment", event.reference))
        held.promised, held.status = said.promised, said.status
        return event

    def _paid_on(self, code: str, minor: int) -> date | None:
        """The day of a payment the corrections give no day for, as the later table has it."""
        for row in self.later.get(code, []):
            if Amount.parse(row["PaidAmt"], "USD").minor == minor:
                return parse_day(row["PaidDate"])
        return None

    def _next(self, stem: str) -> str:
        self.count += 1
        return f"{stem}~{self.count}"


def by_code(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each contribution, copied, in the order of the table."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["ContributionCode"], []).append(dict(row))
    return found


def compared(
    held: list[tuple[int, date, str]], paid: list[tuple[int, date | None]]
) -> tuple[list[tuple[int, date | None]], list[tuple[int, date, str]]]:
    """What is paid and not held, and what is held and no longer paid; a payment without a day matches any."""
    left, new = list(held), []
    for minor, on in sorted(paid, key=lambda one: one[1] is None):
        same = [one for one in left if one[0] == minor and on in (one[1], None)]
        if same:
            left.remove(same[0])
        else:
            new.append((minor, on))
    return new, left
