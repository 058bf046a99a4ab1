"""A scalar is what go-yaml v2 makes of it, where PyYAML would make something else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditstrap.scalars import ScalarValue, resolve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("y", True),
        ("n", False),
        ("On", True),
        ("oN", "oN"),
        ("1e3", 1000.0),
        ("08", 8.0),
        ("010", 8),
        ("0o10", 8),
        ("0x1F", 31),
        ("0b101", 5),
        ("+1", 1),
        ("-0", 0),
        ("1_000", 1000),
        ("._1", "._1"),
        (".5", 0.5),
        ("1.", 1.0),
        (".inf", math.inf),
        ("2020-01-01", "2020-01-01"),
        ("1:30", "1:30"),
        ("1.37.2", "1.37.2"),
        ("30d", "30d"),
        ("9223372036854775808", 2**63),
        ("18446744073709551616", float(2**64)),
        ("-9223372036854775809", float(-(2**63) - 1)),
        ("-", "-"),
        ("<<", "<<"),
        ("9" * 5000, "9" * 5000),
        ("1e999", "1e999"),
        (".1_0", 0.1),
        ("0b-1", -1),
    ],
)
def test_a_plain_scalar_resolves_as_in_kubernetes(text: str, value: ScalarValue) -> None:
    resolved = resolve(text, plain=True, tag=None)
    assert resolved == value
    assert type(resolved) is type(value)


@given(st.text())
def test_a_quoted_scalar_is_its_text(text: str) -> None:
    assert resolve(text, plain=False, tag=None) == text


@given(st.text(max_size=30), st.booleans())
def test_any_content_under_any_tag_resolves(text: str, plain: bool) -> None:
    for tag in (None, "!", "!own", "tag:yaml.org,2002:int", "tag:yaml.org,2002:binary", "tag:yaml.org,2002:str"):
        assert isinstance(resolve(text, plain=plain, tag=tag), str | int | float | None)


def test_an_explicit_tag_decides() -> None:
    assert resolve("1", plain=False, tag="tag:yaml.org,2002:int") == 1
    assert resolve("1", plain=True, tag="tag:yaml.org,2002:str") == "1"
    assert resolve("YQ==", plain=True, tag="tag:yaml.org,2002:binary") == "a"
    assert resolve("a", plain=True, tag="tag:yaml.org,2002:binary") == "a"
