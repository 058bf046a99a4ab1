"""Messages name the place, what was found, what is allowed, and the near name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditstrap.problems import InputError, Problem, described, near, quoted, unknown
from auditstrap.source import Node, Position, Span, documents

FIELDS = ("kubernetesVersion", "maxAge", "maxBackup", "maxSize", "logDirectory", "audit-log-maxage")


def root_of(text: str) -> Node:
    root = next(documents(text)).root
    assert root is not None
    return root


def at(line: int, column: int) -> Span:
    return Span(Position(line, column), Position(line, column + 1))


def test_a_problem_reads_as_file_line_column_and_sentence() -> None:
    assert str(Problem("a.yaml", at(3, 7), "wrong")) == "a.yaml:3:7: wrong"
    assert str(Problem("a.yaml", None, "wrong")) == "a.yaml: wrong"


@given(st.permutations([Problem("a", None, "z"), *(Problem("a", at(line, 1), "m") for line in (1, 2, 10))]))
def test_problems_are_told_in_the_order_of_the_text(problems: list[Problem]) -> None:
    places = [problem.span and problem.span.start.line for problem in InputError(problems).problems]
    assert places == [None, 1, 2, 10]


def test_a_problem_is_told_once() -> None:
    assert len(InputError([Problem("a", at(1, 1), "m")] * 3).problems) == 1


def test_the_text_of_an_input_error_is_all_its_problems() -> None:
    error = InputError([Problem("b", None, "second"), Problem("a", None, "first")])
    assert str(error) == "a: first\nb: second"


@given(st.text())
def test_quoted_input_is_one_short_printable_line(text: str) -> None:
    shown = quoted(text)
    assert shown.isprintable()
    assert shown[0] == shown[-1] == '"'
    assert len(shown) <= 2 + 6 * 60


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=60))
def test_ordinary_input_is_quoted_as_it_is(text: str) -> None:
    assert quoted(text) == f'"{text}"'


def test_quoted_input_hides_no_escape_sequence_and_no_direction_change() -> None:
    assert quoted("a\x1b[31m\u202eb\x7f") == '"a\\u001b[31m\\u202eb\\u007f"'


def test_long_input_is_cut() -> None:
    assert quoted("a" * 61) == '"' + "a" * 59 + '…"'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "a mapping"),
        ("[]", "a list"),
        ("~", "nothing"),
        ("yes", "the boolean yes"),
        ("0x1F", "the number 0x1F"),
        ("1.37", "the number 1.37"),
        ("30d", 'the string "30d"'),
        ("'1'", 'the string "1"'),
    ],
)
def test_what_stands_in_the_input_is_described(text: str, words: str) -> None:
    assert described(root_of(text)) == words


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("kubernetes_version", "kubernetesVersion"),
        ("kuberntesVersion", "kubernetesVersion"),
        ("max-age", "maxAge"),
        ("MAXAGE", "maxAge"),
        ("completely-else", None),
        ("", None),
    ],
)
def test_the_near_name_is_found(name: str, meant: str | None) -> None:
    assert near(name, FIELDS) == meant


@given(st.sampled_from(FIELDS))
def test_an_allowed_name_is_its_own_near_name(name: str) -> None:
    assert near(name.upper(), FIELDS) == name


def test_an_unknown_name_is_told_with_the_near_one_and_all_allowed() -> None:
    assert unknown("field", "maxage", ("maxAge", "path")) == (
        'unknown field "maxage"; did you mean "maxAge"? allowed: maxAge, path'
    )
    assert unknown("field", "zzz", ("maxAge", "path")) == 'unknown field "zzz"; allowed: maxAge, path'
