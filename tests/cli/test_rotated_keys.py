"""A key that was replaced: what it signed can still be held against what is signed today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from mdfm_ledger import verify_bundle
from mdfm_ledger.cli import cli
from tests.support.bookkeeping import receipt
from tests.support.ledgers import open_ledger, small_ledger

PEOPLE = ("--actor", "it@example.org", "--approved-by", "chief@example.org")
EVENT = ("--on", "2020-12-01", "--reason", "kept long enough", *PEOPLE)
ISSUE = ("--as-of", "2020-12-31", "--issue", "--kind", "annual", "--certified-by", "chief@example.org")
OTHER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


class Rotated(NamedTuple):
    """A ledger whose key was rotated between two statements to one donor, and what was handed out."""

    path: Path
    old: str
    new: str
    before: Path
    after: Path
    first_bundle: Path
    place: Path

    def bundle(self, *keys: str, earlier: Path | None = None) -> tuple[Result, Path]:
        """The bundle of the second statement, by these keys."""
        to = self.place / f"{'-'.join(key.split('+')[1] for key in keys)}.json"
        given = [part for key in keys for part in ("--key", key)]
        proving = ("--bundle", to, "--checkpoint", self.after, "--earlier", earlier or self.before)
        return run(self, "statement", "ham", "--number", "2020-2021-ham-001.2", *proving, *given), to


def run(at: Rotated | Path, *arguments: object) -> Result:
    path = at.path if isinstance(at, Rotated) else at
    return CliRunner().invoke(cli, [*map(str, arguments), "--ledger", str(path)])


@pytest.fixture(scope="module")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> Rotated:
    place = tmp_path_factory.mktemp("rotated")
    path, keys = small_ledger(place / "l.db"), ("--keys", place / "signer")
    before, after, bundle = place / "before.txt", place / "after.txt", place / "first.json"

    def done(*arguments: object) -> str:
        answer = run(path, *arguments)
        assert answer.exit_code == 0, answer.output
        return answer.stdout.strip()

    named = ("--name", "mdfm.example.org", "--reference", "K-1")
    old = done("checkpoint", "key", "make", *keys, *named, *EVENT)
    done("statement", "ham", *ISSUE, "--actor", "finance@example.org")
    done("checkpoint", "sign", *keys, "--out", before)
    proving = ("--number", "2020-2021-ham-001.1", "--bundle", bundle, "--checkpoint", before)
    done("statement", "ham", *proving, "--key", old)
    new = done("checkpoint", "key", "rotate", *keys, *EVENT, "--reference", "K-2")
    with open_ledger(path) as ledger:
        ledger.record(receipt("R-7", "70.00"))
    done("statement", "ham", *ISSUE, "--actor", "finance@example.org")
    done("checkpoint", "sign", *keys, "--out", after)
    return Rotated(path, old, new, before, after, bundle, place)


def test_a_checkpoint_of_before_is_held_against_a_bundle_of_after(
    rotated: Rotated, capsys: pytest.CaptureFixture[str]
) -> None:
    done, bundle = rotated.bundle(rotated.new, rotated.old)
    assert done.exit_code == 0, done.output
    both = ("--key", rotated.new, "--key", rotated.old)
    assert verify_bundle.main([str(bundle), *both, "--held", str(rotated.before)]) == 0
    assert verify_bundle.main([str(rotated.first_bundle), "--key", rotated.old]) == 0
    capsys.readouterr()
    # One key does not say who signed before; and the key that was replaced signs nothing new.
    only_new = [str(bundle), "--key", rotated.new]
    the_other_way = [str(bundle), "--key", rotated.old, "--key", rotated.new]
    of_another = [str(bundle), "--key", rotated.new, "--key", OTHER]
    for wrong in (only_new, the_other_way, of_another):
        assert verify_bundle.main(wrong) == 1
    said = capsys.readouterr().out.splitlines()
    assert [one.partition(": ")[2][:51] for one in said] == [
        "the checkpoint is signed with another key than give",
        "the checkpoint is signed with another key than give",
        "no key is given, or keys of several ledgers.",
    ]


def test_the_institute_needs_both_keys_to_prove_what_it_signed_before(rotated: Rotated) -> None:
    for keys in ((rotated.new,), (rotated.old, rotated.new), (rotated.new, OTHER)):
        refused, bundle = rotated.bundle(*keys)
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "note-refused")
        assert not bundle.exists()


def test_checkpoints_of_before_and_after_are_compared(rotated: Rotated) -> None:
    compare = ("checkpoint", "compare", rotated.before, rotated.after)
    both = ("--key", rotated.new, "--key", rotated.old)
    assert run(rotated, *compare, *both).stdout.endswith("of one ledger, which only grew.\n")
    assert run(rotated, *compare, "--key", rotated.new).exit_code == 3


def test_a_kept_checkpoint_is_read_however_its_lines_end(
    rotated: Rotated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = tmp_path / "held.txt"
    asked = [str(rotated.first_bundle), "--key", f" {rotated.old}\n", "--held", str(held)]
    for mark in (b"", b"\xef\xbb\xbf"):
        held.write_bytes(mark + rotated.before.read_bytes().replace(b"\n", b"\r\n"))
        assert verify_bundle.main(asked) == 0
    capsys.readouterr()
    for damage in (held.unlink, lambda: held.write_bytes(b"\xff")):
        damage()
        with pytest.raises(SystemExit) as stopped:
            verify_bundle.main(asked)
        # It was used wrongly: nothing is said of the bundle.
        said = capsys.readouterr()
        assert (stopped.value.code, said.out) == (2, "")
        assert "your checkpoint cannot be read in " in said.err


def test_a_kept_bundle_is_as_good_as_the_checkpoint_in_it(
    rotated: Rotated, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever kept last year's bundle kept its checkpoint; the rest of it need not be looked at again."""
    done, bundle = rotated.bundle(rotated.new, rotated.old)
    assert done.exit_code == 0, done.output
    asked = [str(bundle), "--key", rotated.new, "--key", rotated.old, "--held"]
    assert verify_bundle.main([*asked, str(rotated.first_bundle)]) == 0
    # The institute takes it in place of a checkpoint too, and so does who compares.
    again, _ = rotated.bundle(rotated.new, rotated.old, earlier=rotated.first_bundle)
    assert again.exit_code == 0, again.output
    compare = ("checkpoint", "compare", rotated.first_bundle, bundle, "--key", rotated.new)
    assert run(rotated, *compare, "--key", rotated.old).stdout.endswith("which only grew.\n")
    # What is in it has to be signed, whatever else is.
    first, forked = json.loads(rotated.first_bundle.read_text()), tmp_path / "forked.json"
    capsys.readouterr()
    for other, said in (
        ({"checkpoint": first["checkpoint"].replace("\n", "\n1", 1)}, "the signature does not hold"),
        ({**first, "checkpoint": ""}, "the checkpoint is not signed once"),
    ):
        forked.write_text(json.dumps(other))
        assert verify_bundle.main([*asked, str(forked)]) == 1
        assert said in capsys.readouterr().out
    for none in ("{}", '{"checkpoint": 1}', '{"checkpoint": null}', "{" * 100_000, '{"checkpoint"'):
        forked.write_text(none)
        with pytest.raises(SystemExit) as stopped:
            verify_bundle.main([*asked, str(forked)])
        assert stopped.value.code == 2
        assert "your checkpoint cannot be read in " in capsys.readouterr().err
        refused = run(rotated, "checkpoint", "compare", forked, forked, "--key", rotated.new)
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (3, "note-refused")
