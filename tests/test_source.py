"""Nodes stand where the text says, and no text can hurt the reader."""

from __future__ import annotations

from itertools import islice

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditstrap.source import (
    MAX_DEPTH,
    MAX_VALUES,
    Document,
    Mapping,
    Node,
    Position,
    Scalar,
    Sequence,
    SourceError,
    Span,
    documents,
    line_starts,
    plain,
)
from auditstrap.yaml_text import dump

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def root_of(text: str) -> Node:
    (document,) = documents(text)
    assert document.root is not None
    return document.root


def mapping_of(text: str) -> Mapping:
    root = root_of(text)
    assert isinstance(root, Mapping)
    return root


def child(text: str, key: str) -> Node:
    node = mapping_of(text).get(key)
    assert node is not None
    return node


def refusal(text: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(documents(text))
    return caught.value


def piece(text: str, span: Span) -> str:
    starts = line_starts(text)
    start, end = (starts[place.line - 1] + place.column - 1 for place in span)
    return text[start:end]


def nodes(node: Node) -> list[Node]:
    children: tuple[Node, ...] = ()
    if isinstance(node, Sequence):
        children = node.items
    elif isinstance(node, Mapping):
        children = tuple(part for entry in node.entries for part in entry)
    return [node, *(found for inner in children for found in nodes(inner))]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a: plain", "plain"),
        ("a: 'single'", "'single'"),
        ('a: "double\\n"', '"double\\n"'),
        ("a: [1, 2]", "[1, 2]"),
        ("a: {b: c}", "{b: c}"),
        ("a: b c  # comment", "b c"),
    ],
)
def test_a_span_covers_what_was_written(text: str, written: str) -> None:
    assert piece(text, child(text, "a").span) == written


def test_columns_count_characters_not_bytes() -> None:
    assert child("ключ: 🦊\n", "ключ").span == Span(Position(1, 7), Position(1, 8))


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_every_line_break_of_yaml_ends_a_line(line_break: str) -> None:
    text = line_break.join(["# comment", "a: 1", "b: 2"])
    assert child(text, "b").span.start == Position(3, 4)
    assert piece(text, child(text, "b").span) == "2"


def test_a_byte_order_mark_moves_no_position() -> None:
    text = "\ufeffa: 1\nb: 2\n"
    assert child(text, "a").span == child("a: 1\n", "a").span
    assert child(text, "b").span.start == Position(2, 4)


@given(DATA)
def test_every_scalar_in_block_or_flow_lies_on_its_own_characters(data: object) -> None:
    for text in (dump(data), yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, default_flow_style=True)):
        for node in nodes(root_of(text)):
            written = piece(text, node.span)
            if isinstance(node, Scalar) and not node.style:
                assert written == node.text
            if isinstance(node, Scalar) and node.style in {"'", '"'}:
                assert (written[0], written[-1]) == (node.style, node.style)


@given(DATA)
def test_children_lie_in_order_inside_their_parent(data: object) -> None:
    for node in nodes(root_of(dump(data))):
        spans = [inner.span for inner in nodes(node)[1:]]
        assert all(node.span.start <= span.start and span.end <= node.span.end for span in spans)
        assert [span.start for span in spans] == sorted(span.start for span in spans)


def test_an_alias_is_the_node_of_its_anchor() -> None:
    text = "a: &x {b: 1}\nc: *x\n"
    assert child(text, "c").span == child(text, "a").span
    root = mapping_of(text)
    assert root.get("a") is root.get("c")


def test_an_anchor_that_is_set_again_changes_later_aliases_only() -> None:
    assert plain(root_of("[&x 1, *x, &x 2, *x]")) == [1, 1, 2, 2]


def test_anchors_end_with_their_document() -> None:
    error = refusal("a: &x 1\n---\nb: *x\n")
    assert str(error) == "unknown anchor 'x' referenced"
    assert error.position == Position(3, 4)


@pytest.mark.parametrize("text", ["a: &x [*x]", "&x {a: {b: *x}}", "- &x\n  - *x\n"])
def test_a_value_that_contains_itself_is_refused(text: str) -> None:
    error = refusal(text)
    assert str(error) == "anchor 'x' value contains itself"
    assert error.position.column == text.splitlines()[error.position.line - 1].index("*") + 1


def test_a_duplicate_key_is_kept_and_the_last_one_counts() -> None:
    root = mapping_of("a: 1\nb: 2\na: 3\n")
    assert [key.text for key, _ in root.entries if isinstance(key, Scalar)] == ["a", "b", "a"]
    assert plain(root) == {"a": 3, "b": 2}


def test_a_missing_key_is_none() -> None:
    assert mapping_of("a: 1").get("b") is None


def test_flow_style_is_told_from_block_style() -> None:
    listed, mapped = child("a: [1]", "a"), child("a:\n  b: 1", "a")
    assert isinstance(listed, Sequence)
    assert isinstance(mapped, Mapping)
    assert (listed.flow, mapped.flow) == (True, False)


@pytest.mark.parametrize(
    ("text", "style"), [("a", ""), ("'a'", "'"), ('"a"', '"'), ("|\n  a\n", "|"), (">\n  a\n", ">")]
)
def test_a_scalar_knows_its_style(text: str, style: str) -> None:
    scalar = root_of(text)
    assert isinstance(scalar, Scalar)
    assert (scalar.style, scalar.text.strip()) == (style, "a")


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\n\n", "---\n# one\n---\n# two\n"])
def test_a_document_with_nothing_but_comments_has_no_root(text: str) -> None:
    assert all(document.root is None for document in documents(text))


@pytest.mark.parametrize("text", ["null", "~", "''", "!!null", '""'])
def test_a_written_null_or_empty_string_is_a_root(text: str) -> None:
    assert isinstance(root_of(text), Scalar)


def test_documents_know_where_they_stand() -> None:
    spans = [document.span for document in documents("a: 1\n---\nb: 2\n...\n---\nc: 3\n")]
    assert [span.start.line for span in spans] == [1, 2, 5]


def test_documents_are_yielded_as_they_are_read() -> None:
    stream = documents("a: 1\n---\nb: 2\n---\n[\n")
    first = list(islice(stream, 2))
    assert [isinstance(document, Document) for document in first] == [True, True]
    with pytest.raises(SourceError):
        next(stream)


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("a: [1,\nb: 2\n", Position(3, 1), "flow"),
        ("a: 'open\n", Position(2, 1), "quoted scalar"),
        ("\tkey: 1\n", Position(1, 1), "token"),
        ("a: 1\n b: 2\n", Position(2, 3), "mapping values"),
        ("%YAML 3.0\n---\na: 1\n", Position(1, 1), "incompatible"),
        ("a: !nope!tag 1\n", Position(1, 4), "tag"),
    ],
)
def test_what_is_no_yaml_is_refused_at_its_place(text: str, position: Position, words: str) -> None:
    error = refusal(text)
    assert error.position == position
    assert words in str(error)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\ufffe", "\ud800"])
def test_a_character_that_yaml_forbids_is_named_with_its_place(character: str) -> None:
    error = refusal(f"a: 1\nb: é{character}\n")
    assert str(error) == f"the character U+{ord(character):04X} is not allowed in YAML"
    assert error.position == Position(2, 5)


@given(st.text(max_size=60) | st.text("[]{}:-,&*!|>'\"%@`#\n \ta1?", max_size=40))
def test_any_text_gives_documents_or_an_error_inside_it(text: str) -> None:
    place = first_error(text)
    assert place is None or 1 <= place.line <= len(line_starts(text)) + 1


def first_error(text: str) -> Position | None:
    try:
        for document in documents(text):
            if document.root is not None:
                plain(document.root)
    except SourceError as error:
        return error.position
    return None


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_not_recursed_into(opening: str) -> None:
    assert str(refusal(opening * 100_000)) == f"nested more than {MAX_DEPTH} deep"


def test_nesting_that_aliases_build_up_is_refused_too() -> None:
    text = "- &a0 []\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 5000))
    assert str(refusal(text)) == f"nested more than {MAX_DEPTH} deep"


def test_the_deepest_text_that_is_read_can_be_made_plain_and_written() -> None:
    node = root_of("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    assert dump(plain(node)).count("-") == MAX_DEPTH - 1


def test_a_bomb_of_aliases_is_refused_before_it_is_large() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20))
    with pytest.raises(SourceError, match=f"larger than {MAX_VALUES} values"):
        plain(root_of(bomb))


def test_a_key_that_is_no_scalar_is_refused_at_its_place() -> None:
    with pytest.raises(SourceError, match="no scalar") as caught:
        plain(root_of("a: 1\n[b]: 2\n"))
    assert caught.value.position == Position(2, 1)


@given(st.text("ab\r\n\x85\u2028\u2029", max_size=30))
def test_line_starts_split_a_text_into_its_lines(text: str) -> None:
    starts = line_starts(text)
    lines = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert "".join(lines) == text
    assert all(line.rstrip("\r\n\x85\u2028\u2029").isalpha() or not line.strip() for line in lines)
    assert all(line[-1] not in "ab" for line in lines[:-1])
