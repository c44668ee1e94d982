"""The record of an entry: what a leaf and its parts hold, who is shown which, and frozen test vectors."""

from __future__ import annotations

import json
from datetime import date

import pytest

from mdfm_ledger import Redaction, errors
from mdfm_ledger.canonical import canonical, canonical_text
from mdfm_ledger.codec import line_to_json
from mdfm_ledger.event import Event
from mdfm_ledger.evidence.merkle import leaf_hash, root_of
from mdfm_ledger.journal import JournalEntry, OwnAmount, credit, debit, subaccount
from mdfm_ledger.rates import UNITS_PER_DOLLAR, RateUsed
from mdfm_ledger.schema_files import schema_files
from mdfm_ledger.sealing.seal import Seal, seals_of, split_parts
from mdfm_ledger.sealing.unsealing import entry_of, event_of
from mdfm_ledger.sealing.written_line import line_texts
from tests.support.bookkeeping import TERM, Desk, allocation, expenditure, pledge, receipt
from tests.support.ledgers import counted_salts


def sealed(event: Event, *before: Event) -> tuple[JournalEntry, Seal]:
    entry = Desk(*before).post(event).entry
    return entry, seals_of([entry], counted_salts())[0]


def parts_of(seal: Seal) -> list[dict[str, object]]:
    return [json.loads(part) for part in split_parts(seal.parts)]


BEFORE = (receipt(), receipt("R-9", "600.00", donor="med", earmark="1.1"))
CASES: dict[str, tuple[Event, ...]] = {
    "a promise": (pledge(),),
    "money on a promise": (receipt("R-2", pledge="P-1"), pledge()),
    "a pool": (allocation(amount="1200.00"), *BEFORE),
    "spending": (expenditure(country="SN"), *BEFORE, allocation(amount="1200.00")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_record_is_canonical_valid_by_its_schemas_and_comes_back(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    files = schema_files()
    entry, seal = sealed(*CASES[name])
    for text, schema in (
        (seal.leaf, "leaf.v1.json"),
        *((part, "part.v1.json") for part in split_parts(seal.parts)),
    ):
        assert canonical(json.loads(text)) == text
        jsonschema.validate(json.loads(text), json.loads(files[schema]))
    assert seal.digest == leaf_hash(seal.leaf)
    root = root_of([leaf_hash(part) for part in split_parts(seal.parts)])
    assert json.loads(seal.leaf)["parts_root"] == root.hex()
    assert entry_of(seal.leaf, seal.parts, None) == entry
    assert event_of(seal.parts, None) == entry.event


def test_the_record_and_its_digest_are_what_they_were() -> None:
    """A test vector: should it change, stored ledgers no longer verify."""
    _, seal = sealed(receipt(amount="12.50", value_date=date(2020, 2, 28), evidence="ab" * 32))
    assert seal.parts.decode() == (
        '{"lines":[{"account":"1010","bank_account":"uil","debit":"USD 12.50",'
        '"term":"2020-2021"}],"order":[0,1,1,1],"salt":"6b86b273ff34fce19d6b804eff5a3f57"}\n'
        '{"donor":"ham","event":{"amount":"USD 12.50","bank_account":"uil","bank_reference":"B/R-1",'
        '"donor":"ham","event":"receipt","evidence":"' + "ab" * 32 + '","on":"2020-03-02",'
        '"reference":"R-1","term":"2020-2021","value_date":"2020-02-28"},'
        '"lines":[{"account":"2010","credit":"USD 12.50","term":"2020-2021"},'
        '{"account":"8100","debit":"USD 12.50","term":"2020-2021"},'
        '{"account":"8110","credit":"USD 12.50","term":"2020-2021"}],'
        '"salt":"5feceb66ffc86f38d952786c6d696c79"}'
    )
    assert seal.leaf.decode() == (
        '{"actor":"finance@example.org","evidence":"' + "ab" * 32 + '","kind":"receipt","number":6,'
        '"on":"2020-03-02","parts":2,'
        '"parts_root":"840309f552cb00530844a713c4b7c462345c590a59bb92f407a894872d578b77",'
        '"recorded_at":"2022-01-15T09:30:00.000000Z","reference":"R-1","v":1,"value_date":"2020-02-28"}'
    )
    assert seal.digest.hex() == "3346a98731382ef40d39802fabc2d05cf282fed53314362860c9e0de8e14492f"


def test_a_part_is_of_one_donor_and_tells_nothing_of_the_others() -> None:
    for name in ("a pool", "spending"):
        entry, seal = sealed(*CASES[name])
        fund, *donors = parts_of(seal)
        assert {str(part["donor"]) for part in donors} == {"ham", "med"}
        assert "donor" not in fund
        assert [name for name, part in enumerate([fund, *donors]) if "event" in part] == [0]
        for part in donors:
            text = json.dumps(part)
            assert not any(other in text for other in {"ham", "med"} - {part["donor"]})
        own = [line.signed for line in entry.lines if line.subaccount.donor == donors[0]["donor"]]
        assert len(own) == len(list(donors[0]["lines"]))  # type: ignore[call-overload]  # a list


def test_an_event_of_one_donor_is_in_its_part() -> None:
    _, seal = sealed(*CASES["money on a promise"])
    fund, donor = parts_of(seal)
    assert ("event" in fund, donor["donor"], "event" in donor) == (False, "ham", True)


def test_lines_are_the_canonical_text_of_their_values_without_the_donor() -> None:
    rate = RateUsed(rate="0.8", quoted=UNITS_PER_DOLLAR, source="un", since=date(2020, 3, 1))
    bank = subaccount("1010", term=TERM, bank_account="uil")
    places = [
        subaccount("8110", term=term, donor=donor, earmark=earmark)
        for term, donor, earmark in (
            (TERM, "ham", ""),
            (TERM, "muc", ""),
            (TERM, "ham", "1.1"),
            ("next", "ham", ""),
        )
    ]
    lines = [
        make(place, minor) for make in (debit, credit) for minor, place in enumerate((bank, *places), start=7)
    ]
    lines.append(debit(bank, 1_000_00, OwnAmount(800_00, "EUR", rate)))
    lines.append(credit(bank, 1_000_00, OwnAmount(800_00, "EUR", rate)))
    lines += [
        debit(subaccount("8020", term=TERM, donor="ham", pledge=pledge), 7) for pledge in ("P-1", 'P "2"')
    ]
    plain = [line_to_json(line) for line in lines]
    assert line_texts(lines) == [
        canonical_text({name: value for name, value in line.items() if name != "donor"}) for line in plain
    ]
    assert len(set(line_texts(lines))) == len(lines)


def test_parts_of_donors_stand_in_the_order_of_their_salts() -> None:
    _, seal = sealed(*CASES["a pool"])
    salts = [str(part["salt"]) for part in parts_of(seal)[1:]]
    assert salts == sorted(salts)
    assert len(set(salts)) == 2


# -- personal details --------------------------------------------------------------------------------


def test_names_and_contacts_are_kept_apart_under_a_salted_digest() -> None:
    from mdfm_ledger import RegisterDonor

    event = RegisterDonor(
        reference="d-7", name="Ada Example", contact="ada@example.org", kind="other_private"
    )
    entry, seal = sealed(event)
    assert b"Ada" not in seal.leaf + seal.parts
    assert json.loads(seal.detail)["contact"] == "ada@example.org"
    (part,) = parts_of(seal)
    assert part["event"]["personal"] == leaf_hash(seal.detail).hex()  # type: ignore[index]  # an object
    assert entry_of(seal.leaf, seal.parts, seal.detail) == entry
    erased = event_of(seal.parts, None)
    assert (erased.reference, getattr(erased, "name"), getattr(erased, "contact")) == (  # noqa: B009 - of its kind
        "d-7",
        "[withheld]",
        "[withheld]",
    )
    assert event.as_recorded(erased) == erased


def test_a_kind_with_details_that_gives_none_has_none() -> None:
    from mdfm_ledger import OpenBankAccount

    _, seal = sealed(OpenBankAccount(reference="b", name="Bank", currency="USD"))
    assert seal.detail == b""
    assert "personal" not in parts_of(seal)[0]["event"]  # type: ignore[operator]  # an object


def test_only_what_is_registered_can_be_redacted() -> None:
    redaction = Redaction(
        reference="RD-1",
        on=date(2020, 6, 1),
        document_kind="donor",
        document_reference="nobody",
        reason="asked for",
        approved_by="director@example.org",
    )
    with pytest.raises(errors.UnknownDocumentError, match="nobody"):
        Desk().post(redaction)


def test_parts_that_are_none_say_so() -> None:
    with pytest.raises(errors.CorruptLedgerError):
        event_of(b"nothing", None)
