"""The whole demo as bundles: each donor's holds, and says nothing of another donor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from mdfm_ledger import Ledger
from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.evidence.merkle import EMPTY_ROOT, leaf_hash, root_of
from mdfm_ledger.money import Amount
from mdfm_ledger.sealing.disclosure import Disclosed, disclosed_at, record_for
from mdfm_ledger.verify_bundle import verify
from tests.support.bundles import bundle, note_of
from tests.support.ledgers import counted_salts
from tests.support.signing import KEY

END = date(2021, 12, 31)


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with Ledger.open(
        "sqlite://",
        actor="finance@example.org",
        clock=lambda: datetime(2022, 1, 15, tzinfo=UTC),
        salts=counted_salts(),
    ) as ledger:
        ledger.record_all(story())
        ledger.issue_statements(term=TERM, kind="interim", as_of=END, certified_by="chief@example.org")
        yield ledger


@pytest.fixture(scope="module")
def bundles(ledger: Ledger) -> dict[str, bytes]:
    note = note_of(ledger)
    return {
        register.donor: bundle(ledger, one.reference, checkpoint=note)
        for register in ledger.documents("statement_register").values()
        for one in register.issued
    }


def test_the_bundle_of_every_donor_holds(bundles: dict[str, bytes]) -> None:
    assert len(bundles) == 20
    for raw in bundles.values():
        assert verify(raw, str(KEY)).startswith("It holds")


def test_no_bundle_names_another_donor(ledger: Ledger, bundles: dict[str, bytes]) -> None:
    donors = ledger.documents("donor")
    for owner, raw in bundles.items():
        # A donor country may be called as a city's country code is.
        text = re.sub(r'"(country|language)":"\w+"', "", plain(raw))
        for other in donors.values():
            if other.reference != owner:
                known = re.escape(other.reference)
                assert other.name not in text
                assert re.search(rf'"{known}"|(donor:|{TERM}[-/]){known}\b', text) is None


def plain(raw: bytes) -> str:
    """The text of a bundle, with that of the parts and headers in it as they are stored."""
    return raw.decode().replace('\\"', '"')


def test_no_bundle_holds_an_amount_or_document_of_another_donor(
    ledger: Ledger, bundles: dict[str, bytes]
) -> None:
    """Promises and receipts of one donor: their references and amounts stand in no other's bundle.

    Left out are amounts that the other has itself, or that are figures of the fund.
    """
    own: dict[str, set[str]] = {}
    shared: dict[str, set[str]] = {}
    for entry in ledger.entries():
        donors = {line.subaccount.donor for line in entry.lines} - {""}
        for line in entry.lines:
            donor, currency = line.subaccount.donor, line.subaccount.currency
            amount = f'"{currency} {Amount(line.minor, currency).text}"'
            found = own if len(donors) == 1 else shared
            found.setdefault(donor, set()).update([amount] if donor else [])
        if len(donors) == 1:
            own[donors.pop()].add(f'"{entry.event.reference}"')
    looked_for = 0
    for owner, raw in bundles.items():
        text = plain(raw)
        whole = json.dumps(json.loads(raw)["statement"]["fund"])
        for other, secrets in own.items():
            if other != owner:
                hidden = {one for one in secrets - own[owner] - shared.get(owner, set()) if one not in whole}
                looked_for += len(hidden)
                assert [one for one in hidden if one in text] == []
    assert looked_for > 1_000


HEADER = {
    *("about", "actor", "approved_by", "evidence", "kind", "number", "on", "parts", "parts_root"),
    *("reason", "recorded_at", "reference", "v", "value_date"),
}


def test_all_that_is_shown_of_an_entry_is_its_header_the_own_part_and_hashes(
    ledger: Ledger, bundles: dict[str, bytes]
) -> None:
    """The other way round: nothing is shown beyond a list of what may be, in any entry of the whole story.

    The event itself is shown where the entry is of that donor alone, and nowhere else.
    """
    donors_of = {
        entry.number: {*(line.subaccount.donor for line in entry.lines), entry.event.named_donor} - {""}
        for entry in ledger.entries()
    }
    shared = 0
    for owner, raw in bundles.items():
        value = json.loads(raw)
        for shown in [*value["entries"], value["issued"]]:
            assert set(shown) <= {"at", "detail", "leaf", "part", "path", "proof"}
            header, part = json.loads(shown["leaf"]), json.loads(shown["part"])
            assert set(header) <= HEADER
            assert set(part) <= {"donor", "event", "lines", "salt"}
            assert part["donor"] == owner
            is_own_alone = donors_of[header["number"]] == {owner}
            assert ("event" in part) is is_own_alone
            shared += not is_own_alone
            assert is_own_alone or "detail" not in shown
            assert all(re.fullmatch("[0-9a-f]{64}", one) for one in [*shown["path"], *shown["proof"]])
    assert shared > 100


def test_no_bundle_tells_how_much_of_a_shared_entry_is_another_donor_s(
    ledger: Ledger, bundles: dict[str, bytes]
) -> None:
    """Of an entry that several donors share, the amounts shown are those on the donor's own lines."""
    amounts: dict[tuple[int, str], set[str]] = {}
    for entry in ledger.entries():
        for line in entry.lines:
            own = amounts.setdefault((entry.number, line.subaccount.donor), set())
            own.add(f"{line.subaccount.currency} {Amount(line.minor, line.subaccount.currency).text}")
    for owner, raw in bundles.items():
        for shown in json.loads(raw)["entries"]:
            if '"event"' not in shown["part"]:
                number = json.loads(shown["leaf"])["number"]
                found = re.findall(r"[A-Z]{3} -?\d+(?:\.\d+)?\b", shown["leaf"] + shown["part"])
                assert found
                assert set(found) <= amounts[number, owner]


# -- the parts of a donor --------------------------------------------------------------------------------

ROWS = [
    (1, b'{"donor":"a","salt":"1"}'),
    (2, b'{"salt":"2"}\n{"donor":"a","salt":"3"}\n{"donor":"b","salt":"4"}'),
    (3, b'{"event":{"donor":"a"},"salt":"5"}'),
    (4, rb'{"donor":"a\",","salt":"6"}'),
]


def test_parts_are_counted_to_each_moment() -> None:
    found = disclosed_at(ROWS, [(4, "a"), (1, "a"), (2, "b"), (1, "b"), (4, 'a",')])
    parts = [b'{"donor":"a","salt":"1"}', b'{"donor":"a","salt":"3"}']
    assert found == {
        (1, "a"): Disclosed(1, leaf_hash(parts[0]).hex()),
        (4, "a"): Disclosed(2, root_of([leaf_hash(part) for part in parts]).hex()),
        (1, "b"): Disclosed(0, EMPTY_ROOT.hex()),
        (2, "b"): Disclosed(1, leaf_hash(b'{"donor":"b","salt":"4"}').hex()),
        (4, 'a",'): Disclosed(1, leaf_hash(ROWS[3][1]).hex()),
    }


def test_a_donor_is_given_its_own_part_and_the_fund_the_first() -> None:
    number, parts = ROWS[1]
    record = record_for(number, b"leaf", parts, None, "b")
    assert record is not None
    assert (record.place, record.part) == (2, b'{"donor":"b","salt":"4"}')
    fund = record_for(number, b"leaf", parts, None, "")
    assert fund is not None
    assert (fund.place, fund.part) == (0, b'{"salt":"2"}')
    assert record_for(3, b"leaf", ROWS[2][1], None, "a") is None
