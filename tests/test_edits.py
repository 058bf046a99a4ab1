from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditstrap.edits import Edit, Lines, apply
from auditstrap.source import Position


@given(st.text(), st.data())
def test_what_no_edit_touches_stays(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    edited = apply(text, [Edit(place, place, "\0") for place in places])
    assert edited.replace("\0", "") == text.replace("\0", "")
    assert edited.count("\0") == len(places) + text.count("\0")


def test_a_span_is_replaced() -> None:
    assert apply("one two three", [Edit(4, 7, "2"), Edit(0, 0, "> ")]) == "> one 2 three"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply("ab", [Edit(1, 1, "1"), Edit(1, 1, "2")]) == "a12b"


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ValueError, match="two edits meet at offset 2"):
        apply("abcd", [Edit(0, 3, ""), Edit(2, 4, "")])


def test_lines_end_before_their_break() -> None:
    lines = Lines("a\r\nbc\nd")
    assert [lines.text(number) for number in (1, 2, 3)] == ["a", "bc", "d"]
    assert lines.offset(Position(2, 2)) == 4
    assert lines.end(3) == 7
