"""The Multilateral Fund of the Montreal Protocol as events: what each party agreed to and paid, year by year.

Each three-year replenishment is a term. What a party agreed to for a year is a pledge of the first of
January; what it paid in cash is a receipt of the last of December, since the file gives no days. Bilateral
cooperation reaches the fund as no money: it is written off the pledge, with that reason. A promissory note is
a promise until it is cashed, so it stays open. What was paid beyond the year's pledge is a receipt
without one.

Cells are read to the fifteen significant digits a spreadsheet holds; what then still has a fraction of a cent
is refused, and so is what is below zero.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial

from attrs import frozen

from mdfm_ledger import (
    Amount,
    Interest,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    PledgeWriteOff,
    Receipt,
    ReceiptApplication,
    RegisterDonor,
    RegisterPartner,
)
from mdfm_ledger.money import MAX_MINOR
from tests.realdata.desk import BANK, Desk, plan_of, usd

FIRST_YEARS = tuple(range(1991, 2013, 3))
"""The first year of each replenishment of the file."""

TREASURER = "Treasurer (Cash Pool)"


@frozen(kw_only=True)
class Year:
    """A party's row for a year, or for three: what was agreed, paid and is outstanding, in dollars."""

    row: int
    party: str
    first: int
    is_sum: bool
    agreed: str
    cash: str
    bilateral: str
    promissory: str
    outstanding: str

    @classmethod
    def of(cls, row: int, cells: dict[str, str]) -> Year:
        """The row as it stands; footnote marks are taken off the name."""
        columns = ("agreed", "cash", "bilateral", "promissory", "outstanding")
        return cls(
            row=row,
            party=cells["party"].rstrip("*"),
            first=int(cells["sheet"][2:6]),
            is_sum=cells["kind"] == "triennium",
            **{name: fifteen_digits(cells[name]) for name in columns},
        )

    @property
    def term(self) -> str:
        """The replenishment the year belongs to."""
        return term_of(self.first)

    @property
    def reference(self) -> str:
        """Names the documents of the row."""
        return f"{self.party} {self.first}"

    def pledge(self) -> Pledge:
        """What the party agreed to pay for the year."""
        return Pledge(
            reference=self.reference,
            term=self.term,
            donor=self.party,
            amount=usd(self.agreed),
            on=date(self.first, 1, 1),
        )

    def in_kind(self) -> PledgeWriteOff:
        """What the party met by bilateral cooperation: no money comes for it."""
        return PledgeWriteOff(
            reference=self.reference,
            pledge=self.reference,
            amount=usd(self.bilateral),
            reason="met by bilateral cooperation",
            on=date(self.first, 12, 31),
        )

    def receipt(self) -> Receipt:
        """What the party paid, on its pledge."""
        return self._receipt(self.reference, usd(self.cash), pledge=self.reference)

    def receipt_beyond(self) -> Receipt:
        """What the party paid where nothing, or nothing more, was promised: without a pledge."""
        named = f"{self.reference} beyond"
        return self._receipt(named, usd(self.cash), term=self.term, donor=self.party)

    def application(self, rest: Amount) -> ReceiptApplication:
        """What came beyond the pledge is the party's all the same."""
        return ReceiptApplication(
            reference=self.reference,
            receipt=self.reference,
            term=self.term,
            donor=self.party,
            amount=rest,
            on=date(self.first, 12, 31),
        )

    def _receipt(self, reference: str, amount: Amount, **whose: str) -> Receipt:
        return Receipt(
            reference=reference,
            amount=amount,
            on=date(self.first, 12, 31),
            bank_account=BANK,
            bank_reference=reference,
            **whose,  # type: ignore[arg-type]  # texts only
        )


@frozen(kw_only=True)
class Earned:
    """A row of the file of interest: what an agency earned in a year, by quarter and in all, in dollars.

    Until 2014 the file has only what all together earned in three years.
    """

    row: int
    agency: str
    years: str
    quarters: tuple[str, ...]
    total: str

    @property
    def parts(self) -> list[tuple[int, str]]:
        """(quarter, amount) where the quarters are given, else the whole year in the last one."""
        given = [(quarter, part) for quarter, part in enumerate(self.quarters, start=1) if Decimal(part or 0)]
        return given or [(4, self.total)]

    @property
    def is_of_three_years(self) -> bool:
        """Whether it is what all earned in a replenishment, not one agency in a year."""
        return "-" in self.years

    @property
    def party(self) -> str:
        """The agency that returns it; empty for the treasurer's cash pool, and where all are added up."""
        return "" if self.is_of_three_years or self.agency == TREASURER else self.agency

    def interest(self, quarter: int, amount: str) -> Interest:
        """What is credited to the fund on the last day of the quarter."""
        first, last = int(self.years[:4]), int(self.years[-4:])
        ends = (date(last, 3, 31), date(last, 6, 30), date(last, 9, 30), date(last, 12, 31))[quarter - 1]
        return Interest(
            reference=f"{self.agency} {self.years} {quarter}",
            term=term_of(first),
            amount=usd(amount),
            since=ends.replace(month=ends.month - 2, day=1),
            until=ends,
            on=ends,
            bank_account=BANK,
            bank_reference=f"{self.agency} {self.years}",
            party=self.party,
        )


def earned_of(rows: list[list[str]]) -> list[Earned]:
    """The rows of the file of interest that are no sums of others; an agency is named on its first row."""
    found, agency = [], ""
    replenishments = {term_of(first) for first in FIRST_YEARS}
    for row, cells in enumerate(rows, start=1):
        agency = cells[0].strip() or agency
        years = cells[1].strip()
        if years in replenishments or (years.isdigit() and not agency.startswith("TOTAL")):
            found.append(
                Earned(
                    row=row,
                    agency=agency,
                    years=years,
                    quarters=tuple(fifteen_digits(cell) for cell in cells[2:6]),
                    total=fifteen_digits(cells[6]),
                )
            )
    return found


def fifteen_digits(cell: str) -> str:
    """A number as a spreadsheet shows it at its full width; an empty cell is nothing."""
    return f"{Decimal(f'{Decimal(cell):.15g}').normalize():f}" if cell.strip() else "0"


def term_of(year: int) -> str:
    """The replenishment of a year."""
    first = max(one for one in FIRST_YEARS if one <= year)
    return f"{first}-{first + 2}"


def record(desk: Desk, years: list[Year]) -> None:
    """Record the years of all parties, in the order of time."""
    for first in FIRST_YEARS:
        desk.record(
            0,
            partial(
                OpenTerm,
                reference=term_of(first),
                starts_on=date(first, 1, 1),
                ends_on=date(first + 2, 12, 31),
                plan=plan_of("MLF", {"MLF": MAX_MINOR}),
            ),
        )
    desk.record(0, partial(OpenBankAccount, reference=BANK, name="Booked dollars", currency="USD"))
    for party in dict.fromkeys(one.party for one in years):
        desk.record(0, partial(RegisterDonor, reference=party, name=party, kind="country"))
    for one in sorted((one for one in years if not one.is_sum), key=lambda one: (one.first, one.row)):
        _year(desk, one)


def _year(desk: Desk, one: Year) -> None:
    is_pledged = desk.record(one.row, one.pledge)
    if Decimal(one.bilateral):
        desk.record(one.row, one.in_kind)
    if Decimal(one.cash) and not (is_pledged and desk.record(one.row, one.receipt)):
        # Without a pledge, or one that has nothing open: what the refusal says to do instead.
        desk.record(one.row, one.receipt_beyond)
    rest = -desk.ledger.balance("2050", term=one.term, bank_reference=one.reference)
    if not rest.is_zero:
        desk.record(one.row, lambda: one.application(rest))


def record_interest(desk: Desk, earned: list[Earned]) -> None:
    """Record what was earned in each quarter."""
    for agency in dict.fromkeys(one.party for one in earned if one.party):
        desk.record(0, partial(RegisterPartner, reference=agency, name=agency))
    for one in earned:
        for quarter, amount in one.parts:
            desk.record(one.row, partial(one.interest, quarter, amount))
