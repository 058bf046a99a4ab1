"""What is dumped is read back as the same, by Kubernetes' reader and by PyYAML."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from auditstrap.source import documents, plain
from auditstrap.yaml_text import comment, dump

NASTY = st.sampled_from(
    [
        "y",
        "N",
        "1e3",
        "08",
        "0o7",
        "null",
        "~",
        "",
        "<<",
        "=",
        "- a",
        "a: b",
        "#",
        " a",
        "a ",
        "1:30",
        "2020-01-01",
        "%a",
    ]
)
TEXTS = NASTY | st.text(max_size=20) | st.text("a \n\t#:'\"|>-\r\x85\u2028\ufeff", max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | TEXTS
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


def as_kubernetes_reads(text: str) -> Any:
    (document,) = documents(text)
    assert document.root is not None
    return plain(document.root)


def same(left: Any, right: Any) -> bool:
    """Equal in value and type; a whole float may come back as the number it is."""
    if isinstance(left, dict):
        return isinstance(right, dict) and [*left] == [*right] and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


@given(DATA)
@example("a\u2028b")
@example({"\u2028": ["\x85"]})
@example("\n")
@example(" indented\nmore\n\n")
@example("trailing \nspace")
@example(math.inf)
@example(1e-7)
@example(1e16)
def test_data_reads_back_as_the_same_data(data: Any) -> None:
    text = dump(data)
    assert same(as_kubernetes_reads(text), data)


@given(DATA)
def test_pyyaml_reads_the_same_data(data: Any) -> None:
    assert same(yaml.load(dump(data), Loader=yaml.CSafeLoader), data)


@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=10))
def test_repeated_data_is_written_out_without_aliases(data: Any) -> None:
    (document,) = documents(dump([data, data]))
    assert document.root is not None
    assert same(plain(document.root), [data, data])
    assert "&id" not in dump([[data], [data]]).replace(dump(data), "")


@given(DATA)
def test_a_dump_ends_its_last_line(data: Any) -> None:
    assert dump(data).endswith("\n")


@pytest.mark.parametrize("word", ["y", "N", "off", "1e3", "08", "1_0", "null", ""])
def test_a_string_that_kubernetes_would_take_for_something_else_is_quoted(word: str) -> None:
    assert dump([word]) == f'- "{word}"\n'


def test_text_of_several_lines_is_a_literal_block() -> None:
    assert dump({"a": "b\nc\n"}) == "a: |\n  b\n  c\n"


def test_keys_keep_their_order() -> None:
    assert dump({"b": 1, "a": 2}) == "b: 1\na: 2\n"


def test_a_comment_has_no_trailing_space() -> None:
    assert comment(["one", "", "two  "]) == "# one\n#\n# two\n"
