"""The verifier's own Ed25519: vectors of RFC 8032, a second judge, and what only strict readers refuse."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings

from mdfm_ledger.verify_bundle import ORDER, P, is_signed

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
SMALL_ORDER = [
    bytes(32),
    b"\x01" + bytes(31),
    (P - 1).to_bytes(32, "little"),
    bytes(31) + b"\x80",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_hold(public: str, message: str, signature: str) -> None:
    given = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(*given)
    assert not is_signed(given[0], given[1] + b"x", given[2])


def judged(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@settings(max_examples=15)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.integers(0, 767))
def test_a_second_judge_agrees(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signed(public, message, signature)
    both = bytearray(public + signature)
    both[bit // 8] ^= 1 << bit % 8
    public, signature = bytes(both[:32]), bytes(both[32:])
    assert not is_signed(public, message, signature)
    assert not judged(public, message, signature)


def test_a_signature_has_one_spelling() -> None:
    """S + L stands for the same number: libraries that took it let anyone make a second valid signature."""
    public, message, signature = (bytes.fromhex(one) for one in VECTORS[1])
    number = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_signed(public, message, signature[:32] + number.to_bytes(32, "little"))


@pytest.mark.parametrize("public", SMALL_ORDER, ids=lambda key: key.hex()[:8])
def test_keys_under_which_anything_is_signed_are_refused(public: bytes) -> None:
    neutral = b"\x01" + bytes(31)
    assert not is_signed(public, b"anything", neutral + bytes(32))


@pytest.mark.parametrize(
    "encoded",
    [
        P.to_bytes(32, "little"),  # zero, written as the prime
        (P + 1).to_bytes(32, "little"),
        b"\x01" + bytes(30) + b"\x80",  # minus zero
        b"\x02" + bytes(31),  # on no point of the curve
        b"\xff" * 32,
    ],
)
def test_a_point_has_one_spelling(encoded: bytes) -> None:
    public, message, signature = (bytes.fromhex(one) for one in VECTORS[1])
    assert not is_signed(encoded, message, signature)
    assert not is_signed(public, message, encoded + signature[32:])


def test_lengths_are_fixed() -> None:
    public, message, signature = (bytes.fromhex(one) for one in VECTORS[1])
    for one in ((public[:31], signature), (public + b"\x00", signature), (public, signature + b"\x00")):
        assert not is_signed(one[0], message, one[1])
