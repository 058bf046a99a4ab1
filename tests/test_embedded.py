"""A place inside an embedded document is the place in the file that holds it."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from auditstrap.embedded import Text
from auditstrap.source import Mapping, Node, Scalar, Sequence


def root_of(text: Text) -> Node:
    root = text.documents()[0][0].root
    assert root is not None
    return root


def scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    if isinstance(node, Sequence):
        return [scalar for item in node.items for scalar in scalars(item)]
    return [scalar for entry in node.entries for child in entry for scalar in scalars(child)]


WORDS = st.text("abcdefgé😀", min_size=1, max_size=6).map(lambda word: f"x{word}")
INNER = st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5).map(
    lambda pairs: "".join(f"{key}:\n  - {value}\n\n" for key, value in pairs)
)


def embedded(inner: str, indent: int, header: str = "|", key: str = "content") -> str:
    lines = "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in inner.splitlines())
    return f"# a comment\n{key}: {header}\n{lines}"


@given(inner=INNER, indent=st.integers(1, 9), blank=st.integers(0, 2))
def test_every_scalar_of_a_literal_block_is_found_at_its_own_place(inner: str, indent: int, blank: int) -> None:
    content = embedded("\n" * blank + inner, indent, header="|+")
    outer = Text("f.yaml", content)
    root = root_of(outer)
    assert isinstance(root, Mapping)
    block = root.get("content")
    assert isinstance(block, Scalar)
    text = outer.inside(block)
    lines = content.split("\n")
    for scalar in scalars(root_of(text)):
        place = text.at(scalar)
        (line, start), (_, end) = place.span
        assert place.inner_line is None
        assert lines[line - 1][start - 1 : end - 1] == scalar.text


@given(inner=INNER, outer_indent=st.integers(1, 4), inner_indent=st.integers(1, 4))
def test_a_block_within_a_block_is_mapped_through_both(inner: str, outer_indent: int, inner_indent: int) -> None:
    content = embedded(embedded(inner, inner_indent, key="within"), outer_indent)
    outer = Text("f.yaml", content)
    first = root_of(outer)
    assert isinstance(first, Mapping)
    block = first.get("content")
    assert isinstance(block, Scalar)
    middle = outer.inside(block)
    second = root_of(middle)
    assert isinstance(second, Mapping)
    within = second.get("within")
    assert isinstance(within, Scalar)
    text = middle.inside(within)
    assert text.indentation() == outer_indent + inner_indent
    for scalar in scalars(root_of(text)):
        (line, start), (_, end) = text.at(scalar).span
        assert content.split("\n")[line - 1][start - 1 : end - 1] == scalar.text


def test_a_place_in_a_quoted_or_encoded_scalar_is_the_whole_scalar_with_the_line_inside() -> None:
    encoded = base64.b64encode(b"a: 1\nb: 2\n").decode()
    outer = Text("f.yaml", f"content: {encoded}\n")
    root = root_of(outer)
    assert isinstance(root, Mapping)
    scalar = root.get("content")
    assert isinstance(scalar, Scalar)
    text = outer.inside(scalar, "a: 1\nb: 2\n")
    last = scalars(root_of(text))[-1]
    assert text.at(last).span == scalar.span
    assert text.at(last).inner_line == 2
