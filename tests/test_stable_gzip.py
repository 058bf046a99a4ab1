"""gzip that any reader unpacks, with bytes that never change."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditstrap.stable_gzip import compress

GOLDEN = "a89e96491b8969e284aecd37f891b07ae0649bc286b9d906269de91eaba395ad"
REPETITIVE = st.lists(st.sampled_from([b"- level: ", b"Metadata\n", b"a", b"\x00" * 300, b"xyz" * 90]), max_size=40)


@given(st.binary(max_size=2000) | REPETITIVE.map(b"".join))
@example(b"")
@example(b"ab")
@example(b"a" * 258)
@example(b"a" * 259)
@example(b"abc" * 4_000)
def test_gzip_unpacks_what_was_compressed(data: bytes) -> None:
    assert gzip.decompress(compress(data)) == data


@settings(max_examples=8)
@given(st.integers(1, 2000), st.integers(32_700, 32_800))
def test_a_match_is_found_up_to_the_window_and_no_further(length: int, distance: int) -> None:
    block = hashlib.sha512(b"seed").digest() * 40
    data = block[:length] + bytes(distance) + block[:length]
    assert gzip.decompress(compress(data)) == data


@pytest.mark.parametrize(
    ("data", "packed"),
    [
        (b"", "1f8b08000000000000ff03000000000000000000"),
        (b"abc", "1f8b08000000000000ff4b4c4a0600c241243503000000"),
        (b"abcabcabc", "1f8b08000000000000ff4b4c4a86200018482d4609000000"),
    ],
)
def test_the_bytes_are_these_for_ever(data: bytes, packed: str) -> None:
    assert compress(data).hex() == packed


def test_the_bytes_of_a_long_text_are_these_for_ever() -> None:
    data = "".join(f"- level: Metadata\n  users: [user-{n % 97}]\n" for n in range(500)).encode()
    assert hashlib.sha256(compress(data)).hexdigest() == GOLDEN


def test_a_text_that_repeats_itself_becomes_smaller() -> None:
    data = b"- level: Metadata\n" * 100
    assert len(compress(data)) < len(data) // 10


def test_there_is_no_time_and_no_name_in_the_header() -> None:
    assert compress(b"a")[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
