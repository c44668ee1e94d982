"""Statement bundles: what holds is said, whatever is changed is refused with its reason, nothing leaks."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import mdfm_ledger.verify_bundle
from mdfm_ledger import Ledger, Redaction
from mdfm_ledger.canonical import canonical
from mdfm_ledger.errors import BundleRefusedError, ForkedLedgerError, NoteRefusedError, UnknownDocumentError
from mdfm_ledger.evidence.checkpoint import Checkpoint, signed_note
from mdfm_ledger.sealing.disclosure import Disclosed, Record, disclosed_by
from mdfm_ledger.store.reading import JournalReader
from mdfm_ledger.store.tree import TreeReader
from mdfm_ledger.verify_bundle import (
    UNREADABLE,
    Entry,
    RefusedError,
    checkpoint_of,
    key_of,
    main,
    require_account,
    require_pledges,
    say,
    verify,
)
from tests.support.bookkeeping import pledge, receipt
from tests.support.bundles import YEAR, bundle, changed, issue_all, ledger_with_statements, note_of
from tests.support.ledgers import events, open_ledger, without_guards
from tests.support.profile import figure
from tests.support.pythons import VERSIONS, python_of
from tests.support.signing import KEY, sign

VERIFIER = Path(mdfm_ledger.verify_bundle.__file__)
OTHER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with ledger_with_statements(tmp_path_factory.mktemp("books") / "l.db") as ledger:
        yield ledger


@pytest.fixture(scope="module")
def raw(ledger: Ledger) -> bytes:
    return bundle(ledger)


def refuses(raw: bytes, reason: str, key: str = str(KEY), held: str | None = None) -> None:
    with pytest.raises(RefusedError, match=reason):
        verify(raw, key, held)


# -- what holds ----------------------------------------------------------------------------------------


def test_an_honest_bundle_holds_and_one_sentence_says_what(raw: bytes) -> None:
    said = verify(raw, str(KEY))
    assert said.startswith("It holds: statement 2020-2021-ham-001.1 to ham, closing at USD ")
    assert "which are complete; no published total" in said
    assert "\n" not in said


def test_every_donor_s_bundle_holds(ledger: Ledger) -> None:
    for reference in ("2020-2021-ham-001.1", "2020-2021-med-001.1"):
        assert verify(bundle(ledger, reference), str(KEY))


def test_a_bundle_is_the_same_whenever_it_is_made(ledger: Ledger, raw: bytes) -> None:
    assert bundle(ledger) == raw


@pytest.mark.parametrize("minor", VERSIONS)
def test_a_bare_python_checks_it(minor: int, raw: bytes, tmp_path: Path) -> None:
    """No site packages, no environment, no package of ours: the file alone."""
    script, file = tmp_path / "verify_bundle.py", tmp_path / "bundle.json"
    script.write_bytes(VERIFIER.read_bytes())
    file.write_bytes(raw)
    quiet: dict[str, Any] = {"cwd": tmp_path, "env": {}, "capture_output": True, "text": True}
    bare = [python_of(minor), "-I", "-S", str(script), str(file), "--key"]
    done = subprocess.run([*bare, str(KEY)], check=False, **quiet)
    assert (done.returncode, done.stdout[:9], done.stderr) == (0, "It holds:", "")
    done = subprocess.run([*bare, OTHER], check=False, **quiet)
    assert (done.returncode, done.stdout[:17], done.stderr) == (1, "It does not hold:", "")


def test_the_command_line_says_and_returns_what_holds(
    raw: bytes, ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, held = tmp_path / "bundle.json", tmp_path / "note.txt"
    file.write_bytes(raw)
    held.write_text(note_of(ledger))
    assert main([str(file), "--key", str(KEY), "--held", str(held)]) == 0
    assert main([str(file), "--key", OTHER]) == 1
    assert main([str(tmp_path / "nothing"), "--key", str(KEY)]) == 1
    file.write_bytes(b"\xff")
    assert main([str(file), "--key", str(KEY)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said] == ["It holds", *["It does not hold"] * 3]
    for wrong in ([str(file)], [str(file), "--key", str(KEY), "--held", str(tmp_path / "nothing")]):
        with pytest.raises(SystemExit) as stopped:
            main(wrong)
        assert stopped.value.code == 2


FORGED = "1\r\x1b[2KIt holds: statement 2020-2021-ham-001.1 to ham.\x1b[8m\u202e\u2028\n"


@pytest.mark.parametrize("member", ["number", "kind", "on", "v"])
def test_a_hostile_file_cannot_make_the_verifier_seem_to_say_something_else(
    member: str, raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed of a file that does not hold is plain characters on one line that says so."""

    def forge(value: Any) -> None:
        header = json.loads(value["issued"]["leaf"])
        value["issued"]["leaf"] = canonical({**header, member: FORGED}).decode()

    file = tmp_path / "bundle.json"
    for forged in (changed(raw, forge), changed(raw, lambda v: v.update({"bundle": FORGED}))):
        file.write_bytes(forged)
        assert main([str(file), "--key", str(KEY)]) == 1
        said = capsys.readouterr().out
        assert said.startswith("It does not hold: ")
        assert re.fullmatch(r"[ -~]{,1000}\n", said)
        assert "It holds" not in said


def test_what_is_printed_is_plain_and_not_too_long(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"It does not hold: {FORGED}{' ' * 5_000}It holds{'!' * 5_000}")
    said = capsys.readouterr().out
    assert re.fullmatch(r"[ -~]{,1000}\n", said)
    assert "\\x1b[2KIt holds" in said
    assert "  " not in said


def test_a_bundle_needs_no_more_than_the_donor_s_entries(tmp_path: Path) -> None:
    """Where its lines do not lead to all of them, since rows are gone, every entry is read."""
    path = tmp_path / "l.db"
    with ledger_with_statements(path) as ledger:
        honest, note = bundle(ledger), note_of(ledger)
        with ledger._reading():
            tree = TreeReader(ledger._connection)
            own = [record.number for record in tree._own_records("ham", 12)]
    assert len(own) < 12

    def attack(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM line WHERE number = ?", (own[1],))

    without_guards(path, attack)
    with open_ledger(path) as ledger, ledger._reading():
        tree = TreeReader(ledger._connection)
        assert [record.number for record in tree._own_records("ham", 12)] != own
        expected = Disclosed(
            len(own), json.loads(json.loads(honest)["issued"]["part"])["event"]["parts_root"]
        )
        assert [record.number for record in tree.records("ham", 12, expected=expected)] == own
    assert verify(honest, str(KEY), note)


def test_a_bundle_of_a_record_that_was_altered_is_not_handed_out(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    with ledger_with_statements(path) as ledger:
        note = note_of(ledger)

    def attack(connection: sqlite3.Connection) -> None:
        changed = "UPDATE entry SET leaf = CAST(replace(leaf, 'R-1', 'R-9') AS BLOB) WHERE reference = 'R-1'"
        assert connection.execute(changed).rowcount == 1

    without_guards(path, attack)
    with (
        open_ledger(path) as ledger,
        pytest.raises(BundleRefusedError, match=r"would not hold: entry \d+ is not in the ledger"),
    ):
        bundle(ledger, checkpoint=note)


def test_the_limit_what_was_left_out_at_issue_is_found_in_the_ledger_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An office seals less than the donor has: an expenditure and its reversal, which add up to nothing.

    The bundle is complete as to what was sealed, and holds. Whoever verifies the ledger counts anew.
    """
    hidden = ("E-2", "RV-1")
    records, recorded = TreeReader.records, JournalReader.disclosed

    def some(tree: TreeReader, donor: str, last: int, *, expected: Disclosed) -> Iterator[Record]:
        all_of_them = records(tree, donor, last, expected=expected)
        return (one for one in all_of_them if json.loads(one.leaf)["reference"] not in hidden)

    def fewer(reader: JournalReader, moments: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Disclosed]:
        tree, wanted = TreeReader(reader._connection), list(moments)
        honest = recorded(reader, wanted)
        return {one: disclosed_by(some(tree, one[1], one[0], expected=honest[one])) for one in wanted}

    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        with monkeypatch.context() as patch:
            patch.setattr(JournalReader, "disclosed", fewer)
            issue_all(ledger)
            patch.setattr(TreeReader, "records", some)
            raw = bundle(ledger)
        assert "which are complete" in verify(raw, str(KEY))
        assert not [one for one in json.loads(raw)["entries"] if '"E-2"' in one["leaf"]]
        found = [str(one) for one in ledger.verify().findings]
        assert found
        assert all(one.startswith("statements: entry ") for one in found)


# -- what is changed -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_change_of_any_bit_is_refused(raw: bytes) -> None:
    """Every bit in the nightly profile, a tenth of them in the gate, others each time the bundle changes."""
    bits = range(len(raw) * 8)
    for bit in random.Random(raw).sample(bits, len(bits) // figure(nightly=1, gate=10)):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises((RefusedError, *UNREADABLE)):
            verify(bytes(flipped), str(KEY))


def test_a_change_of_any_bit_of_the_key_is_refused(raw: bytes) -> None:
    for at, bit in ((at, bit) for at in range(len(str(KEY))) for bit in range(7)):
        flipped = bytearray(str(KEY).encode())
        flipped[at] ^= 1 << bit
        with pytest.raises((RefusedError, *UNREADABLE)):
            verify(raw, flipped.decode())


def without(at: int) -> Callable[[Any], object]:
    return lambda value: value["entries"].pop(at)


def swapped(value: Any) -> None:
    value["entries"][0], value["entries"][1] = value["entries"][1], value["entries"][0]


def rewritten(where: str, old: str, new: str) -> Callable[[Any], object]:
    def change(value: Any) -> None:
        found = [one for one in value["entries"] if old in one[where]]
        found[0][where] = found[0][where].replace(old, new)

    return change


def set_to(path: str, new: object) -> Callable[[Any], object]:
    def change(value: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        for step in steps:
            value = value[step]
        value[last] = new

    return change


CHANGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "the first entry omitted": (without(0), "not complete"),
    "the last entry omitted": (without(-1), "not complete"),
    "an entry twice": (lambda v: v["entries"].append(v["entries"][-1]), "order of their numbers"),
    "two entries swapped": (swapped, "order of their numbers"),
    "an amount altered": (rewritten("part", "400.00", "500.00"), "no part of it"),
    "a header altered": (rewritten("leaf", '"on":"2020-0', '"on":"2021-0'), "not in the ledger"),
    "a number altered": (rewritten("leaf", '"number":6', '"number":7'), "not in the ledger"),
    "a part of elsewhere": (set_to("entries/1/at", 9), "a place that its tree does not have"),
    "a proof cut short": (lambda v: v["entries"][0]["proof"].pop(), "longer or shorter"),
    "a proof made longer": (lambda v: v["entries"][0]["proof"].append("00" * 32), "longer or shorter"),
    "a hash in capitals": (
        lambda v: v["entries"][0]["proof"].append(v["entries"][0]["proof"].pop().upper()),
        "plain hex",
    ),
    "a short hash": (set_to("entries/0/proof/0", "00"), "plain hex"),
    "an entry with more": (set_to("entries/0/more", 1), "malformed"),
    "a figure altered": (set_to("statement/closing", "USD 1.00"), "not the one that was issued"),
    "another name": (set_to("statement/donor/name", "Somebody"), "not the one registered"),
    "another donor": (set_to("statement/donor/reference", "med"), "another donor"),
    "details altered": (rewritten("detail", "Hamburg", "Homburg"), "not those sealed"),
    "something added": (set_to("more", 1), "other members"),
    "another format": (set_to("bundle", 2), "no bundle of format 1"),
    "a note signed twice": (
        lambda v: v.update(checkpoint=v["checkpoint"] + v["checkpoint"].rpartition("\n\n")[2]),
        "not signed once",
    ),
    "a note without signature": (lambda v: v.update(checkpoint="text\n"), "not signed once"),
    "another size signed": (
        lambda v: v.update(checkpoint=v["checkpoint"].replace("\n14\n", "\n15\n")),
        "the signature does not hold",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_refused_with_its_reason(raw: bytes, name: str) -> None:
    change, reason = CHANGES[name]
    if name == "details altered":
        change = of_detail
    assert changed(raw, change) != raw
    refuses(changed(raw, change), reason)


def test_the_control_without_its_checks_the_verifier_accepts_what_was_changed(
    raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Omitted, swapped, doubled or altered: what refuses it is the checks, and not that it cannot be read."""
    monkeypatch.setattr(mdfm_ledger.verify_bundle, "require", lambda holds, reason: None)
    accepted = []
    for name, (change, _) in CHANGES.items():
        with suppress(RefusedError, *UNREADABLE):
            verify(changed(raw, of_detail if name == "details altered" else change), str(KEY))
            accepted.append(name)
    assert {"the first entry omitted", "two entries swapped", "an entry twice", "an amount altered"} <= {
        *accepted
    }
    assert len(accepted) > len(CHANGES) // 2


def of_detail(value: Any) -> None:
    (one,) = [one for one in value["entries"] if "detail" in one]
    one["detail"] = one["detail"].replace('"name":"', '"name":"X')


def test_trailing_data_and_other_spellings_are_refused(raw: bytes) -> None:
    refuses(raw + b" ", "canonical form")
    refuses(raw + b"\n", "canonical form")
    refuses(raw.replace(b'":', b'": ', 1), "canonical form")
    refuses(json.dumps(json.loads(raw), sort_keys=True).encode(), "canonical form")
    for number in (b"1.0", b"1e0", b"NaN"):
        with pytest.raises(ValueError, match="invalid literal"):
            verify(raw.replace(b'"bundle":1', b'"bundle":' + number), str(KEY))


def test_base64_in_another_spelling_is_refused(raw: bytes) -> None:
    def other(value: Any) -> None:
        note: str = value["checkpoint"]
        before, root, after = note.partition("=\n")[0], "=", note.partition("=\n")[2]
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        last = letters[letters.index(before[-1]) + 1]
        text = f"{before[:-1]}{last}{root}\n{after}"
        value["checkpoint"] = signed_note(text.partition("\n\n")[0] + "\n", KEY, sign)

    refuses(changed(raw, other), "canonical base64")


def test_the_proof_of_another_statement_is_refused(ledger: Ledger, raw: bytes) -> None:
    other = json.loads(bundle(ledger, "2020-2021-med-001.1"))
    refuses(changed(raw, lambda v: v.update(issued=other["issued"])), "another donor")
    refuses(changed(raw, lambda v: v.update(statement=other["statement"])), "another donor")
    refuses(changed(raw, lambda v: v.update(entries=other["entries"])), "not the donor's")
    no_issue = changed(raw, lambda v: v.update(issued=v["entries"][0]))
    refuses(no_issue, "issues no statement")


def test_another_key_and_another_name_are_refused(raw: bytes) -> None:
    refuses(raw, "not signed once, by PeterNeumann", key=OTHER)
    for bad in ("", "name", KEY.name, f"{KEY.name}+00000000+", str(KEY)[:-1], str(KEY) + "A"):
        with pytest.raises((RefusedError, *UNREADABLE)):
            verify(raw, bad)
    name, hashed, encoded = str(KEY).split("+", 2)
    refuses(raw, "hash in the key", key=f"{name}+{int(hashed, 16) ^ 1:08x}+{encoded}")


def test_an_old_checkpoint_does_not_cover_a_later_entry(ledger: Ledger, raw: bytes) -> None:
    (old, _) = ledger.checkpoints(KEY.name, [12])
    note = signed_note(old.text, KEY, sign)
    refuses(changed(raw, lambda v: v.update(checkpoint=note)), "later than the checkpoint|not in the ledger")
    with pytest.raises(NoteRefusedError, match="covers 12 entries"):
        bundle(ledger, checkpoint=note)


def test_a_checkpoint_says_nothing_more(raw: bytes, ledger: Ledger) -> None:
    text = ledger.checkpoints(KEY.name)[-1].text
    for other in (text + "more\n", text.replace(KEY.name, "other"), text.replace("\n14", "\n014")):
        note = signed_note(other, KEY, sign)
        refuses(changed(raw, set_to("checkpoint", note)), "state name, size and root|plain number")


# -- forks and earlier checkpoints -----------------------------------------------------------------------


def test_an_earlier_checkpoint_is_proved_to_be_kept(tmp_path: Path) -> None:
    with ledger_with_statements(tmp_path / "l.db") as ledger:
        held = note_of(ledger)
        ledger.record(receipt("R-7", "70.00"))
        issue_all(ledger)
        raw = bundle(ledger, "2020-2021-ham-001.2", earlier=[held])
        assert verify(raw, str(KEY), held)
        assert verify(raw, str(KEY), note_of(ledger))
        refuses(bundle(ledger, "2020-2021-ham-001.2"), "does not reach back", held=held)
        empty = changed(raw, lambda v: v["earlier"][0].update(proof=[]))
        with pytest.raises((RefusedError, *UNREADABLE)):
            verify(empty, str(KEY), held)
        cut = changed(raw, lambda v: v["earlier"][0]["proof"].insert(0, "00" * 32))
        refuses(cut, "history was changed")
        same = changed(raw, lambda v: v["earlier"][0].update(note=v["checkpoint"]))
        refuses(same, "history was changed")


def test_a_fork_signed_with_the_real_key_is_refused(tmp_path: Path) -> None:
    """Two ledgers that part after the statement: each bundle holds alone, and not beside the other's note."""
    with ledger_with_statements(tmp_path / "a.db") as one, ledger_with_statements(tmp_path / "b.db") as other:
        one.record(receipt("R-7", "70.00"))
        other.record(receipt("R-7", "71.00"))
        held, raw = note_of(one), bundle(other)
        assert verify(raw, str(KEY))
        refuses(raw, "forked", held=held)
        with pytest.raises(ForkedLedgerError, match="another root"):
            bundle(other, checkpoint=held)
        one.record(receipt("R-8", "70.00"))
        with pytest.raises(ForkedLedgerError, match="this ledger has 15 entries"):
            bundle(other, checkpoint=note_of(one))


def test_an_unknown_statement_has_no_bundle(ledger: Ledger) -> None:
    with pytest.raises(UnknownDocumentError):
        bundle(ledger, "2020-2021-ham-009.1")
    with pytest.raises(NoteRefusedError):
        bundle(ledger, checkpoint=signed_note(Checkpoint(name="x", size=1, root=bytes(32)).text, KEY, sign))


# -- privacy -----------------------------------------------------------------------------------------------


def test_after_a_redaction_the_bundle_still_holds_and_the_name_is_gone(tmp_path: Path) -> None:
    with ledger_with_statements(tmp_path / "l.db") as ledger:
        name = ledger.donor_statement("ham", term="2020-2021", as_of=YEAR).donor.name
        assert name.encode() in bundle(ledger)
        ledger.record(
            Redaction(
                reference="RD-1",
                on=YEAR,
                document_kind="donor",
                document_reference="ham",
                reason="asked for",
                approved_by="director@example.org",
            )
        )
        after = bundle(ledger)
        assert verify(after, str(KEY))
        assert name.encode() not in after
        assert ledger.verify().findings == ()


# -- printed figures are recomputed ------------------------------------------------------------------------


def shown(raw: bytes) -> tuple[Any, list[Entry]]:
    """The statement of a bundle and its entries, as the verifier has them once their proofs hold."""
    value = json.loads(raw)
    size, root = checkpoint_of(value["checkpoint"], key_of(str(KEY)))
    return value["statement"], [Entry(one, size, root) for one in value["entries"]]


def figures(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the amounts of a value stand."""
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3} -?[0-9.]+", value):
        yield where
    elif isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from figures(one, (*where, key))


def test_every_printed_figure_of_the_donor_s_own_is_recomputed(raw: bytes) -> None:
    """An issuer that seals a false statement is found out: the digest holds, the figures do not."""
    statement, entries = shown(raw)
    recomputed(statement, entries)
    own = {"account", "states", "uses", "pledges"}
    own |= {
        "opening",
        "closing",
        "free",
        "allotted",
        "obligated",
        "spent",
        "refunds_payable",
        "donor_balance",
    }
    tried = 0
    for where in [one for one in figures(statement) if one[0] in own and not is_sealed_only(statement, one)]:
        altered = json.loads(json.dumps(statement))
        at(altered, where[:-1])[where[-1]] += "7"
        tried += 1
        with pytest.raises(RefusedError):
            recomputed(altered, entries)
    assert tried > 50


def test_what_came_before_its_pledge_is_recomputed_apart_from_what_is_open(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "l.db") as ledger:
        ledger.record_all(events())
        late = pledge("P-7", "500.00", on=date(2021, 2, 1))
        ledger.record_all([late, receipt("R-7", "60.00", pledge="P-7", on=date(2020, 11, 10))])
        issue_all(ledger)
        raw = bundle(ledger)
    assert verify(raw, str(KEY))
    statement, entries = shown(raw)
    (position,) = [row["position"] for row in statement["pledges"] if row["position"]["pledge"] == "P-7"]
    assert (position["open"], position["ahead"]) == ("USD 0.00", "USD 60.00")
    for told in ({"ahead": "USD 0.00"}, {"open": "USD 7.00", "ahead": "USD 67.00", "not_due": "USD 7.00"}):
        before = {**position}
        position.update(told)
        with pytest.raises(RefusedError, match="what is open of pledge P-7"):
            recomputed(statement, entries)
        position.update(before)
    recomputed(statement, entries)


def test_a_figure_whose_point_was_moved_is_refused(raw: bytes) -> None:
    """It has the same digits, and says a hundred times as much."""
    statement, entries = shown(raw)
    for name in ("closing", "free"):
        altered = json.loads(json.dumps(statement))
        altered[name] = altered[name].replace(".", "")
        assert altered[name] != statement[name] != "USD 0.00"
        with pytest.raises(RefusedError, match=r"not what the entries add up to|stated in two ways"):
            recomputed(altered, entries)


def recomputed(statement: Any, entries: list[Entry]) -> None:
    require_pledges(statement, entries, "2020-2021")
    require_account(statement, entries, "2020-2021")


def is_sealed_only(statement: Any, where: tuple[Any, ...]) -> bool:
    """Whether a figure rests on the digest: dollars of a pledge, what is overdue when, what partners hold."""
    row = at(statement, where[:-1])
    return where[-1] == "received" or "overdue" in where or row is statement["states"][-1]


def at(value: Any, where: tuple[Any, ...]) -> Any:
    for key in where:
        value = value[key]
    return value


def test_rows_and_pledges_left_out_are_missed(raw: bytes) -> None:
    statement, entries = shown(raw)
    for name in ("account", "uses"):
        altered = json.loads(json.dumps(statement))
        altered[name].pop(1 if name == "account" else 0)
        with pytest.raises(RefusedError, match=r"other rows|not those of the entries"):
            require_account(altered, entries, "2020-2021")
    statement["pledges"] = []
    with pytest.raises(RefusedError, match="pledge P-1 is left out"):
        require_pledges(statement, entries, "2020-2021")
    # A pledge taken back altogether leaves lines that add up to nothing, and no position.
    for entry in entries:
        back = [
            {{"debit": "credit", "credit": "debit"}.get(key, key): one for key, one in line.items()}
            for line in entry.lines
        ]
        entry.lines = [*entry.lines, *back]
    require_pledges(statement, entries, "2020-2021")
