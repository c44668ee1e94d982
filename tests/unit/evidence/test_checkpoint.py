"""Signed notes and checkpoints: published ones verify, and every other spelling or signer is refused."""

from __future__ import annotations

import base64

import pytest

from mdfm_ledger.errors import ForkedLedgerError, NoteRefusedError
from mdfm_ledger.evidence.checkpoint import (
    Checkpoint,
    VerifierKey,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_note,
    require_not_forked,
    signed_note,
    verifier_key,
    verifier_keys,
)
from tests.support.signing import KEY, sign

# From the tests and documentation of Go's golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyB"
    "wJnAM=\n"
)
# From https://sum.golang.org/latest, 23 September 2024, and the key in Go's own source.
SUM_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM_NOTE = (
    "go.sum database tree\n30055305\nmXfgRcJ0bG0j3CPdKwgGWtUzBUbX67saZGRmFuJGGsM=\n\n"
    "— sum.golang.org Az3grpgEild5qw7+5dtV13Kf1C2Xurm8q4fhdxvcsDHnqNTaxL2AFjBY+2TyGKevucFcAAlWFJJYle3EJlDCrQ"
    "+y3A8=\n"
)


def test_the_published_note_of_go_verifies() -> None:
    assert open_note(GO_NOTE, verifier_key(GO_KEY)).startswith("If you think")
    assert str(verifier_key(GO_KEY)) == GO_KEY


def test_a_checkpoint_of_the_go_checksum_database_verifies() -> None:
    found = parse_checkpoint(open_note(SUM_NOTE, verifier_key(SUM_KEY)))
    assert (found.name, found.size, len(found.root)) == ("go.sum database tree", 30_055_305, 32)
    assert SUM_NOTE.startswith(found.text)
    with pytest.raises(NoteRefusedError, match=r"a checkpoint of .go\.sum"):
        open_checkpoint(SUM_NOTE, verifier_key(SUM_KEY))


def note(size: int = 3, root: bytes = bytes(32)) -> str:
    return signed_note(Checkpoint(name=KEY.name, size=size, root=root).text, KEY, sign)


def test_what_is_signed_is_read_back() -> None:
    assert open_checkpoint(note(7), KEY) == Checkpoint(name=KEY.name, size=7, root=bytes(32))
    assert verifier_key(str(KEY)) == KEY


def test_signatures_of_others_are_left_alone() -> None:
    both = note() + GO_NOTE.rpartition("\n\n")[2]
    assert open_checkpoint(both, KEY).size == 3
    assert [one.name for one in parse_note(both)[1]] == [KEY.name, "PeterNeumann"]


def test_every_bit_of_a_note_and_of_a_key_counts() -> None:
    for text, key in ((GO_NOTE, GO_KEY), (note(), str(KEY))):
        for at, bit in ((at, bit) for at in range(len(text.encode())) for bit in range(8)):
            changed = bytearray(text.encode())
            changed[at] ^= 1 << bit
            with pytest.raises((NoteRefusedError, UnicodeDecodeError)):
                open_note(changed.decode(), verifier_key(key))
        for at, bit in ((at, bit) for at in range(len(key)) for bit in range(7)):
            changed = bytearray(key.encode())
            changed[at] ^= 1 << bit
            with pytest.raises(NoteRefusedError):
                open_note(text, verifier_key(changed.decode()))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\nno dash\n",
        "text\n\n— \n",
        "text\n\n— name\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAAAA==\n",  # no more than the hash of a key
        "text\n\n— name AAAAAAB=\n",  # another spelling of five bytes
        "text\n\n— name AAAA AAA=\n",
        "text\n\n— name AAAAAAA=",
        "te\rxt\n\n— name AAAAAAA=\n",
        "te\ud800xt\n\n— name AAAAAAA=\n",
        "x" * 1_000_001,
        "text\n\n" + "— name AAAAAAA=\n" * 101,
    ],
)
def test_a_malformed_note_is_refused(bad: str) -> None:
    with pytest.raises(NoteRefusedError):
        parse_note(bad)


@pytest.mark.parametrize(
    "bad",
    [
        "name\n3\n",
        "name\n03\n" + "A" * 43 + "=\n",
        "name\n+3\n" + "A" * 43 + "=\n",
        "name\n٣\n" + "A" * 43 + "=\n",
        "name\n3\n" + "A" * 42 + "B=\n",
        "name\n3\nAAAA\n",
        "name\n\n" + "A" * 43 + "=\n",
        "name\n3\n" + "A" * 43 + "=",
        "\n3\n" + "A" * 43 + "=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(bad: str) -> None:
    with pytest.raises(NoteRefusedError):
        parse_checkpoint(bad)


def test_a_checkpoint_may_say_more() -> None:
    assert parse_checkpoint("name\n3\n" + "A" * 43 + "=\nmore\n").size == 3


@pytest.mark.parametrize(
    "bad",
    ["", "name", "name+00000000", "name+00000000+AAAA", "+00000000+AAAA", "na me+00000000+AAAA"],
)
def test_a_malformed_key_is_refused(bad: str) -> None:
    with pytest.raises(NoteRefusedError):
        verifier_key(bad)


def test_a_key_of_another_kind_is_refused() -> None:
    raw = b"\x02" + KEY.public
    with pytest.raises(NoteRefusedError, match="not an Ed25519 key"):
        verifier_key(f"{KEY.name}+00000000+{base64.b64encode(raw).decode()}")


def test_a_signature_that_does_not_hold_is_not_handed_out() -> None:
    with pytest.raises(NoteRefusedError, match="does not hold"):
        signed_note("text\n", KEY, lambda _: bytes(64))


def test_one_size_and_two_roots_is_a_fork_and_both_are_shown() -> None:
    first, second = note(3, bytes(32)), note(3, b"\x01" * 32)
    assert require_not_forked(first, first, KEY)
    assert not require_not_forked(first, note(4), KEY)
    with pytest.raises(ForkedLedgerError) as caught:
        require_not_forked(first, second, KEY)
    assert first in str(caught.value)
    assert second in str(caught.value)
    with pytest.raises(NoteRefusedError, match="not signed with the key"):
        require_not_forked(first, second, VerifierKey(name=KEY.name, public=verifier_key(GO_KEY).public))


def test_keys_are_of_one_ledger() -> None:
    assert verifier_keys(f" {KEY}\n") == (KEY,)
    for texts in ("", f"{KEY} {GO_KEY}"):
        with pytest.raises(NoteRefusedError, match="no key is given, or keys of several ledgers"):
            verifier_keys(texts)


def test_notes_of_a_key_and_of_the_one_it_replaced_are_compared() -> None:
    replaced = VerifierKey(name=KEY.name, public=verifier_key(GO_KEY).public)
    assert require_not_forked(note(3), note(3), replaced, KEY)
