"""Declared fields are read with every mistake, and published as a JSON Schema that agrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from auditstrap.fields import (
    MISSING,
    Anything,
    Boolean,
    Choice,
    Field,
    FileText,
    Integer,
    Kind,
    ListOf,
    Number,
    Object,
    Reading,
    Text,
    UserFile,
    no_files,
)
from auditstrap.source import Mapping, Node, Scalar, Sequence, documents, plain


def node_of(text: str) -> Node:
    root = next(documents(text)).root
    assert root is not None
    return root


def read(kind: Kind, text: str, **settings: Any) -> tuple[Any, list[str]]:
    reading = Reading("f.yaml", **settings)
    reading.place("field", node_of(text).span)
    value = kind.read(node_of(text), "field", reading)
    return value, [str(problem) for problem in reading.problems]


def short(text: str) -> str | None:
    return None if len(text) < 5 else "too long"


PAIR = Object(
    dict,
    (
        Field("name", "name", Text("a name", short), "its name", required=True),
        Field("count", "count", Integer(1, 9), "how many", 3),
        Field("tags", "tags", ListOf(Text("a tag", short)), "some tags", tuple),
        Field("on", "on", Boolean(), "whether it is on"),
    ),
    one_of=("count", "on"),
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Text("any"), "'1'", "1"),
        (Text("any"), "''", ""),
        (Boolean(), "yes", True),
        (Boolean(), "n", False),
        (Integer(1, 9), "9", 9),
        (Integer(0), "0x10", 16),
        (Number(), "0", 0),
        (Number(), "1e3", 1000.0),
        (Choice("mode", ("batch", "on")), "batch", "batch"),
        (ListOf(Integer(0)), "[1, 2]", (1, 2)),
        (ListOf(Integer(0)), "[]", ()),
    ],
)
def test_a_value_of_its_kind_is_read(kind: Kind, text: str, value: object) -> None:
    assert read(kind, text) == (value, [])


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        (Text("a word"), "[]", "a list stands here; a word is allowed"),
        (Text("a word"), "~", "nothing stands here; a word is allowed"),
        (Text("a word"), "1.30", 'the number 1.30 stands here; a string is allowed: write "1.30", in quotes'),
        (Text("a word"), "on", 'the boolean on stands here; a string is allowed: write "on", in quotes'),
        (Text("a word", short), "longer", "too long"),
        (Boolean(), "'yes'", 'the string "yes" stands here; true or false is allowed'),
        (Boolean(), "1", "the number 1 stands here; true or false is allowed"),
        (Integer(1, 9), "0", "the number 0 stands here; a whole number from 1 to 9 is allowed"),
        (Integer(1, 9), "10", "the number 10 stands here; a whole number from 1 to 9 is allowed"),
        (Integer(1, 9), "true", "the boolean true stands here; a whole number from 1 to 9 is allowed"),
        (Integer(1, 9), "2.0", "the number 2.0 stands here; a whole number from 1 to 9 is allowed"),
        (Integer(1, 9), "30d", 'the string "30d" stands here; a whole number from 1 to 9 is allowed'),
        (Number(9), "-1", "the number -1 stands here; a number from 0 to 9 is allowed"),
        (Number(9), ".inf", "the number .inf stands here; a number from 0 to 9 is allowed"),
        (Number(9), ".nan", "the number .nan stands here; a number from 0 to 9 is allowed"),
        (Number(9), "yes", "the boolean yes stands here; a number from 0 to 9 is allowed"),
        (Choice("mode", ("batch",)), "bacth", 'unknown mode "bacth"; did you mean "batch"? allowed: batch'),
        (Choice("mode", ("batch",)), "1", "the number 1 stands here; one of batch is allowed"),
        (ListOf(Integer(0)), "1", "the number 1 stands here; a list is allowed"),
        (PAIR, "[]", "a list stands here; a mapping is allowed"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_a_sentence(kind: Kind, text: str, message: str) -> None:
    assert read(kind, text) == (MISSING, [f"f.yaml:1:1: field: {message}"])


def test_every_mistake_of_an_object_is_told_at_its_place() -> None:
    text = "nmae: a\ncount: 99\ntags: [ok, toolong, 1]\ncount: 2\n[x]: 1\n"
    value, problems = read(PAIR, text)
    assert value is MISSING
    assert sorted(problems) == [
        'f.yaml:1:1: field: the field "name" is missing: its name',
        'f.yaml:1:1: field: unknown field "nmae"; did you mean "name"? allowed: name, count, tags, on',
        "f.yaml:2:8: field.count: the number 99 stands here; a whole number from 1 to 9 is allowed",
        "f.yaml:3:12: field.tags[1]: too long",
        'f.yaml:3:21: field.tags[2]: the number 1 stands here; a string is allowed: write "1", in quotes',
        "f.yaml:4:1: field.count: stands here a second time",
        'f.yaml:5:1: field: unknown field ""; allowed: name, count, tags, on',
    ]


def test_absent_and_null_fields_take_their_defaults() -> None:
    expected = {"name": "a", "count": 3, "tags": (), "on": None}
    assert read(PAIR, "name: a") == (expected, [])
    assert read(PAIR, "{name: a, count: ~, tags: null, on: }") == (expected, [])


def test_fields_that_exclude_each_other_are_refused_at_the_second() -> None:
    _, problems = read(PAIR, "{name: a, count: 1, on: true}")
    assert problems == ["f.yaml:1:25: field: count and on stand here together; only one of count, on is allowed"]


def test_a_required_field_that_is_null_is_missing() -> None:
    value, problems = read(PAIR, "name:\n")
    assert value is MISSING
    assert problems == ['f.yaml:1:1: field: the field "name" is missing: its name']


def test_a_file_that_is_named_is_read() -> None:
    file = UserFile("dir/a.yaml", "text")
    assert read(FileText(), "a.yaml", read_file=lambda _: file) == (file, [])


def test_a_file_that_cannot_be_read_is_told_where_it_is_named() -> None:
    def refuse(path: str) -> UserFile:
        raise ValueError(f"{path} is not there")

    assert read(FileText(), "a.yaml", read_file=refuse) == (MISSING, ["f.yaml:1:1: field: a.yaml is not there"])
    with pytest.raises(ValueError, match="without a folder"):
        no_files("a.yaml")


@pytest.mark.parametrize(
    ("accepts", "text", "fits"),
    [
        ((Mapping,), "{}", True),
        ((Mapping,), "[]", False),
        ((Mapping, Scalar), "text", True),
        ((Mapping, Scalar), "1", False),
        ((Mapping, Scalar), "~", False),
        ((Sequence,), "[a]", True),
    ],
)
def test_a_node_that_something_else_reads_is_handed_on(accepts: tuple[type[Node], ...], text: str, fits: bool) -> None:
    kind = Anything("something else", accepts, {"type": "object"})
    value, problems = read(kind, text)
    assert (value is not MISSING, not problems) == (fits, fits)
    assert kind.schema() == {"type": "object"}


def test_a_mistake_without_a_place_of_its_own_stands_at_the_nearest_field_around_it() -> None:
    reading = Reading("f.yaml")
    span = node_of("[1]").span
    reading.place("spec.outputs", span)
    assert reading.span("spec.outputs[0].format") == span
    assert reading.span("spec.log") is None
    assert reading.given("spec.outputs")
    assert not reading.given("spec.log")


def test_problems_of_another_file_can_be_adopted() -> None:
    first, second = Reading("a.yaml"), Reading("b.yaml")
    first.problem("x", "wrong")
    second.adopt(first.problems)
    assert second.failed
    assert [str(problem) for problem in second.problems] == ["a.yaml: x: wrong"]


KINDS: list[Callable[[], Kind]] = [
    lambda: Text("any"),
    Boolean,
    lambda: Integer(1, 9),
    Number,
    lambda: Choice("mode", ("a", "b")),
    lambda: ListOf(Integer(0, 3)),
    lambda: PAIR,
]
# To JSON Schema 2.0 is an integer; YAML can tell, and so does Go's parser of flags.
_FRACTIONS = st.floats(-2, 12, allow_nan=False).filter(lambda number: not number.is_integer())
VALUES = st.recursive(
    st.booleans() | st.integers(-2, 12) | _FRACTIONS | st.sampled_from(["a", "b", "c", "on"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "count", "tags", "on", "off"]), inner, max_size=4)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize("make", KINDS)
@given(value=VALUES)
def test_the_schema_agrees_with_what_is_read(make: Callable[[], Kind], value: Any) -> None:
    from auditstrap.yaml_text import dump

    kind = make()
    accepted = not read(kind, dump(value))[1]
    valid = Draft202012Validator(kind.schema()).is_valid(plain(node_of(dump(value))))
    assert accepted == valid


def test_a_field_documents_itself_and_its_default() -> None:
    assert PAIR.fields[1].schema() == {
        "description": "how many",
        "default": 3,
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
    }
    assert "default" not in PAIR.fields[2].schema()
