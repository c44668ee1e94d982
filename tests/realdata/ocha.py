"""Every contribution to the UN pooled funds as events, in booked dollars, with every row accounted for.

One term holds all years, because the table has no terms; its budget has one line for each pooled
fund. A contribution code is one pledge: what was paid on it and what is still outstanding. Each
row with money paid is a receipt on that pledge, so that a code that repeats is a pledge paid in parts.
What the library refuses is listed with the library's own reason; nothing is repaired on the way.

Run it as a script to see the figures: ``python tests/realdata/ocha.py [CSV.GZ] [LEDGER]``.
"""

from __future__ import annotations

import csv
import gzip
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from attrs import Factory, define, frozen

from mdfm_ledger import (
    Amount,
    Area,
    BudgetLine,
    BudgetPlan,
    Ledger,
    Names,
    OpenBankAccount,
    OpenTerm,
    Pledge,
    Receipt,
    RegisterDonor,
)
from mdfm_ledger.errors import RejectedError
from mdfm_ledger.event import Event
from mdfm_ledger.fields import parse_day

TERM = "UN-POOLED-FUNDS"
BANK = "OCHA-USD"
UNKNOWN_DAY = "1900-01-01"
"""What the table writes where it does not know when a contribution was pledged."""

_KINDS = {
    "Member State": "country",
    "Observer": "country",
    "Regional Local Authority": "member_city",
    "Private Contributions through UNF": "foundation",
}


@frozen(kw_only=True)
class RefusedPart:
    """A part of a row that could not be recorded: the row's number in the file, and why."""

    row: int
    donor: str
    part: str
    amount: str
    code: str
    reason: str


@define(kw_only=True)
class Contribution:
    """What the rows of one contribution code say, as far as the library accepts it."""

    code: str
    donor: str
    on: date
    status: str
    promised: int = 0
    receipts: list[tuple[int, date, Amount]] = Factory(list)


@define(kw_only=True)
class Import:
    """The events of a table, and what became of each of its rows."""

    rows: int = 0
    donors: dict[str, str] = Factory(dict)
    funds: set[str] = Factory(set)
    contributions: dict[str, Contribution] = Factory(dict)
    recorded_rows: set[int] = Factory(set)
    refused: list[RefusedPart] = Factory(list)

    def events(self) -> Iterator[Event]:
        """The events, donors first, each pledge before its receipts."""
        yield OpenTerm(
            reference=TERM, starts_on=date(2005, 1, 1), ends_on=date(2028, 12, 31), plan=self._plan()
        )
        yield OpenBankAccount(reference=BANK, name="Booked dollars of the pooled funds", currency="USD")
        for name, kind in self.donors.items():
            yield RegisterDonor(reference=name, name=name, kind=kind)
        for one in self.contributions.values():
            yield Pledge(
                reference=one.code,
                term=TERM,
                donor=one.donor,
                amount=Amount(one.promised, "USD"),
                on=one.on,
                status=one.status,
            )
            for row, paid_on, amount in one.receipts:
                yield Receipt(
                    reference=f"{one.code}#{row}",
                    pledge=one.code,
                    amount=amount,
                    on=paid_on,
                    bank_account=BANK,
                    bank_reference=one.code,
                )

    def _plan(self) -> BudgetPlan:
        lines = tuple(
            BudgetLine(code=name, area="CBPF", amount=Amount(10**13, "USD"), names=Names(en=name))
            for name in sorted(self.funds)
        )
        areas = (Area(code="CBPF", names=Names(en="Pooled funds")),)
        return BudgetPlan(name="pooled-funds", areas=areas, lines=lines)


def status_of(row: Mapping[str, str]) -> str:
    """Announced while CERF still waits for the donor's word; signed once it has it."""
    return "announced" if row["ContributionStatus"] in ("Pipeline", "Pledge") else "signed"


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of the table as they stand."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def import_rows(rows: Iterable[dict[str, str]]) -> Import:
    """The events of the table, and every part of a row that is refused."""
    found = Import()
    for number, row in enumerate(rows, start=1):
        found.rows = number
        if not row["DonorName"]:
            _refuse(found, number, row, "PaidAmt", "invalid-field", "the row names no donor")
            continue
        found.donors.setdefault(row["DonorName"], _KINDS.get(row["DonorType"], "other_private"))
        found.funds.add(row["PooledFundName"])
        paid = _accepted(found, number, row, "PaidAmt")
        outstanding = _accepted(found, number, row, "PledgeAmt")
        if paid or outstanding:
            found.recorded_rows.add(number)
            _add(found, number, row, paid, outstanding)
        elif not any(part.row == number for part in found.refused):
            _refuse(
                found, number, row, "PaidAmt", "invalid-amount", "nothing was paid and nothing is outstanding"
            )
    return found


def _accepted(found: Import, number: int, row: dict[str, str], column: str) -> Amount | None:
    """The amount of a column where there is one that the library accepts as a pledge or receipt."""
    try:
        amount = Amount.parse(row[column], "USD")
        if amount.is_zero:
            return None
        Pledge(reference="check", term=TERM, donor="check", amount=amount, on=date(2020, 1, 1))
    except RejectedError as error:
        _refuse(found, number, row, column, error.code, str(error))
        return None
    return amount


def _refuse(found: Import, number: int, row: dict[str, str], part: str, code: str, reason: str) -> None:
    found.refused.append(
        RefusedPart(row=number, donor=row["DonorName"], part=part, amount=row[part], code=code, reason=reason)
    )


def _add(
    found: Import, number: int, row: dict[str, str], paid: Amount | None, outstanding: Amount | None
) -> None:
    # The table writes 1900-01-01 for an unknown day: the money itself is then the first sign of it.
    pledged_on = row["PledgeDate"] if row["PledgeDate"] != UNKNOWN_DAY else row["PaidDate"]
    code = row["ContributionCode"]
    one = found.contributions.get(code)
    if one is None:
        one = found.contributions[code] = Contribution(
            code=code,
            donor=row["DonorName"],
            on=parse_day(pledged_on),
            status=status_of(row),
        )
    assert one.donor == row["DonorName"], "a contribution code is one donor's"
    for amount in (paid, outstanding):
        one.promised += amount.minor if amount else 0
    if paid:
        one.receipts.append((number, parse_day(row["PaidDate"]), paid))


def file_sums(rows: Iterable[dict[str, str]], column: str) -> dict[str, Decimal]:
    """A column added up per donor, straight from the file."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row["DonorName"]] = sums.get(row["DonorName"], Decimal(0)) + Decimal(row[column])
    return sums


def refused_sums(found: Import, column: str) -> dict[str, Decimal]:
    """What was refused of a column, per donor."""
    sums: dict[str, Decimal] = {}
    for part in found.refused:
        if part.part == column:
            sums[part.donor] = sums.get(part.donor, Decimal(0)) + Decimal(part.amount)
    return sums


def main(table: str, ledger_path: str) -> None:
    """Import the table into a new ledger and print what came of it."""
    rows = read_rows(Path(table))
    began = time.perf_counter()
    found = import_rows(rows)
    events = list(found.events())
    with Ledger.open(f"sqlite:///{ledger_path}", actor="import@example.org") as ledger:
        results = ledger.record_all(events)
        recorded = time.perf_counter()
        fund = ledger.report("sources_and_uses", term=TERM)
        verification = ledger.verify()
        ties = ledger.report("tie_out", term=TERM)
    refused = found.rows - len(found.recorded_rows)
    print(f"{found.rows} rows: {len(found.recorded_rows)} recorded, {refused} refused")
    for part in found.refused:
        print(f"  row {part.row}: {part.donor}: {part.part} {part.amount}: {part.code}: {part.reason}")
    print(f"{len(results)} events, {len(found.donors)} donors, {len(found.contributions)} pledges")
    outstanding = Amount(sum(one.outstanding.minor for one in fund.contributors), "USD")
    print(f"received {fund.sources}, outstanding {outstanding}")
    clean = f"{len(verification.findings)} findings; tie-out {ties.holds}"
    print(f"verify: {verification.entries} entries, {clean}")
    print(f"recorded in {recorded - began:.2f} s, all in {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:3])
