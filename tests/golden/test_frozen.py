"""Frozen vectors: records of every kind, the root of the demo, a sum tree and a bundle, byte by byte.

The records in ``frozen/record-v1.json`` are for ever: were one of them read or written otherwise, ledgers
that are stored would no longer verify. ``MDFM_WRITE_FROZEN=1`` adds the record of a kind that has none yet,
and replaces none; the other vectors it writes anew, for a demo that tells more, or a bundle that shows more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mdfm_ledger.demo.story import TERM, story
from mdfm_ledger.events import EVENT_KINDS
from mdfm_ledger.evidence.holdings import fragments_by_seed, sum_root
from mdfm_ledger.evidence.merkle import leaf_hash, root_of
from mdfm_ledger.journal import JournalEntry
from mdfm_ledger.sealing import seal
from mdfm_ledger.sealing.seal import FUND, salt_in, seals_of, split_parts
from mdfm_ledger.sealing.unsealing import entry_of
from mdfm_ledger.verify_bundle import verify
from tests.support.bundles import YEAR, bundle, issue_all, note_of
from tests.support.ledgers import events, open_ledger
from tests.support.signing import KEY

FOLDER = Path(__file__).parent / "frozen"
RECORDS, TREES, BUNDLE = FOLDER / "record-v1.json", FOLDER / "trees.json", FOLDER / "bundle-v1.json"
WRITES = "MDFM_WRITE_FROZEN"
BALANCES = {"ham": 5_000_000, "med": 123_456_789, "jp": 0, "acme": 1}
SEED = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"

Record = dict[str, Any]
"""Leaf and parts as texts, the digest of the leaf, and personal details where the event has some."""

FROZEN: dict[str, Record] = json.loads(RECORDS.read_text("utf-8")) if RECORDS.exists() else {}


# -- made anew -------------------------------------------------------------------------------------------


def recorded() -> Iterator[tuple[str, Record]]:
    """The shortest record of each kind in the demo, of several parts where one of the kind has several."""
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(story())
        ledger.issue_statements(
            term=TERM,
            kind="annual",
            since=date(2021, 1, 1),
            as_of=date(2021, 12, 31),
            certified_by="chief@example.org",
        )
        rows = ledger._connection.exec_driver_sql(
            "SELECT kind, leaf, parts, detail, seal FROM entry LEFT JOIN personal_detail USING (number)"
            " ORDER BY kind, instr(parts, char(10)) > 0, length(leaf) + length(parts) DESC, number"
        ).all()
        ledger._connection.rollback()
    # Put into a dict the last of a kind stays.
    for kind, leaf, parts, detail, sealed in rows:
        texts = [part.decode() for part in split_parts(parts)]
        record: Record = {"leaf": leaf.decode(), "parts": texts, "seal": sealed.hex()}
        yield kind, {**record, "detail": detail.decode()} if detail else record


def trees() -> dict[str, object]:
    """The demo's root, and a sum tree's."""
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(story())
        (head,) = ledger.checkpoints(KEY.name)
    fragments = fragments_by_seed(BALANCES, SEED)
    root, total = sum_root(fragments)
    return {
        "demo": {"size": head.size, "root": head.root.hex()},
        "sum tree": {
            "balances": BALANCES,
            "seed": SEED,
            "fragments": len(fragments),
            "first": fragments[0].node[0].hex(),
            "root": root.hex(),
            "total": total,
        },
    }


def made_bundle() -> bytes:
    """A bundle with all it may hold: published holdings, and the proof of an earlier checkpoint."""
    with open_ledger("sqlite://") as ledger:
        ledger.record_all(events())
        held = note_of(ledger)
        ledger.publish_holdings("H-1", as_of=YEAR)
        issue_all(ledger)
        return bundle(ledger, earlier=[held])


def as_file(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.fixture(scope="module", autouse=True)
def written() -> None:
    """Write anew what is asked for; of records only those of kinds that have none."""
    if os.environ.get(WRITES):
        FOLDER.mkdir(exist_ok=True)
        FROZEN.update({kind: record for kind, record in recorded() if kind not in FROZEN})
        RECORDS.write_text(as_file(FROZEN), "utf-8")
        TREES.write_text(as_file(trees()), "utf-8")
        BUNDLE.write_bytes(made_bundle())


# -- for ever --------------------------------------------------------------------------------------------


def again(record: Record) -> Record:
    """The record read into an entry, and the entry sealed again with the salts that it had."""
    parts, detail = [part.encode() for part in record["parts"]], record.get("detail", "").encode()
    entry = entry_of(record["leaf"].encode(), b"\n".join(parts), detail or None)
    made = seals_of([entry], partial(next, salts_of(record, entry)))[0]
    texts = [part.decode() for part in split_parts(made.parts)]
    found: Record = {"leaf": made.leaf.decode(), "parts": texts, "seal": made.digest.hex()}
    return {**found, "detail": made.detail.decode()} if made.detail else found


def salts_of(record: Record, entry: JournalEntry) -> Iterator[str]:
    """The salts as they are asked for: of the details, of the donors as the lines name them, of the fund."""
    if "detail" in record:
        yield json.loads(record["detail"])["salt"]
    of = {json.loads(part).get("donor", FUND): salt_in(part) for part in record["parts"]}
    fund = of.pop(FUND, "")
    named = dict.fromkeys(line.subaccount.donor for line in entry.lines if line.subaccount.donor)
    yield from (of[donor] for donor in named or of)
    yield fund


def test_every_kind_of_event_has_its_record() -> None:
    assert FROZEN.keys() == EVENT_KINDS.keys(), f"run with {WRITES}=1 for a kind that is new"
    assert any("detail" in record for record in FROZEN.values())
    assert sum(len(record["parts"]) > 2 for record in FROZEN.values()) > 10


@pytest.mark.parametrize("kind", sorted(EVENT_KINDS))
def test_a_record_is_read_and_written_as_it_always_was(kind: str) -> None:
    record = FROZEN[kind]
    assert again(record) == record
    leaf = json.loads(record["leaf"])
    assert (leaf["kind"], leaf["v"]) == (kind, 1)
    assert leaf["parts_root"] == root_of([leaf_hash(part.encode()) for part in record["parts"]]).hex()
    if "detail" in record:
        assert f'"personal":"{leaf_hash(record["detail"].encode()).hex()}"' in "".join(record["parts"])


def test_a_bundle_of_then_holds() -> None:
    said = verify(BUNDLE.read_bytes(), str(KEY))
    assert said.startswith("It holds: statement 2020-2021-ham-001.1 to ham, closing at USD ")


# -- as they are now -------------------------------------------------------------------------------------


def test_the_roots_of_the_demo_and_of_a_sum_tree_are_what_they_were() -> None:
    assert trees() == json.loads(TREES.read_text("utf-8"))


def test_a_bundle_is_made_as_it_was() -> None:
    assert made_bundle() == BUNDLE.read_bytes()


# -- controls --------------------------------------------------------------------------------------------


def _capitals(wrapped: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    return lambda value: wrapped({**value, "salt": value["salt"].upper()})


def _other_rule(wrapped: Callable[[Sequence[str]], str]) -> Callable[[Sequence[str]], str]:
    return lambda texts: wrapped(texts).replace('"lines":[', '"lines": [')


CONTROLS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "the salt of details in capitals": ("canonical", _capitals, "register_donor"),
    "a blank before lines": ("_lines_member", _other_rule, "allocation"),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_the_control_a_change_of_the_format_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    what, change, kind = CONTROLS[name]
    monkeypatch.setattr(seal, what, change(getattr(seal, what)))
    assert again(FROZEN[kind]) != FROZEN[kind]


def test_the_control_another_event_has_another_record() -> None:
    record = FROZEN["receipt"]
    parts = [part.replace('"bank_reference":"', '"bank_reference":"X') for part in record["parts"]]
    assert again({**record, "parts": parts})["seal"] != record["seal"]
